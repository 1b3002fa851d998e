/**
 * Who takes part in which thread.
 */

import type { Database, SqlRow } from '../../host/database.ts'
import type { Metadata } from '../body-fields.ts'

/** Somebody who takes part in a thread. */
export interface Participant {
  /** Raw id. */
  readonly identity: string
  readonly displayName: string | undefined
  /** From when on messages of the thread are shown. */
  readonly shareHistoryMs: number
  readonly metadata: Metadata
  /** Where the thread stood when somebody who no longer takes part was removed; nothing later is shown to them. */
  readonly lastReadableSequence?: number
}

/** The most participants a thread has. */
export const maxParticipants = 250

/** The most participants named in one request. */
export const maxParticipantsInRequest = 200

/** Keeps participants. */
export class Participants {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Adds a participant; one who is there already gets the new name and metadata and keeps their history. */
  add(threadId: string, { displayName, identity, metadata, shareHistoryMs }: Participant): void {
    const sql = `INSERT INTO participants (thread_id, identity, display_name, share_history_ms, metadata)
      VALUES (?, ?, ?, ?, ?) ON CONFLICT (thread_id, identity) DO UPDATE
      SET display_name = excluded.display_name, metadata = excluded.metadata, last_readable_id = NULL,
        share_history_ms = iif(last_readable_id IS NULL, share_history_ms, excluded.share_history_ms)`
    this.#database.run(sql, threadId, identity, displayName ?? null, shareHistoryMs, JSON.stringify(metadata))
  }

  /** Removes a participant, who keeps what there was to read until then, the message about the removal included. */
  remove(threadId: string, identity: string, removalMessageId: number): void {
    const sql = 'UPDATE participants SET last_readable_id = ? WHERE thread_id = ? AND identity = ?'
    this.#database.run(sql, removalMessageId, threadId, identity)
  }

  find(threadId: string, identity: string): Participant | undefined {
    const found = this.findPresentOrFormer(threadId, identity)
    return found?.lastReadableSequence === undefined ? found : undefined
  }

  findPresentOrFormer(threadId: string, identity: string): Participant | undefined {
    const sql = `SELECT p.*, removal.sequence AS last_readable_sequence FROM participants p
      LEFT JOIN messages removal ON removal.thread_id = p.thread_id AND removal.id = p.last_readable_id
      WHERE p.thread_id = ? AND p.identity = ?`
    const row = this.#database.get(sql, threadId, identity)
    return row && readParticipant(row)
  }

  /** The name somebody was last given in any thread. */
  nameOf(identity: string): string | undefined {
    const sql = `SELECT display_name FROM participants WHERE identity = ? AND display_name IS NOT NULL
      ORDER BY position DESC LIMIT 1`
    const name = this.#database.get(sql, identity)?.['display_name']
    return typeof name === 'string' ? name : undefined
  }

  /** How many take part. */
  count(threadId: string): number {
    const sql = 'SELECT count(*) AS n FROM participants WHERE thread_id = ? AND last_readable_id IS NULL'
    const row = this.#database.get(sql, threadId)
    return Number(row?.['n'])
  }

  /** In the order they joined. */
  list(threadId: string, skip = 0, limit = -1): readonly Participant[] {
    const sql = `SELECT * FROM participants WHERE thread_id = ? AND last_readable_id IS NULL
      ORDER BY position LIMIT ? OFFSET ?`
    return this.#database.all(sql, threadId, limit, skip).map(readParticipant)
  }

  /** The raw ids of all who take part. */
  identities(threadId: string): readonly string[] {
    return this.list(threadId).map(({ identity }) => identity)
  }
}

function readParticipant(row: SqlRow): Participant {
  const last = row['last_readable_sequence'] ?? null
  return {
    identity: String(row['identity']),
    displayName: row['display_name'] === null ? undefined : String(row['display_name']),
    shareHistoryMs: Number(row['share_history_ms']),
    metadata: JSON.parse(String(row['metadata'])),
    ...(last === null ? {} : { lastReadableSequence: Number(last) }),
  }
}
