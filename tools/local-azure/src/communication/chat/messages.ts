/**
 * The messages of threads, those of people and those the service writes itself.
 */

import type { Clock } from '@latchkey/common'
import type { Database, SqlRow } from '../../host/database.ts'
import type { Metadata } from '../body-fields.ts'
import type { Participant } from './participants.ts'

/** What a message says. */
export interface MessageContent {
  readonly message?: string
  readonly topic?: string
  readonly participants?: readonly Participant[]
  /** Raw id of who caused a message of the service. */
  readonly initiator?: string
}

/** A message of a person, or one of the service about the thread. */
export type MessageType = 'text' | 'html' | 'topicUpdated' | 'participantAdded' | 'participantRemoved'

/** A message. */
export interface Message {
  readonly threadId: string
  /** Milliseconds since the epoch, moved on where two would be the same. */
  readonly id: string
  /** Counts the changes of a thread from 1; a message that is edited or deleted gets a new one. */
  readonly sequence: number
  readonly type: MessageType
  readonly version: string
  readonly content: MessageContent
  /** Raw id; `undefined` for messages of the service. */
  readonly sender: string | undefined
  readonly senderDisplayName: string | undefined
  readonly createdAtMs: number
  readonly editedAtMs: number | undefined
  readonly deletedAtMs: number | undefined
  readonly metadata: Metadata
}

/** What a new message is made from. */
export interface MessageDraft {
  readonly type: MessageType
  readonly content: MessageContent
  readonly sender?: string
  readonly senderDisplayName?: string | undefined
  readonly metadata?: Metadata
}

/** What somebody may read: messages from a moment on, as they stood at a sequence number. */
export interface Readable {
  readonly fromMs: number
  readonly asOfSequence: number
}

/** The thread as it is now. */
export const latestSequence: number = Number.MAX_SAFE_INTEGER

/** Keeps messages. */
export class Messages {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  add(threadId: string, draft: MessageDraft): Message {
    const now = this.#clock.now()
    return this.#database.transaction(() => {
      const { sequence, version } = this.#next(threadId, now)
      const { content, metadata = {}, sender, senderDisplayName, type } = draft
      const sql = 'INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?)'
      const [text, tags] = [JSON.stringify(content), JSON.stringify(metadata)]
      const [from, name] = [sender ?? null, senderDisplayName ?? null]
      this.#database.run(sql, threadId, version, sequence, type, version, text, from, name, now, tags)
      this.#database.run('UPDATE threads SET last_message_ms = ? WHERE id = ?', now, threadId)
      return this.#require(threadId, version)
    })
  }

  /** A message as it stood at a sequence number. */
  find(threadId: string, id: string, asOfSequence: number = latestSequence): Message | undefined {
    if (!/^\d{1,15}$/.test(id)) return undefined
    const row = this.#database.get(
      versionsWhere('thread_id = ?2 AND id = ?3'),
      asOfSequence,
      threadId,
      Number(id),
    )
    return row && readMessage(row)
  }

  edit(message: Message, content: MessageContent, metadata: Metadata): Message {
    const now = this.#clock.now()
    return this.#database.transaction(() => {
      const { sequence, version } = this.#replace(message, now)
      const sql = `UPDATE messages SET content = ?, metadata = ?, edited_ms = ?, sequence = ?, version = ?
        WHERE thread_id = ? AND id = ?`
      const [text, tags] = [JSON.stringify(content), JSON.stringify(metadata)]
      const [threadId, id] = [message.threadId, Number(message.id)]
      this.#database.run(sql, text, tags, now, sequence, version, threadId, id)
      return this.#require(threadId, id)
    })
  }

  /** Empties a message; that there was one stays to be seen. */
  delete(message: Message): Message {
    const { id, threadId } = message
    const now = this.#clock.now()
    return this.#database.transaction(() => {
      const { sequence, version } = this.#replace(message, now)
      const sql = `UPDATE messages SET content = '{"message":""}', metadata = '{}', edited_ms = NULL, deleted_ms = ?,
        sequence = ?, version = ? WHERE thread_id = ? AND id = ?`
      this.#database.run(sql, now, sequence, version, threadId, Number(id))
      return this.#require(threadId, Number(id))
    })
  }

  /** Last changed first, below `beforeSequence`. */
  list(threadId: string, readable: Readable, beforeSequence: number, limit: number): readonly Message[] {
    const { asOfSequence, fromMs } = readable
    const wanted = 'thread_id = ?2 AND created_ms >= ?3 AND sequence < ?4'
    const sql = `${versionsWhere(wanted)} ORDER BY sequence DESC LIMIT ?5`
    return this.#database.all(sql, asOfSequence, threadId, fromMs, beforeSequence, limit).map(readMessage)
  }

  /** The next change, which is to a message: keeps the message as it was for whoever was removed while it stood so. */
  #replace({ id, threadId }: Message, now: number): { sequence: number; version: number } {
    const next = this.#next(threadId, now)
    const sql = `INSERT INTO former_messages SELECT m.*, ? FROM messages m WHERE m.thread_id = ? AND m.id = ? AND EXISTS
      (SELECT 1 FROM participants p JOIN messages removal ON removal.thread_id = p.thread_id AND removal.id = p.last_readable_id
      WHERE p.thread_id = m.thread_id AND removal.sequence > m.sequence)`
    this.#database.run(sql, next.sequence - 1, threadId, Number(id))
    return next
  }

  // Ids and versions are moments, and must differ all the same.
  #next(threadId: string, now: number): { sequence: number; version: number } {
    const change = `UPDATE threads SET last_sequence = last_sequence + 1, last_version = max(last_version + 1, ?)
      WHERE id = ?`
    this.#database.run(change, now, threadId)
    const row = this.#database.get('SELECT last_sequence, last_version FROM threads WHERE id = ?', threadId)
    return { sequence: Number(row?.['last_sequence']), version: Number(row?.['last_version']) }
  }

  #require(threadId: string, id: number): Message {
    const message = this.find(threadId, String(id))
    if (!message) throw new Error('The message just written is not there')
    return message
  }
}

// Not a view: of a view SQLite reads every message of the thread to sort a page of them.
function versionsWhere(wanted: string): string {
  return `SELECT *, ${latestSequence} AS until_sequence FROM messages WHERE ${wanted} AND sequence <= ?1 UNION ALL
    SELECT * FROM former_messages WHERE ${wanted} AND ?1 BETWEEN sequence AND until_sequence`
}

function readMessage(row: SqlRow): Message {
  const instant = (name: string): number | undefined => (row[name] === null ? undefined : Number(row[name]))
  const text = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]))
  return {
    threadId: String(row['thread_id']),
    id: String(row['id']),
    sequence: Number(row['sequence']),
    type: String(row['type']) as MessageType,
    version: String(row['version']),
    content: JSON.parse(String(row['content'])),
    sender: text('sender'),
    senderDisplayName: text('sender_display_name'),
    createdAtMs: Number(row['created_ms']),
    editedAtMs: instant('edited_ms'),
    deletedAtMs: instant('deleted_ms'),
    metadata: JSON.parse(String(row['metadata'])),
  }
}
