/**
 * The tables of chat.
 */

import type { Database } from '../../host/database.ts'

/** Makes the tables that are not there yet. */
export function createChatTables(database: Database): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS threads (
      id TEXT PRIMARY KEY, topic TEXT NOT NULL, metadata TEXT NOT NULL, retention_days INTEGER,
      created_ms INTEGER NOT NULL, created_by TEXT NOT NULL, deleted_ms INTEGER,
      last_message_ms INTEGER NOT NULL, last_sequence INTEGER NOT NULL DEFAULT 0, last_version INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE IF NOT EXISTS participants (
      position INTEGER PRIMARY KEY, thread_id TEXT NOT NULL, identity TEXT NOT NULL,
      display_name TEXT, share_history_ms INTEGER NOT NULL, metadata TEXT NOT NULL, last_readable_id INTEGER,
      UNIQUE (thread_id, identity)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS participants_by_identity ON participants (identity);
    CREATE TABLE IF NOT EXISTS messages (
      thread_id TEXT NOT NULL, id INTEGER NOT NULL, sequence INTEGER NOT NULL, type TEXT NOT NULL,
      version INTEGER NOT NULL, content TEXT NOT NULL, sender TEXT, sender_display_name TEXT,
      created_ms INTEGER NOT NULL, edited_ms INTEGER, deleted_ms INTEGER, metadata TEXT NOT NULL,
      PRIMARY KEY (thread_id, id)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX IF NOT EXISTS messages_by_sequence ON messages (thread_id, sequence);
    CREATE TABLE IF NOT EXISTS former_messages (
      thread_id TEXT NOT NULL, id INTEGER NOT NULL, sequence INTEGER NOT NULL, type TEXT NOT NULL,
      version INTEGER NOT NULL, content TEXT NOT NULL, sender TEXT, sender_display_name TEXT,
      created_ms INTEGER NOT NULL, edited_ms INTEGER, deleted_ms INTEGER, metadata TEXT NOT NULL,
      until_sequence INTEGER NOT NULL, PRIMARY KEY (thread_id, sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS read_receipts (
      thread_id TEXT NOT NULL, identity TEXT NOT NULL, message_id INTEGER NOT NULL, read_ms INTEGER NOT NULL,
      PRIMARY KEY (thread_id, identity)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS repeatable_requests (
      identity TEXT NOT NULL, request_id TEXT NOT NULL, body_hash TEXT NOT NULL, answer TEXT NOT NULL,
      PRIMARY KEY (identity, request_id)
    ) STRICT, WITHOUT ROWID;
  `)
}

/** Empties the tables. */
export function clearChatTables(database: Database): void {
  database.exec(`
    DELETE FROM threads; DELETE FROM participants; DELETE FROM messages; DELETE FROM former_messages;
    DELETE FROM read_receipts; DELETE FROM repeatable_requests;
  `)
}
