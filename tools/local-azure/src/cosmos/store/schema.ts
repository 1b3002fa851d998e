/**
 * The tables of the Cosmos service, and the version of their format.
 */

import { LatchkeyError } from '@latchkey/common'
import type { Database } from '../../host/database.ts'
import { canonicalText } from '../query/values.ts'

/** The errors the store throws when it cannot be opened. */
export type CosmosStoreErrorCode = 'ERR_LOCAL_COSMOS_DATA_FORMAT'

/** The format written by this version. A file with a higher one is refused. */
export const dataFormat = 2

const tables = `
CREATE TABLE IF NOT EXISTS databases (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, rid TEXT NOT NULL, etag TEXT NOT NULL, ts INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS containers (
  number INTEGER PRIMARY KEY AUTOINCREMENT, database INTEGER NOT NULL REFERENCES databases ON DELETE CASCADE, id TEXT NOT NULL,
  rid TEXT NOT NULL, etag TEXT NOT NULL, ts INTEGER NOT NULL, definition TEXT NOT NULL, lsn INTEGER NOT NULL,
  last_seq INTEGER NOT NULL DEFAULT 0, UNIQUE (database, id)
) STRICT;
CREATE TABLE IF NOT EXISTS items (
  seq INTEGER PRIMARY KEY, container INTEGER NOT NULL REFERENCES containers ON DELETE CASCADE, key TEXT NOT NULL, id TEXT NOT NULL,
  lsn INTEGER NOT NULL, etag TEXT NOT NULL, ts INTEGER NOT NULL, ttl INTEGER, expires INTEGER, body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS items_by_id ON items (container, id, key);
CREATE INDEX IF NOT EXISTS items_by_key ON items (container, key);
CREATE INDEX IF NOT EXISTS items_by_lsn ON items (container, lsn);
CREATE INDEX IF NOT EXISTS items_by_expiry ON items (container, expires) WHERE expires IS NOT NULL;
CREATE TABLE IF NOT EXISTS unique_values (
  container INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  seq INTEGER NOT NULL REFERENCES items ON DELETE CASCADE,
  PRIMARY KEY (container, key, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS unique_values_by_item ON unique_values (seq);
CREATE TABLE IF NOT EXISTS users (
  number INTEGER PRIMARY KEY AUTOINCREMENT, database INTEGER NOT NULL REFERENCES databases ON DELETE CASCADE, id TEXT NOT NULL,
  rid TEXT NOT NULL, etag TEXT NOT NULL, ts INTEGER NOT NULL, UNIQUE (database, id)
) STRICT;
CREATE TABLE IF NOT EXISTS permissions (
  number INTEGER PRIMARY KEY AUTOINCREMENT, user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE, id TEXT NOT NULL,
  mode TEXT NOT NULL, resource TEXT NOT NULL, key TEXT, rid TEXT NOT NULL, etag TEXT NOT NULL, ts INTEGER NOT NULL,
  UNIQUE (user, id), UNIQUE (user, resource)
) STRICT;
CREATE TABLE IF NOT EXISTS offers (
  number INTEGER PRIMARY KEY AUTOINCREMENT, rid TEXT NOT NULL UNIQUE, resource TEXT NOT NULL UNIQUE, link TEXT NOT NULL,
  etag TEXT NOT NULL, ts INTEGER NOT NULL, content TEXT NOT NULL
) STRICT;
`

/** Makes the tables, or opens what an earlier run made. Throws `ERR_LOCAL_COSMOS_DATA_FORMAT` for a newer format. */
export function openSchema(database: Database): void {
  const found = Number(database.get('PRAGMA user_version')?.['user_version'] ?? 0)
  if (found > dataFormat) {
    throw new LatchkeyError<CosmosStoreErrorCode>(
      `The Cosmos data is of format ${found}; this version reads up to ${dataFormat}. Update, or start with a new --data folder`,
      { code: 'ERR_LOCAL_COSMOS_DATA_FORMAT', details: { found, supported: dataFormat } },
    )
  }
  database.transaction(() => {
    if (found === 1) takeOverFormat1(database)
    database.exec(tables)
    database.exec(`PRAGMA user_version = ${dataFormat}`)
  })
  // 32 MB of log before it is folded into the file: folding is what makes a busy writer wait.
  database.exec('PRAGMA wal_autocheckpoint = 8000')
}

function takeOverFormat1(database: Database): void {
  // It did not keep which numbers the items of a container had used up.
  database.exec('ALTER TABLE containers ADD COLUMN last_seq INTEGER NOT NULL DEFAULT 0')
  // And it took objects with their names in another order for different values: of two such, both stay as they are.
  const update = 'UPDATE OR IGNORE unique_values SET value = ? WHERE container = ? AND key = ? AND value = ?'
  for (const { container, key, value } of database.all(
    "SELECT container, key, value FROM unique_values WHERE value LIKE '%{%'",
  )) {
    const text = String(value)
    const start = text.indexOf(':') + 1
    const canonical = canonicalText(JSON.parse(text.slice(start)))
    database.run(update, text.slice(0, start) + canonical, Number(container), String(key), text)
  }
}

/** Empties every table; numbers go on, so that no resource id is ever used twice. */
export function clearTables(database: Database): void {
  database.transaction(() => {
    for (const table of [
      'unique_values',
      'items',
      'containers',
      'permissions',
      'users',
      'offers',
      'databases',
    ]) {
      database.exec(`DELETE FROM ${table}`)
    }
  })
}
