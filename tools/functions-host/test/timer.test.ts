import { app, type Timer } from '@azure/functions'
import { createManualClock } from '@latchkey/common/testing'
import { expect, test } from 'vitest'
import { type LogEntry, startFunctionsHost } from '../src/index.ts'
import { parseSchedule } from '../src/ncrontab.ts'

test('a timer runs on demand with what the library makes of its timing', async () => {
  let timer: Timer | undefined
  const host = await startFunctionsHost({
    app: () =>
      app.timer('sweep', {
        schedule: '0 */5 * * * *',
        handler: (given) => {
          timer = given
        },
      }),
  })
  await host.invokeTimer('sweep', { isPastDue: true, last: new Date('2026-01-02T03:00:00Z') })
  expect(timer).toMatchObject({ isPastDue: true, scheduleStatus: { last: '2026-01-02T03:00:00.000Z' } })
  await expect(host.invokeTimer('other')).rejects.toThrow('no timer function "other"')
  await host.close()
})

test('a timer runs by its schedule, and an error does not end it', async () => {
  const clock = createManualClock(Date.parse('2026-01-02T03:03:00Z'))
  const log: LogEntry[] = []
  const runs: boolean[] = []
  const host = await startFunctionsHost({
    clock,
    settings: { SWEEP: '0 */5 * * * *' },
    log: (entry) => log.push(entry),
    app: () =>
      app.timer('sweep', {
        schedule: '%SWEEP%',
        handler: ({ isPastDue }) => {
          runs.push(isPastDue)
          throw new Error('not today')
        },
      }),
  })
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  await clock.advance(119_000)
  await settle()
  expect(runs).toEqual([])
  await clock.advance(1_000)
  await settle()
  expect(runs).toEqual([false])
  await clock.jump(3_600_000)
  await settle()
  expect(runs).toEqual([false, true])
  expect(log.filter(({ message }) => message.includes('not today'))).toHaveLength(2)
  await host.close()
  await clock.jump(3_600_000)
  await settle()
  expect(runs).toHaveLength(2)
})

// Expected values worked out by hand from the field meanings.
test.for([
  ['0 */5 * * * *', '2026-01-02T03:03:00Z', '2026-01-02T03:05:00Z'],
  ['0 */5 * * * *', '2026-01-02T03:05:00Z', '2026-01-02T03:10:00Z'],
  ['*/5 * * * *', '2026-01-02T03:03:00Z', '2026-01-02T03:05:00Z'],
  ['30 0 0 * * *', '2026-12-31T00:00:30Z', '2027-01-01T00:00:30Z'],
  ['0 30 9 * * mon-fri', '2026-11-20T10:00:00Z', '2026-11-23T09:30:00Z'],
  ['0 0 0 29 feb *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['0 0 12 * * 7', '2026-11-21T00:00:00Z', '2026-11-22T12:00:00Z'],
  ['0 0 6,18 1-3 * *', '2026-11-03T18:00:00Z', '2026-12-01T06:00:00Z'],
  ['00:05:00', '2026-01-02T03:03:00Z', '2026-01-02T03:08:00Z'],
] as const)('%s after %s is due at %s', ([schedule, after, due]) => {
  expect(new Date(parseSchedule(schedule)(Date.parse(after)))).toEqual(new Date(due))
})

test.for(['', '* * *', '0 0 0 0 0 0 0', '60 * * * * *', '0 0 x * * *', '00:00:00'])(
  '"%s" is no schedule',
  (schedule) => {
    expect(() => parseSchedule(schedule)).toThrow()
  },
)

test('a schedule for a day that never comes is told apart', () => {
  expect(() => parseSchedule('0 0 0 30 2 *')(0)).toThrow('never due')
})
