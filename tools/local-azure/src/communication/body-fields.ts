/**
 * Reads the members of chat bodies; a member that is `null` counts as absent, as it does for the service.
 */

import type { JsonObject } from '@latchkey/common'
import { badRequest } from './errors.ts'
import { isJsonObject } from './json-body.ts'

/** Texts by name. */
export type Metadata = Readonly<Record<string, string>>

/** The longest topic and display name. */
export const maxNameLength = 256

/** The text called `name`, or `undefined`. */
export function readText(
  body: JsonObject,
  name: string,
  maxLength: number = maxNameLength,
): string | undefined {
  const value = body[name] ?? undefined
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw badRequest(`${name} must be a text.`, name)
  if (value.length > maxLength)
    throw badRequest(`${name} must not be longer than ${maxLength} characters.`, name)
  return value
}

/** The text called `name`, which must not be empty. */
export function requireText(body: JsonObject, name: string, maxLength: number = maxNameLength): string {
  const value = readText(body, name, maxLength)
  if (value === undefined || value.trim() === '') throw badRequest(`The ${name} field is required.`, name)
  return value
}

/** The texts by name in the member `metadata`, merged into those there were: an empty text, or `null`, removes one. */
export function mergeMetadata(body: JsonObject, before: Metadata = {}): Metadata {
  const value = body['metadata'] ?? {}
  if (!isJsonObject(value)) throw badRequest('metadata must be an object.', 'metadata')
  const merged = new Map(Object.entries(before))
  for (const [name, given] of Object.entries(value)) {
    const text = given ?? ''
    if (typeof text !== 'string') throw badRequest('metadata must hold texts only.', 'metadata')
    if (text === '') merged.delete(name)
    else merged.set(name, text)
  }
  // From entries, so that a member called __proto__ is a member like any other.
  return Object.fromEntries(merged)
}

/** The instant called `name`, in milliseconds since the epoch, or `undefined`. */
export function readInstantMs(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined
  const atMs = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isFinite(atMs)) return atMs
  throw badRequest(`${name} must be an instant in RFC 3339 form.`, name)
}
