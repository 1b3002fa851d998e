/**
 * Runs timer functions when their time comes.
 */

import type { Cancel, Clock } from '@latchkey/common'
import type { FunctionApp } from './function-app.ts'
import { parseSchedule } from './ncrontab.ts'
import { invokeTimer, timerFunctions } from './timer.ts'

// Later than this, a timer is told that it is past due.
const toleranceMs = 60_000

/** Starts every timer of the app; the answer stops them. */
export function startSchedules(
  app: FunctionApp,
  clock: Clock,
  settings: Readonly<Record<string, string>>,
): () => void {
  const waits = new Map<string, Cancel>()
  const run = (name: string, timing: { isPastDue?: boolean; last?: Date; next?: Date }): void => {
    invokeTimer(app, name, timing).catch((error: unknown) => {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
      app.log({ level: 'error', category: 'system', message, functionName: name })
    })
  }
  for (const timer of timerFunctions(app)) {
    const next = parseSchedule(resolveSetting(timer.schedule, settings))
    const arm = (last: Date | undefined): void => {
      const dueMs = next(clock.now())
      const fire = (): void => {
        const nowMs = clock.now()
        const timing = { isPastDue: nowMs - dueMs > toleranceMs, next: new Date(next(nowMs)) }
        run(timer.name, { ...timing, ...(last && { last }) })
        arm(new Date(nowMs))
      }
      waits.set(timer.name, clock.schedule(dueMs - clock.now(), fire))
    }
    if (timer.runOnStartup) run(timer.name, {})
    arm(undefined)
  }
  return () => {
    for (const cancel of waits.values()) cancel()
  }
}

// `%NAME%` stands for an app setting.
function resolveSetting(schedule: string, settings: Readonly<Record<string, string>>): string {
  return schedule.replace(/^%(.+)%$/, (whole, name: string) => settings[name] ?? whole)
}
