/**
 * How far each participant has read.
 */

import type { Database } from '../../host/database.ts'

/** A participant has read up to a message. */
export interface ReadReceipt {
  readonly identity: string
  readonly messageId: string
  readonly readAtMs: number
}

/** Keeps the last receipt of each participant. */
export class ReadReceipts {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Notes a receipt and answers true, unless a later message has been read already. */
  put(threadId: string, { identity, messageId, readAtMs }: ReadReceipt): boolean {
    const sql = `INSERT INTO read_receipts VALUES (?, ?, ?, ?) ON CONFLICT (thread_id, identity) DO UPDATE
      SET message_id = excluded.message_id, read_ms = excluded.read_ms WHERE excluded.message_id > message_id`
    return this.#database.run(sql, threadId, identity, Number(messageId), readAtMs) > 0
  }

  /** The receipts of those who still take part, oldest first. */
  list(threadId: string, skip: number, limit: number): readonly ReadReceipt[] {
    const sql = `SELECT r.* FROM read_receipts r JOIN participants p USING (thread_id, identity)
      WHERE r.thread_id = ? AND p.last_readable_id IS NULL ORDER BY r.read_ms, r.identity LIMIT ? OFFSET ?`
    return this.#database.all(sql, threadId, limit, skip).map((row) => ({
      identity: String(row['identity']),
      messageId: String(row['message_id']),
      readAtMs: Number(row['read_ms']),
    }))
  }
}
