/**
 * A clock that a test moves, for everything that takes a {@link Clock}.
 *
 * @module
 */

import type { Cancel, Clock } from './clock.ts'

/** A {@link Clock} that a test controls. */
export interface ManualClock extends Clock {
  /**
   * Moves time forward and runs each callback at its own moment, in order. After each moment, it lets settled promises run
   * before it goes on.
   */
  advance(byMs: number): Promise<void>
  /**
   * Sets the clock to another moment without passing through the time between, as a clock correction does; then runs
   * every overdue callback.
   */
  jump(byMs: number): Promise<void>
  /** Simulates a sleeping machine: the clock goes on, but waiting callbacks keep their remaining delay. */
  sleep(forMs: number): void
  /** How many callbacks wait. */
  readonly waiting: number
  /** When the next callback is due, in milliseconds since the epoch, or `undefined`. */
  readonly nextDueMs: number | undefined
}

interface Wait {
  dueMs: number
  readonly callback: () => void
}

// Enough turns of the microtask queue for a chain of awaits to come to rest.
const turns = 30

/**
 * Makes a clock that moves only when told to.
 *
 * @param startMs - Milliseconds since the epoch. Default 2026-01-01T00:00:00Z.
 *
 * @example
 * ```ts
 * const clock = createManualClock()
 * const credential = new AzureCommunicationTokenCredential({ tokenRefresher, refreshProactively: true, clock })
 * await clock.advance(50 * 60_000)
 * ```
 */
export function createManualClock(startMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  // In the order they come due, and among equals in the order they were scheduled.
  const waits: Wait[] = []
  let nowMs = startMs

  const fireUntil = async (endMs: number): Promise<void> => {
    await settle()
    for (let wait = waits[0]; wait !== undefined && wait.dueMs <= endMs; wait = waits[0]) {
      nowMs = Math.max(nowMs, wait.dueMs)
      for (let due = waits[0]; due !== undefined && due.dueMs <= nowMs; due = waits[0]) {
        waits.shift()
        due.callback()
      }
      await settle()
    }
  }

  return {
    now: () => nowMs,
    schedule: (delayMs, callback): Cancel => {
      const wait: Wait = { dueMs: nowMs + Math.max(delayMs, 0), callback }
      waits.splice(placeAfter(waits, wait.dueMs), 0, wait)
      return () => {
        const at = waits.indexOf(wait)
        if (at >= 0) waits.splice(at, 1)
      }
    },
    advance: async (byMs) => {
      const endMs = nowMs + byMs
      await fireUntil(endMs)
      nowMs = endMs
    },
    jump: async (byMs) => {
      nowMs += byMs
      await fireUntil(nowMs)
    },
    sleep: (forMs) => {
      nowMs += forMs
      for (const wait of waits) wait.dueMs += forMs
    },
    get waiting() {
      return waits.length
    },
    get nextDueMs() {
      return waits[0]?.dueMs
    },
  }
}

function placeAfter(waits: readonly Wait[], dueMs: number): number {
  let low = 0
  let high = waits.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((waits[middle]?.dueMs ?? Number.POSITIVE_INFINITY) <= dueMs) low = middle + 1
    else high = middle
  }
  return low
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
}
