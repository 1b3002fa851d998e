/**
 * Token buckets by key, in memory: full at first, one token for each use, refilled evenly.
 *
 * A bucket that is full again says nothing and is forgotten; beyond the most that are kept, the one that was used longest
 * ago is.
 */

import type { Clock } from '@latchkey/common'

/** Points for a duration. */
export interface Limit {
  readonly points: number
  readonly seconds: number
}

interface Bucket {
  tokens: number
  atMs: number
}

/** The buckets of one limit. */
export class TokenBuckets {
  readonly #limit: Limit
  readonly #clock: Clock
  readonly #maxBuckets: number
  // In the order of their last use.
  readonly #buckets = new Map<string, Bucket>()

  constructor(limit: Limit, clock: Clock, maxBuckets = 100_000) {
    this.#limit = limit
    this.#clock = clock
    this.#maxBuckets = maxBuckets
  }

  /** How many buckets there are. */
  get size(): number {
    return this.#buckets.size
  }

  /** Takes a token and answers 0, or answers how many seconds it takes until there is one. */
  take(key: string): number {
    const { points, seconds } = this.#limit
    const nowMs = this.#clock.now()
    const { tokens, atMs } = this.#buckets.get(key) ?? { tokens: points, atMs: nowMs }
    // A clock that was put back refills nothing and loses nothing.
    const elapsedSeconds = Math.max(nowMs - atMs, 0) / 1_000
    const present = Math.min(points, tokens + (elapsedSeconds * points) / seconds)
    this.#buckets.delete(key)
    this.#buckets.set(key, { tokens: present >= 1 ? present - 1 : present, atMs: nowMs })
    this.#forget(nowMs)
    if (present >= 1) return 0
    return points === 0 ? seconds : ((1 - present) * seconds) / points
  }

  // Two at a time are enough: every use adds one at most.
  #forget(nowMs: number): void {
    let looks = 2
    for (const [key, { atMs }] of this.#buckets) {
      const isFull = nowMs - atMs >= this.#limit.seconds * 1_000
      if (looks === 0 || !(isFull || this.#buckets.size > this.#maxBuckets)) return
      looks -= 1
      this.#buckets.delete(key)
    }
  }
}
