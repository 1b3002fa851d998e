/**
 * Writes the directory's entries: each state with exactly the fields that belong to it, each write under a name of its
 * own.
 */

import { randomUUID } from 'node:crypto'
import type { CommunicationUserRecord, Subject, UnaccountedCreate } from './user-record.ts'
import { subjectId } from './user-record.ts'
import type { CommunicationUserQuery, CommunicationUserStore, StoredCommunicationUser } from './user-store.ts'

type Written = Promise<StoredCommunicationUser | undefined>
type Fields = Omit<
  CommunicationUserRecord,
  'id' | 'purpose' | 'subject' | 'surplus' | 'unaccounted' | 'writeId'
>

/** What an intent to ask the service says. */
export interface Intent {
  readonly createdAtMs: number
  readonly leaseEndsAtMs: number
  /** Absent where the service is asked without one. */
  readonly customId?: string
  /** How long the user is to live; absent for a durable one. */
  readonly lifetimeMs?: number
}

/** Turns intentions into conditional writes; each answers `undefined` when somebody else was faster. */
export class UserRecords {
  readonly #store: CommunicationUserStore
  readonly #purpose: string | undefined

  constructor(store: CommunicationUserStore, purpose?: string) {
    this.#store = store
    this.#purpose = purpose
  }

  idOf(subject: Subject): string {
    return subjectId(subject, this.#purpose)
  }

  read(id: string): Written {
    return this.#store.read(id)
  }

  /** Entries of this purpose; others in the store are their own directories' business. */
  async *list(query: CommunicationUserQuery): AsyncGenerator<StoredCommunicationUser> {
    for await (const stored of this.#store.list(query)) {
      if (stored.record.purpose === this.#purpose) yield stored
    }
  }

  /** A first entry: the intent to create. */
  begin(subject: Subject, intent: Intent): Written {
    return this.#insert(subject, { ...intent, state: 'creating', intentId: randomUUID() })
  }

  /** The intent to create, over whatever stands there. */
  beginAgain(
    stored: StoredCommunicationUser,
    intent: Intent,
    unaccounted: readonly UnaccountedCreate[],
  ): Written {
    return this.#replace(stored, { ...intent, state: 'creating', intentId: randomUUID(), unaccounted })
  }

  /** The intent to find out whether there is a user, in order to delete it. */
  beginSearch(stored: StoredCommunicationUser, intent: Intent): Written {
    return this.#replace(stored, { ...intent, state: 'deleting', intentId: randomUUID() })
  }

  /** The intent is given up for now: whoever comes next may take it over at once. */
  release(stored: StoredCommunicationUser, unaccounted: readonly UnaccountedCreate[]): Written {
    const { createdAtMs, customId, lifetimeMs, state } = stored.record
    const findable = customId !== undefined && { customId }
    const ending = lifetimeMs !== undefined && { lifetimeMs }
    return this.#replace(stored, { state, createdAtMs, ...findable, ...ending, unaccounted })
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
    const { createdAtMs, expiresAtMs } = stored.record
    // With its end, so that a sweep that fails here comes by again.
    const ending = expiresAtMs !== undefined && { expiresAtMs }
    return this.#replace(stored, { state: 'deleting', createdAtMs, communicationUserId, ...ending })
  }

  /** Notes a user that is not wanted; what its intent left open is settled by that. */
  noteSurplus(stored: StoredCommunicationUser, communicationUserId: string, intentId?: string): Written {
    const { surplus, unaccounted } = stored.record
    return this.#change(stored, {
      surplus: [...surplus, communicationUserId],
      unaccounted: unaccounted.filter((create) => create.intentId !== intentId),
    })
  }

  /** An entry for nothing but a user that is not wanted. */
  beginSurplus(subject: Subject, createdAtMs: number, communicationUserId: string): Written {
    return this.#insert(subject, { state: 'deleting', communicationUserId, createdAtMs })
  }

  /** Strikes off users that were not wanted. */
  clearSurplus(stored: StoredCommunicationUser): Written {
    return this.#change(stored, { surplus: [] })
  }

  /** Nothing is left of the entry but what nobody can find. */
  bury(stored: StoredCommunicationUser, unaccounted: readonly UnaccountedCreate[]): Written {
    const { createdAtMs } = stored.record
    return this.#replace(stored, { state: 'deleting', createdAtMs, unaccounted })
  }

  /** Strikes off what nobody can find. */
  forgetUnaccounted(stored: StoredCommunicationUser): Written {
    return this.#change(stored, { unaccounted: [] })
  }

  remove(stored: StoredCommunicationUser): Promise<boolean> {
    return this.#store.remove(stored.record.id, stored.version)
  }

  #insert(subject: Subject, fields: Fields): Written {
    return this.#store.insert({
      id: this.idOf(subject),
      subject,
      ...(this.#purpose !== undefined && { purpose: this.#purpose }),
      ...fields,
      surplus: [],
      unaccounted: [],
      writeId: randomUUID(),
    })
  }

  #change(
    stored: StoredCommunicationUser,
    changes: Partial<Pick<CommunicationUserRecord, 'surplus' | 'unaccounted'>>,
  ): Written {
    return this.#replace(stored, { ...stored.record, ...changes })
  }

  #replace(
    { record, version }: StoredCommunicationUser,
    fields: Fields & Partial<Pick<CommunicationUserRecord, 'surplus' | 'unaccounted'>>,
  ): Written {
    const { id, purpose, subject, surplus, unaccounted } = record
    const owner = purpose !== undefined && { purpose }
    return this.#store.replace(
      { id, subject, ...owner, surplus, unaccounted, ...fields, writeId: randomUUID() },
      version,
    )
  }
}
