/**
 * The ids of sealed tokens that may be used once, and have been.
 */

import type { Clock } from '@latchkey/common'
import type { Database } from '../../host/database.ts'

/** Remembers ids until what they name has expired anyway. */
export class SpentIds {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  /** Spends an id; false when it was spent before. `expiresAt` in seconds. */
  spend(id: string, expiresAt: number): boolean {
    this.#database.run('DELETE FROM spent WHERE expires_at_ms < ?', this.#clock.now() - 86_400_000)
    const sql = 'INSERT INTO spent VALUES (?, ?) ON CONFLICT DO NOTHING'
    return this.#database.run(sql, id, expiresAt * 1_000) > 0
  }
}
