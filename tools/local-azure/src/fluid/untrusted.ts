/**
 * Reads members of a request body. Each throws {@link UnreadableRequest} with status 400 naming what is wrong.
 */

import { UnreadableRequest } from './restless.ts'
import type { SummaryEntry } from './whole-summaries.ts'

export function objectAt(body: unknown, name: string): object {
  const value = memberOf(body, name)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new UnreadableRequest(400, `${name} must be an object`)
}

export function listAt(body: unknown, name: string): readonly unknown[] {
  const value = memberOf(body, name)
  if (Array.isArray(value)) return value
  throw new UnreadableRequest(400, `${name} must be a list`)
}

export function textAt(body: unknown, name: string): string {
  const value = memberOf(body, name)
  if (typeof value === 'string') return value
  throw new UnreadableRequest(400, `${name} must be a text`)
}

export function numberAt(body: unknown, name: string): number {
  const value = memberOf(body, name)
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw new UnreadableRequest(400, `${name} must be a whole number`)
}

/** The entries of an uploaded summary, checked all the way down. */
export function entriesAt(body: unknown): SummaryEntry[] {
  return listAt(body, 'entries').map((value) => parseEntry(value, 0))
}

// Deeper than any container's summary, shallow enough for the stack.
const maxDepth = 100

function parseEntry(value: unknown, depth: number): SummaryEntry {
  if (depth > maxDepth) throw new UnreadableRequest(400, 'The summary is too deep')
  const path = textAt(value, 'path')
  if (path === '' || path.includes('/')) throw new UnreadableRequest(400, 'Invalid path of a summary entry')
  const base = { path, type: textAt(value, 'type') }
  if (memberOf(value, 'value') === undefined) return { ...base, id: textAt(value, 'id') }
  const inner = objectAt(value, 'value')
  if (textAt(inner, 'type') === 'tree') {
    const entries = listAt(inner, 'entries').map((entry) => parseEntry(entry, depth + 1))
    return { ...base, value: { type: 'tree', entries } }
  }
  const content = textAt(inner, 'content')
  return { ...base, value: { type: 'blob', content, encoding: textAt(inner, 'encoding') } }
}

function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
}
