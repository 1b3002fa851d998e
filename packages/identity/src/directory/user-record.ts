/**
 * What is remembered about one person's Communication Services user: plain JSON, so that any store can keep it.
 */

import { createHash } from 'node:crypto'
import { argumentError } from '../errors.ts'

/** Who somebody is: the party that vouches for them, and their name there. Never an e-mail address. */
export interface Subject {
  /** The issuer of their identity, for example `https://accounts.google.com`. */
  readonly issuer: string
  /** Their unchanging id at that issuer, the `sub` of an id token. */
  readonly subject: string
}

/**
 * Where a user stands.
 *
 * `creating` and `deleting` are intents, written before the service is called, so that whoever comes after a crash knows
 * what may have happened.
 */
export type CommunicationUserState = 'creating' | 'active' | 'deleting'

/** A create, or several, that may have left a user at the service which nobody can find. */
export interface UnaccountedCreate {
  /** The intent it was asked for under. */
  readonly intentId: string
  /** When that intent was written, in milliseconds since the epoch. */
  readonly atMs: number
  /** How many it stands for, the first of them at `atMs`. Default 1; more when there are too many to keep apart. */
  readonly times?: number
}

/** One person's entry. */
export interface CommunicationUserRecord {
  /** {@link subjectId} of subject and purpose: 43 characters that are safe in every key and URL. */
  readonly id: string
  readonly subject: Subject
  /** Of the directory whose entry it is; absent where that has none. */
  readonly purpose?: string
  readonly state: CommunicationUserState
  /** The service's id, for example `8:acs:…`; absent until it is known. */
  readonly communicationUserId?: string
  /** When the entry was first written, in milliseconds since the epoch. */
  readonly createdAtMs: number
  /** When the user ends, in milliseconds since the epoch; absent for a durable one. */
  readonly expiresAtMs?: number
  /** Until when only the writer of this intent may call the service for it, in milliseconds since the epoch. */
  readonly leaseEndsAtMs?: number
  /** Names the intent for as long as a create may be under way for it, or may have been when its writer died. */
  readonly intentId?: string
  /** The id of our own under which the intent asks for the user; absent where the api-version knows none. */
  readonly customId?: string
  /** How long the user that an intent makes lives, in milliseconds; absent for a durable one. */
  readonly lifetimeMs?: number
  /** Users that were made and are not wanted, until they are deleted. */
  readonly surplus: readonly string[]
  /** Creates whose outcome nobody can find out, because they were asked for without a custom id. */
  readonly unaccounted: readonly UnaccountedCreate[]
  /** Different for every write, so that a store can recognise its own write after an ambiguous failure. */
  readonly writeId: string
}

/**
 * The key of a subject: SHA-256 of issuer and subject, and of the directory's purpose if it has one, in base64url.
 *
 * @throws {@link CommunicationIdentityError} `ERR_IDENTITY_ARGUMENT` unless both are texts: without them everybody would have
 *   one key.
 */
export function subjectId(of: Subject, purpose?: string): string {
  if (typeof of?.issuer !== 'string' || typeof of.subject !== 'string') {
    throw argumentError('A subject has an issuer and a subject, both texts.', 'subject')
  }
  const { issuer, subject } = of
  // As a JSON list, so that no two can run together into one text.
  const parts = purpose === undefined ? [issuer, subject] : [issuer, subject, purpose]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** Whether nothing is left of an entry but creates that are {@link CommunicationUserRecord.unaccounted}. */
export function isTombstone(record: CommunicationUserRecord): boolean {
  const { communicationUserId, customId, intentId, state, surplus } = record
  const isEmpty = communicationUserId === undefined && customId === undefined && intentId === undefined
  return state === 'deleting' && isEmpty && surplus.length === 0
}
