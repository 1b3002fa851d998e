/** A store several processes can share: one file, conditional writes as single statements. */

import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type {
  CommunicationUserRecord,
  CommunicationUserStore,
  StoredCommunicationUser,
} from '../src/index.ts'

export function openSqliteStore(path: string): CommunicationUserStore & { close(): void } {
  const database = new DatabaseSync(path)
  // First of all: even switching to WAL waits for other processes.
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL')
  // Processes die here, machines do not.
  database.exec('PRAGMA synchronous = OFF')
  database.exec('CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, version TEXT, record TEXT) STRICT')
  const parse = (row: Record<string, unknown> | undefined): StoredCommunicationUser | undefined =>
    row && { record: JSON.parse(String(row['record'])), version: String(row['version']) }
  const write = (sql: string, record: CommunicationUserRecord, ...rest: string[]) => {
    const version = randomUUID()
    const json = JSON.stringify(record)
    const { changes } = database.prepare(sql).run(version, json, record.id, ...rest)
    return changes === 0 ? undefined : { record: JSON.parse(json) as CommunicationUserRecord, version }
  }
  return {
    read: async (id) => parse(database.prepare('SELECT * FROM users WHERE id = ?').get(id)),
    insert: async (record) =>
      write('INSERT INTO users (version, record, id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', record),
    replace: async (record, version) =>
      write('UPDATE users SET version = ?, record = ? WHERE id = ? AND version = ?', record, version),
    remove: async (id, version) =>
      database.prepare('DELETE FROM users WHERE id = ? AND version = ?').run(id, version).changes === 1,
    list: async function* (query) {
      const filters = {
        all: '1',
        expired: `record ->> 'expiresAtMs' <= ${query.kind === 'expired' ? query.atMs : 0}`,
        unsettled: `record ->> 'state' <> 'active' OR json_array_length(record, '$.surplus') > 0
          OR json_array_length(record, '$.unaccounted') > 0`,
      }
      for (const row of database.prepare(`SELECT * FROM users WHERE ${filters[query.kind]}`).all()) {
        const stored = parse(row)
        if (stored) yield stored
      }
    },
    close: () => database.close(),
  }
}
