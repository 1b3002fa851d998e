/**
 * The checks a call goes through before anything is sent.
 */

import type { CommunicationUserIdentifier } from '@latchkey/common'
import { argumentError } from '../errors.ts'

/** What a token is good for. */
export type TokenScope = 'chat' | 'voip' | 'chat.join' | 'chat.join.limited' | 'voip.join'

/** Every scope there is. */
export const tokenScopes: readonly TokenScope[] = [
  'chat',
  'voip',
  'chat.join',
  'chat.join.limited',
  'voip.join',
]

const knownScopes: ReadonlySet<string> = new Set(tokenScopes)
const shortestMinutes = 60
const longestMinutes = 1_440
const longestCustomId = 256

/** @throws `ERR_IDENTITY_ARGUMENT` unless `scopes` is a list of at least one known scope. */
export function assertScopes(scopes: readonly TokenScope[], name: string): void {
  const given: unknown = scopes ?? []
  if (!Array.isArray(given)) throw argumentError('Invalid scopes - Scopes must be a list.', name)
  if (given.length === 0) throw argumentError('Invalid scopes - Scopes field is required.', name)
  if (given.every((scope) => knownScopes.has(scope))) return
  throw argumentError(`Invalid scopes - Scopes may only contain ${tokenScopes.join(', ')}.`, name)
}

/** @throws `ERR_IDENTITY_ARGUMENT` unless `minutes` is absent or a whole number from 60 to 1440. */
export function assertMinutes(minutes: number | null | undefined): void {
  if (minutes === undefined || minutes === null) return
  if (Number.isInteger(minutes) && minutes >= shortestMinutes && minutes <= longestMinutes) return
  const range = `[${shortestMinutes}, ${longestMinutes}]`
  throw argumentError(
    `ExpiresInMinutes value ${Number(minutes)} is invalid. Value must be within the ${range} interval.`,
    'ExpiresInMinutes',
  )
}

/** The id of `user`. @throws `ERR_IDENTITY_ARGUMENT` for anything without one. */
export function idOf(user: CommunicationUserIdentifier): string {
  const id: unknown = user?.communicationUserId
  if (typeof id === 'string' && id !== '') return id
  throw argumentError('A user with a communicationUserId is required.', 'id')
}

/** @throws `ERR_IDENTITY_ARGUMENT` unless `value` is a text with something in it. */
export function assertText(value: string, name: string): void {
  if (typeof value !== 'string' || value === '') throw argumentError(`${name} is required.`, name)
}

/** @throws `ERR_IDENTITY_ARGUMENT` unless `value` is an object with these methods. */
export function assertMethods(value: object, name: string, ...methods: readonly string[]): void {
  for (const method of methods) {
    const isThere =
      typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function'
    if (!isThere) throw argumentError(`${name} is required, with a method ${method}.`, name)
  }
}

// They say how the connection is used, or how long the body is (RFC 9110 sections 7.6.1, 8.6 and 10.1.1).
const headersOfConnections: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * Headers a caller adds, with names in lower case, so that none can stand beside one of ours.
 *
 * @throws `ERR_IDENTITY_ARGUMENT` for what no HTTP client sends: refused later, it would look like a failed connection.
 */
export function parseHeaders(headers?: Readonly<Record<string, string>> | null): Record<string, string> {
  const entries = Object.entries(headers ?? {}).map(([name, value]) => {
    // RFC 9110 sections 5.1 and 5.5.
    const isFit = /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
    if (!isFit || typeof value !== 'string' || headersOfConnections.has(name.toLowerCase()))
      throw argumentError('A custom header cannot be sent.', 'customHeaders')
    return [name.toLowerCase(), value] as const
  })
  return Object.fromEntries(entries)
}

/** @throws `ERR_IDENTITY_ARGUMENT` for a custom id that the api-version does not know, or that is too long. */
export function assertCustomId(customId: string | undefined, isSupported: boolean): void {
  if (customId === undefined) return
  if (!isSupported) throw argumentError('The apiVersion in use knows no customId.', 'customId')
  if (typeof customId === 'string' && customId !== '' && customId.length <= longestCustomId) return
  throw argumentError(`customId must be a text of 1 to ${longestCustomId} characters.`, 'customId')
}

/**
 * The api-version in which a user can be made under an id of your own, so that making it twice makes one.
 *
 * No stable version knows custom ids, not even later ones (read in Azure's published specifications, November 2026).
 */
export const customIdApiVersion = '2025-04-01-preview'
