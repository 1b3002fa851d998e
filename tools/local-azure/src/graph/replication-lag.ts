/**
 * How late a new object is seen: the replicas of a directory take a moment, and a client must live with it.
 */

import type { Clock } from '@latchkey/common'

/** Hides new objects for a while; off unless asked for. */
export class ReplicationLag {
  readonly #clock: Clock
  #seconds = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get seconds(): number {
    return this.#seconds
  }

  set seconds(seconds: number) {
    this.#seconds = seconds
  }

  /** Tells whether an object made then can be seen now. */
  isVisible({ createdAtMs }: { readonly createdAtMs: number }): boolean {
    return this.#clock.now() >= createdAtMs + this.#seconds * 1_000
  }
}
