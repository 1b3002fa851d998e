/**
 * Where the directory keeps its entries: any store with conditional writes to one entry.
 */

import type { CommunicationUserRecord } from './user-record.ts'

/** An entry with the version it was read or written at. */
export interface StoredCommunicationUser {
  readonly record: CommunicationUserRecord
  /** Opaque, and never the same twice for one id, not even after the entry was removed and made again. */
  readonly version: string
}

/** Which entries to list. */
export type CommunicationUserQuery =
  | { readonly kind: 'all' }
  /** Those with `expiresAtMs` at or before `atMs`. */
  | { readonly kind: 'expired'; readonly atMs: number }
  /** Those that are not plainly `active`: another state, or something in `surplus` or `unaccounted`. */
  | { readonly kind: 'unsettled' }

/**
 * Keeps entries.
 *
 * Every method rejects only when the store cannot be reached; the suite at `@latchkey/identity/store-contract` says the
 * rest. A store that cannot know whether its write took place must find out (by `writeId`) before it answers.
 */
export interface CommunicationUserStore {
  /** The entry as it is now; never an older one than this process has seen. */
  read(id: string): Promise<StoredCommunicationUser | undefined>
  /** Writes an entry that must not exist yet; `undefined` when it does. */
  insert(record: CommunicationUserRecord): Promise<StoredCommunicationUser | undefined>
  /** Replaces the entry with the record's id if it is still at `version`; `undefined` when it is not, or gone. */
  replace(record: CommunicationUserRecord, version: string): Promise<StoredCommunicationUser | undefined>
  /** Removes an entry if it is still at `version`; tells whether it did. */
  remove(id: string, version: string): Promise<boolean>
  /** Entry after entry, in any order, without holding them all; what changes meanwhile may or may not be seen. */
  list(query: CommunicationUserQuery): AsyncIterable<StoredCommunicationUser>
}

/** Whether a record belongs to the answer to a query; for stores that filter by hand. */
export function matchesQuery(record: CommunicationUserRecord, query: CommunicationUserQuery): boolean {
  if (query.kind === 'all') return true
  if (query.kind === 'expired') return record.expiresAtMs !== undefined && record.expiresAtMs <= query.atMs
  return record.state !== 'active' || record.surplus.length > 0 || record.unaccounted.length > 0
}
