/**
 * Request units by the second: 240 for the account's metadata, and what a container or database was given.
 *
 * Like the real service it lets a request through while anything is left of the second, charges afterwards, and then
 * answers 429 until the debt is worked off.
 */

import type { Clock } from '@latchkey/common'
import { tooManyRequests } from './errors.ts'

/** The request units a second all metadata operations of an account share; it cannot be raised. */
export const metadataUnitsPerSecond = 240

interface Bucket {
  /** Units used and not yet worked off. */
  used: number
  atMs: number
}

/** Counts request units by name. */
export class Throttle {
  readonly #clock: Clock
  readonly #buckets = new Map<string, Bucket>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Refuses with 429 while `name` has used up its `unitsPerSecond`. */
  admit(name: string, unitsPerSecond: number): void {
    const bucket = this.#bucket(name, unitsPerSecond)
    if (bucket.used < unitsPerSecond) return
    const overMs = Math.ceil(((bucket.used - unitsPerSecond) / unitsPerSecond) * 1000) + 1
    throw tooManyRequests(
      'Request rate is large. More Request Units may be needed, so no changes were made.',
      overMs,
    )
  }

  /** Counts what a request has cost. */
  charge(name: string, unitsPerSecond: number, units: number): void {
    this.#bucket(name, unitsPerSecond).used += units
  }

  forget(): void {
    this.#buckets.clear()
  }

  #bucket(name: string, unitsPerSecond: number): Bucket {
    const now = this.#clock.now()
    const bucket = this.#buckets.get(name)
    if (!bucket) {
      const fresh = { used: 0, atMs: now }
      this.#buckets.set(name, fresh)
      return fresh
    }
    const workedOff = ((now - bucket.atMs) / 1000) * unitsPerSecond
    bucket.used = Math.max(0, bucket.used - Math.max(0, workedOff))
    bucket.atMs = now
    return bucket
  }
}
