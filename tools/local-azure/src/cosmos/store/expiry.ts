/**
 * Time to live: which items of a container are over.
 *
 * The earliest end is remembered for each container, so that a request to one where nothing has ended costs a comparison.
 */

import type { Clock } from '@latchkey/common'
import type { Database } from '../../host/database.ts'
import { parseTimeToLive } from '../container-definition.ts'
import type { JsonObject } from '../json.ts'
import type { Container } from './container.ts'

/** When an item ends: its own time to live, and the second that follows from it and the container's. */
export interface Lifetime {
  readonly ttl: number | null
  readonly expires: number | null
}

/** The lifetime of an item written at `ts`. Throws 400 for a wrong `ttl`. */
export function lifetimeOf(container: Container, item: JsonObject, ts: number): Lifetime {
  const ttl = parseTimeToLive(item['ttl'], 'ttl')
  const { defaultTtl } = container.definition
  if (defaultTtl === null) return { ttl, expires: null }
  const seconds = ttl ?? defaultTtl
  return { ttl, expires: seconds === -1 ? null : ts + seconds }
}

/** Knows when the items of a container end. */
export class Expiry {
  readonly #database: Database
  readonly #clock: Clock
  // Absent: not yet asked. Infinity: nothing ends.
  readonly #next = new Map<number, number>()

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  /** An item that ends at `expires` was written. */
  note(container: Container, expires: number | null): void {
    const next = this.#next.get(container.number)
    if (expires !== null && next !== undefined && expires < next) this.#next.set(container.number, expires)
  }

  /** The second it is, when at least one item of the container is over. */
  due(container: Container): number | undefined {
    if (container.definition.defaultTtl === null) return undefined
    const now = Math.floor(this.#clock.now() / 1000)
    const next = this.#next.get(container.number)
    // What was remembered may be the end of an item that was written anew, or deleted.
    return (next === undefined || now >= next) && now >= this.#ask(container) ? now : undefined
  }

  /** The container's default has changed: every item's end follows. */
  recompute(container: Container): void {
    const { defaultTtl } = container.definition
    const sql = `UPDATE items SET expires = CASE
      WHEN ?1 IS NULL OR coalesce(ttl, ?1) = -1 THEN NULL ELSE ts + coalesce(ttl, ?1) END WHERE container = ?2`
    this.#database.run(sql, defaultTtl, container.number)
    this.forget(container)
  }

  /** Forgets what is remembered of a container, or of all. */
  forget(container?: Container): void {
    if (container === undefined) this.#next.clear()
    else this.#next.delete(container.number)
  }

  #ask(container: Container): number {
    const sql = 'SELECT min(expires) AS next FROM items WHERE container = ? AND expires IS NOT NULL'
    const found = this.#database.get(sql, container.number)?.['next']
    const next = typeof found === 'number' ? found : Number.POSITIVE_INFINITY
    this.#next.set(container.number, next)
    return next
  }
}
