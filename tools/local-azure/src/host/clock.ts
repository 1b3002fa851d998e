/**
 * The clock of local Azure: the machine's, plus what the control API has added.
 *
 * What was added is kept with the data: people and tokens made in a moved time would otherwise lie in the future after
 * a restart.
 */

import type { Cancel, Clock } from '@latchkey/common'
import { systemClock } from '@latchkey/common'
import type { Database } from './database.ts'

/** Where a clock keeps how far it was moved. */
export interface OffsetStore {
  read(): number
  write(offsetMs: number): void
}

/** Keeps the offset in a database. */
export function keepOffsetIn(database: Database): OffsetStore {
  database.exec(
    'CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY, offset_ms INTEGER NOT NULL) STRICT',
  )
  return {
    read: () => Number(database.get('SELECT offset_ms FROM clock WHERE id = 1')?.['offset_ms'] ?? 0),
    write: (offsetMs) => {
      database.run(
        'INSERT INTO clock VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET offset_ms = excluded.offset_ms',
        Math.round(offsetMs),
      )
    },
  }
}

interface Wait {
  readonly dueMs: number
  readonly callback: () => void
  cancel: Cancel
}

/** A clock that can be moved forward; what came due on the way is called at once, in order. */
export class ControlClock implements Clock {
  readonly #base: Clock
  readonly #waits = new Set<Wait>()
  readonly #store: OffsetStore | undefined
  #offsetMs: number

  constructor(base: Clock = systemClock, store?: OffsetStore) {
    this.#base = base
    this.#store = store
    this.#offsetMs = store?.read() ?? 0
  }

  /** How far ahead of its base this clock is, in milliseconds. */
  get offsetMs(): number {
    return this.#offsetMs
  }

  now(): number {
    return this.#base.now() + this.#offsetMs
  }

  schedule(delayMs: number, callback: () => void): Cancel {
    const wait: Wait = { dueMs: this.now() + Math.max(delayMs, 0), callback, cancel: () => undefined }
    this.#waits.add(wait)
    this.#arm(wait)
    return () => {
      wait.cancel()
      this.#waits.delete(wait)
    }
  }

  /** Moves the clock forward. */
  advanceSeconds(seconds: number): void {
    this.#offsetMs += seconds * 1000
    this.#store?.write(this.#offsetMs)
    const inOrder = [...this.#waits].sort((a, b) => a.dueMs - b.dueMs)
    for (const wait of inOrder) {
      wait.cancel()
      if (wait.dueMs <= this.now()) this.#fire(wait)
      else this.#arm(wait)
    }
  }

  #arm(wait: Wait): void {
    wait.cancel = this.#base.schedule(wait.dueMs - this.now(), () => this.#fire(wait))
  }

  #fire(wait: Wait): void {
    if (this.#waits.delete(wait)) wait.callback()
  }
}
