/**
 * The clock of local Azure: the machine's, plus what the control API has added.
 */

import type { Cancel, Clock } from '@latchkey/common'
import { systemClock } from '@latchkey/common'

interface Wait {
  readonly dueMs: number
  readonly callback: () => void
  cancel: Cancel
}

/** A clock that can be moved forward; what came due on the way is called at once, in order. */
export class ControlClock implements Clock {
  readonly #base: Clock
  readonly #waits = new Set<Wait>()
  #offsetMs = 0

  constructor(base: Clock = systemClock) {
    this.#base = base
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
  advance(seconds: number): void {
    this.#offsetMs += seconds * 1000
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
