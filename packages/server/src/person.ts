/**
 * Who a request is from.
 */

import { serverError } from './errors.ts'

/** Issuer and subject, as the identity provider names a person: unique together, never an e-mail address. */
export interface Subject {
  readonly issuer: string
  readonly subject: string
}

/** A signed-in person, as an access token or a session describes them. */
export interface Person {
  /** The id under `/v1/users` and the Cosmos partition: the directory's object id. */
  readonly id: string
  readonly subject: Subject
  /** Shown to others, for example in a Fluid document. */
  readonly name: string
  readonly role: string
  /** The session the request came with; absent in upstream mode. */
  readonly sid?: string
}

/** What a role may be called. No dot: it stands between a person's id and the role in the name of a Cosmos user. */
export const roleName: RegExp = /^[a-z0-9][a-z0-9_-]{0,63}$/
/** The role of a person in no group, and of nobody. */
export const guestRole = 'guest'
/** The role that may administer. */
export const adminRole = 'admin'
/** The role of a new account. */
export const newRole = 'new'
/** The partition everybody of a role shares. */
export const sharedPartition = 'default'

const objectId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Returns the one spelling of a person's id, or `undefined` for a name that can never be one: partitions and Cosmos users
 * are named after people, and the shared partition and the roles have such names too.
 *
 * @param roles - Every configured role.
 */
export function readPersonId(text: string, roles: readonly string[]): string | undefined {
  const name = text.toLowerCase()
  if (name === '' || name === sharedPartition || name === guestRole || roles.includes(name)) return undefined
  // A directory ignores the case of an object id, our stores do not.
  return isObjectId(text) ? name : text
}

/** Whether a person's id is a directory's, and so no name that something else may have. */
export function isObjectId(id: string): boolean {
  return objectId.test(id)
}

/**
 * Requires an id that Cosmos DB can hold as a partition and, followed by a dot and a role, as the name of a user:
 * 1 to 190 bytes, none of `/ \\ # ?`, no control characters, no space at an end.
 *
 * @throws `ERR_SERVER_PERSON_ID`, with what is wrong in `details.reason` and without the id.
 */
export function assertPersonId(id: unknown): void {
  const wrong = (reason: string): Error =>
    serverError('ERR_SERVER_PERSON_ID', 'The id of a person cannot be used', { reason })
  if (typeof id !== 'string' || id === '') throw wrong('missing')
  if (Buffer.byteLength(id) > 190) throw wrong('longer_than_190_bytes')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[/\\#?\u0000-\u001f\u007f]/.test(id) || id.trim() !== id) throw wrong('characters')
}

/**
 * Requires one of the configured roles, or `guest`.
 *
 * @param roles - Every configured role.
 * @throws `ERR_SERVER_PERSON_ROLE`, without the role.
 */
export function assertRole(role: unknown, roles: readonly string[]): void {
  if (role === guestRole || (typeof role === 'string' && roles.includes(role))) return
  throw serverError('ERR_SERVER_PERSON_ROLE', 'The role of a person is not one of LATCHKEY_ROLES')
}
