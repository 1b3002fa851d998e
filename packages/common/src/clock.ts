/**
 * Time, as a parameter.
 *
 * Everything that reads the time or waits takes a {@link Clock}, so that a test, or local Azure's control clock, can move
 * time for all of it at once.
 */

/** Cancels a wait that is not due yet; calling it again, or too late, does nothing. */
export type Cancel = () => void

/** Reads the time and schedules callbacks. */
export interface Clock {
  /** The present moment, in milliseconds since the Unix epoch. */
  now(): number
  /**
   * Calls `callback` once, when at least `delayMs` have passed. Delays of any length are kept; a waiting callback never
   * keeps the process alive.
   */
  schedule(delayMs: number, callback: () => void): Cancel
}

// The longest delay setTimeout keeps; a longer one would fire at once.
const longestTimerMs = 2_147_483_647

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, callback) => {
    let timer: ReturnType<typeof setTimeout>
    const wait = (remainingMs: number): void => {
      const stepMs = Math.min(Math.max(remainingMs, 0), longestTimerMs)
      timer = setTimeout(() => (remainingMs > stepMs ? wait(remainingMs - stepMs) : callback()), stepMs)
      // Browsers answer a number here, Node an object that would keep the process alive.
      if (typeof timer === 'object') timer.unref()
    }
    wait(delayMs)
    return () => clearTimeout(timer)
  },
}
