/**
 * The wait for the moment of a proactive refresh.
 *
 * It goes in short steps, because a timer stands still while a machine sleeps: each step looks at the clock again. A step
 * that ends much too late means that the machine slept or the clock was set, and so did many others; then the refresh
 * moves to a random moment of the next `jitterMs` instead of all of them happening at once. A step up to a minute late is
 * no sleep: browsers wake the timers of a page that nobody looks at once a minute.
 */

import type { Cancel } from '../clock.ts'
import type { RefreshSchedule } from './refresh-options.ts'

const longestStepMs = 60_000
const sleptMs = 90_000

/** Calls `refresh` once, when `delayMs` have passed on the clock's face. */
export function startRefreshTimer(
  { clock, jitterMs, random }: RefreshSchedule,
  delayMs: number,
  refresh: () => void,
): Cancel {
  let dueMs = clock.now() + delayMs
  let cancel: Cancel = () => undefined
  const wait = (): void => {
    const stepMs = Math.min(Math.max(dueMs - clock.now(), 0), longestStepMs)
    const wakeMs = clock.now() + stepMs
    cancel = clock.schedule(stepMs, () => {
      const nowMs = clock.now()
      if (dueMs <= nowMs && nowMs - wakeMs > sleptMs) dueMs = nowMs + random() * jitterMs
      if (dueMs <= nowMs) refresh()
      else wait()
    })
  }
  wait()
  return () => cancel()
}
