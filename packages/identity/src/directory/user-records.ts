/**
 * Writes the directory's entries: each state with exactly the fields that belong to it, each write under a name of its
 * own.
 */

import { randomUUID } from 'node:crypto'
import type { CommunicationUserRecord, Subject } from './user-record.ts'
import { subjectId } from './user-record.ts'
import type { CommunicationUserStore, StoredCommunicationUser } from './user-store.ts'

type Written = Promise<StoredCommunicationUser | undefined>

/** Turns intentions into conditional writes; each answers `undefined` when somebody else was faster. */
export class UserRecords {
  readonly #store: CommunicationUserStore

  constructor(store: CommunicationUserStore) {
    this.#store = store
  }

  read(id: string): Written {
    return this.#store.read(id)
  }

  /** A first entry: the intent to create. */
  begin(subject: Subject, nowMs: number, leaseEndsAtMs: number): Written {
    return this.#store.insert({
      id: subjectId(subject),
      subject,
      state: 'creating',
      createdAtMs: nowMs,
      leaseEndsAtMs,
      surplus: [],
      unaccounted: 0,
      writeId: randomUUID(),
    })
  }

  /** The intent to create, over whatever stands there. */
  beginAgain(
    stored: StoredCommunicationUser,
    nowMs: number,
    leaseEndsAtMs: number,
    unaccounted = 0,
  ): Written {
    const state = { state: 'creating', createdAtMs: nowMs, leaseEndsAtMs } as const
    return this.#replace(stored, { ...state, unaccounted: stored.record.unaccounted + unaccounted })
  }

  /** The intent is given up for now: whoever comes next may take it over at once. */
  release(stored: StoredCommunicationUser, unaccounted = 0): Written {
    const { createdAtMs, state } = stored.record
    return this.#replace(stored, { state, createdAtMs, unaccounted: stored.record.unaccounted + unaccounted })
  }

  /** The user is there. */
  activate(stored: StoredCommunicationUser, communicationUserId: string, expiresAtMs?: number): Written {
    const { createdAtMs } = stored.record
    return this.#replace(stored, {
      state: 'active',
      createdAtMs,
      communicationUserId,
      ...(expiresAtMs !== undefined && { expiresAtMs }),
    })
  }

  /** The intent to delete a user that is known. */
  beginDelete(stored: StoredCommunicationUser, communicationUserId: string): Written {
    const { createdAtMs } = stored.record
    return this.#replace(stored, { state: 'deleting', createdAtMs, communicationUserId })
  }

  /** The intent to find out whether there is a user, in order to delete it. */
  beginSearch(stored: StoredCommunicationUser, leaseEndsAtMs: number): Written {
    const { createdAtMs } = stored.record
    return this.#replace(stored, { state: 'deleting', createdAtMs, leaseEndsAtMs })
  }

  /** Notes, or strikes off, users that are not wanted. */
  setSurplus(stored: StoredCommunicationUser, surplus: readonly string[]): Written {
    const { id: _id, subject: _subject, writeId: _writeId, ...rest } = stored.record
    return this.#replace(stored, { ...rest, surplus })
  }

  /** An entry for nothing but a user that is not wanted. */
  beginSurplus(subject: Subject, nowMs: number, communicationUserId: string): Written {
    return this.#store.insert({
      id: subjectId(subject),
      subject,
      state: 'deleting',
      communicationUserId,
      createdAtMs: nowMs,
      surplus: [],
      unaccounted: 0,
      writeId: randomUUID(),
    })
  }

  remove(stored: StoredCommunicationUser): Promise<boolean> {
    return this.#store.remove(stored.record.id, stored.version)
  }

  #replace(
    { record, version }: StoredCommunicationUser,
    fields: Omit<CommunicationUserRecord, 'id' | 'subject' | 'surplus' | 'unaccounted' | 'writeId'> &
      Partial<Pick<CommunicationUserRecord, 'surplus' | 'unaccounted'>>,
  ): Written {
    const { id, subject, surplus, unaccounted } = record
    return this.#store.replace(
      { id, subject, surplus, unaccounted, ...fields, writeId: randomUUID() },
      version,
    )
  }
}
