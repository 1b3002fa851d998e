/**
 * Chat threads.
 */

import { randomBytes } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import type { Database, SqlRow } from '../../host/database.ts'
import type { Metadata } from '../body-fields.ts'

/** A thread. */
export interface Thread {
  /** For example `19:acsV1_…@thread.v2`. */
  readonly id: string
  readonly topic: string
  readonly metadata: Metadata
  /** After how many days the thread is deleted; `undefined` for never. */
  readonly retentionDays: number | undefined
  readonly createdAtMs: number
  readonly createdBy: string
  readonly deletedAtMs: number | undefined
  readonly lastMessageAtMs: number
}

/** What a thread is made from, and what can be changed of it later. */
export interface ThreadProperties {
  readonly topic: string
  readonly metadata: Metadata
  readonly retentionDays: number | undefined
}

/** Where a page of threads goes on. */
export interface ThreadPosition {
  readonly lastMessageAtMs: number
  readonly id: string
}

const dayMs = 86_400_000

// A thread begins with a message about its topic, and each new topic has its own.
const lastTopic = `(SELECT m.content ->> 'topic' FROM messages m WHERE m.thread_id = t.id AND m.type = 'topicUpdated'
  AND m.sequence < removal.sequence ORDER BY m.sequence DESC LIMIT 1)`

/** Keeps threads. */
export class Threads {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  create(properties: ThreadProperties, createdBy: string): Thread {
    const id = `19:acsV1_${randomBytes(32).toString('base64url')}@thread.v2`
    const now = this.#clock.now()
    const { metadata, retentionDays, topic } = properties
    const sql = `INSERT INTO threads (id, topic, metadata, retention_days, created_ms, created_by, last_message_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?)`
    this.#database.run(sql, id, topic, JSON.stringify(metadata), retentionDays ?? null, now, createdBy, now)
    return {
      id,
      topic,
      metadata,
      retentionDays,
      createdAtMs: now,
      createdBy,
      deletedAtMs: undefined,
      lastMessageAtMs: now,
    }
  }

  /** The thread, unless unknown or deleted. */
  find(id: string): Thread | undefined {
    const row = this.#database.get('SELECT * FROM threads WHERE id = ? AND deleted_ms IS NULL', id)
    return row && readThread(row)
  }

  update(id: string, { metadata, retentionDays, topic }: ThreadProperties): void {
    const sql = 'UPDATE threads SET topic = ?, metadata = ?, retention_days = ? WHERE id = ?'
    this.#database.run(sql, topic, JSON.stringify(metadata), retentionDays ?? null, id)
  }

  delete(id: string): void {
    this.#database.run('UPDATE threads SET deleted_ms = ? WHERE id = ?', this.#clock.now(), id)
  }

  /** Threads whose retention has run out. */
  listOverdue(): readonly Thread[] {
    const sql = `SELECT * FROM threads WHERE deleted_ms IS NULL AND created_ms + retention_days * ${dayMs} <= ?`
    return this.#database.all(sql, this.#clock.now()).map(readThread)
  }

  /**
   * Threads `identity` takes part in, the most recently used first; deleted ones too. One they were removed from is as it
   * was then.
   */
  listFor(
    identity: string,
    sinceMs: number,
    after: ThreadPosition | undefined,
    limit: number,
  ): readonly Thread[] {
    const sql = `SELECT t.*, iif(removal.id IS NULL, t.topic, ${lastTopic}) AS shown_topic,
        coalesce(removal.created_ms, t.last_message_ms) AS shown_ms
      FROM threads t JOIN participants p ON p.thread_id = t.id
      LEFT JOIN messages removal ON removal.thread_id = t.id AND removal.id = p.last_readable_id
      WHERE p.identity = ? AND shown_ms >= ? AND (shown_ms, t.id) < (?, ?)
      ORDER BY shown_ms DESC, t.id DESC LIMIT ?`
    const { id, lastMessageAtMs } = after ?? { id: '', lastMessageAtMs: Number.MAX_SAFE_INTEGER }
    return this.#database.all(sql, identity, sinceMs, lastMessageAtMs, id, limit).map((row) => ({
      ...readThread(row),
      topic: String(row['shown_topic']),
      lastMessageAtMs: Number(row['shown_ms']),
    }))
  }

  /** Every thread, for the dashboard. */
  list(): readonly Thread[] {
    return this.#database.all('SELECT * FROM threads ORDER BY created_ms').map(readThread)
  }
}

function readThread(row: SqlRow): Thread {
  return {
    id: String(row['id']),
    topic: String(row['topic']),
    metadata: JSON.parse(String(row['metadata'])),
    retentionDays: row['retention_days'] === null ? undefined : Number(row['retention_days']),
    createdAtMs: Number(row['created_ms']),
    createdBy: String(row['created_by']),
    deletedAtMs: row['deleted_ms'] === null ? undefined : Number(row['deleted_ms']),
    lastMessageAtMs: Number(row['last_message_ms']),
  }
}
