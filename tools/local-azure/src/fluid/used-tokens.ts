/**
 * Tokens that opened their one document, and tokens taken back before their time.
 *
 * Kept as hashes until they would have expired anyway, so that a restart lets none of them in again.
 */

import { createHash } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import type { Database } from '../host/database.ts'

/** Remembers used and revoked tokens. */
export class UsedTokens {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
    database.exec(
      'CREATE TABLE IF NOT EXISTS used_tokens (id TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT',
    )
  }

  has(name: string): boolean {
    const sql = 'SELECT 1 FROM used_tokens WHERE id = ? AND until > ?'
    return this.#database.get(sql, hash(name), this.#clock.now()) !== undefined
  }

  /** Remembers `name` for `lifetimeSeconds`; false when it was remembered already. */
  add(name: string, lifetimeSeconds: number): boolean {
    const nowMs = this.#clock.now()
    this.#database.run('DELETE FROM used_tokens WHERE until <= ?', nowMs)
    const sql = 'INSERT INTO used_tokens VALUES (?, ?) ON CONFLICT DO NOTHING'
    return this.#database.run(sql, hash(name), nowMs + lifetimeSeconds * 1000) === 1
  }

  clear(): void {
    this.#database.run('DELETE FROM used_tokens')
  }
}

function hash(name: string): string {
  return createHash('sha256').update(name).digest('base64url')
}
