/**
 * Invokes functions with a timer trigger, along the same path as HTTP.
 */

import type { FunctionApp } from './function-app.ts'
import { invoke } from './invocation.ts'

/** What a timer function is told besides its schedule. */
export interface TimerInvocation {
  /** Whether it should have run earlier. Default false. */
  readonly isPastDue?: boolean
  /** When it ran last. */
  readonly last?: Date
  /** When it will run next. */
  readonly next?: Date
}

/** A function with a timer trigger. */
export interface TimerFunction {
  readonly name: string
  readonly bindingName: string
  readonly schedule: string
  readonly runOnStartup: boolean
}

// How the host writes "never".
const never = new Date('0001-01-01T00:00:00Z')

/** The timer functions of an app. */
export function timerFunctions(app: FunctionApp): readonly TimerFunction[] {
  return [...app.functions.values()].flatMap(({ metadata }) =>
    Object.entries(metadata.bindings)
      .filter(([, binding]) => binding.type.toLowerCase() === 'timertrigger')
      .map(([bindingName, binding]) => ({
        name: metadata.name,
        bindingName,
        schedule: binding.schedule ?? '',
        runOnStartup: binding.runOnStartup ?? false,
      })),
  )
}

/** Runs the timer function called `name` now. Rejects with what the function threw, or when there is no such timer. */
export async function invokeTimer(
  app: FunctionApp,
  name: string,
  timing: TimerInvocation = {},
): Promise<void> {
  const timer = timerFunctions(app).find((candidate) => candidate.name === name)
  const registered = app.functions.get(name)
  if (timer === undefined || registered === undefined) throw new Error(`There is no timer function "${name}"`)
  const { isPastDue = false, last = never, next = never } = timing
  const json = JSON.stringify({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: { Last: last, LastUpdated: last, Next: next },
    IsPastDue: isPastDue,
  })
  await invoke(app, registered, {
    inputData: [{ name: timer.bindingName, data: { json } }],
    triggerMetadata: { TimerTrigger: { json } },
  })
}
