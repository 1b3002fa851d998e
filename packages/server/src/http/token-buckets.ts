/**
 * Token buckets by key, in memory: full at first, one token for each use, refilled evenly.
 *
 * The buckets are those of `limiter`, on the process' monotonic time: a clock that is moved or set right opens no limit
 * and closes none. A bucket that is full again says nothing and is forgotten; beyond the most that are kept, the one that
 * was used longest ago is.
 */

import { TokenBucket } from 'limiter'

/** Points for a duration. */
export interface Limit {
  readonly points: number
  readonly seconds: number
}

/** The buckets of one limit. */
export class TokenBuckets {
  readonly #limit: Limit
  readonly #maxBuckets: number
  // In the order of their last use.
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(limit: Limit, maxBuckets = 100_000) {
    this.#limit = limit
    this.#maxBuckets = maxBuckets
  }

  /** How many buckets there are. */
  get size(): number {
    return this.#buckets.size
  }

  /** Takes a token and answers 0, or answers how many seconds it takes until there is one. */
  take(key: string): number {
    // For `limiter`, a bucket of no size is one without a limit.
    if (this.#limit.points === 0) return this.#limit.seconds
    const bucket = this.#buckets.get(key) ?? this.#fullBucket()
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    const waitMs = bucket.tryRemoveTokens(1) ? 0 : bucket.getWaitTime(1)
    this.#forget()
    return waitMs / 1_000
  }

  #fullBucket(): TokenBucket {
    const { points, seconds } = this.#limit
    const bucket = new TokenBucket({
      bucketSize: points,
      tokensPerInterval: points,
      interval: seconds * 1_000,
    })
    bucket.content = points
    return bucket
  }

  // Two at a time are enough: every use adds one at most.
  #forget(): void {
    let looks = 2
    for (const [key, bucket] of this.#buckets) {
      bucket.drip()
      const isFull = bucket.content >= bucket.bucketSize
      if (looks === 0 || !(isFull || this.#buckets.size > this.#maxBuckets)) return
      looks -= 1
      this.#buckets.delete(key)
    }
  }
}
