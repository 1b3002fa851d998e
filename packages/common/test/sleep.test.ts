/** What a credential does when time does not pass evenly: sleep, clock corrections, and crowds that wake together. */

import { type AccessToken, AzureCommunicationTokenCredential } from '@latchkey/common'
import { createManualClock, type ManualClock } from '@latchkey/common/testing'
import { expect, test } from 'vitest'
import { tokenAt } from './tokens.ts'

const hour = 3_600_000

function create(clock: ManualClock, lifeMs: number, calls: number[]): AzureCommunicationTokenCredential {
  return new AzureCommunicationTokenCredential({
    clock,
    refreshProactively: true,
    refreshJitterSeconds: 60,
    token: tokenAt(clock.now(), lifeMs, 'first'),
    tokenRefresher: async (): Promise<AccessToken> => {
      calls.push(clock.now())
      return tokenAt(clock.now(), lifeMs, `t${calls.length}`)
    },
  })
}

function mostInOneSecond(moments: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const ms of moments) {
    const second = Math.floor(ms / 1000)
    counts.set(second, (counts.get(second) ?? 0) + 1)
  }
  return Math.max(...counts.values())
}

test('after eight hours of sleep: one refresh, within the jitter, and no loop', async () => {
  const clock = createManualClock()
  const calls: number[] = []
  create(clock, hour, calls)
  await clock.advance(10_000)
  await clock.jump(8 * hour)
  const wokenMs = clock.now()
  expect(calls).toEqual([])
  await clock.advance(60_000)
  expect(calls).toHaveLength(1)
  expect(calls[0]! - wokenMs).toBeLessThan(60_000)
  await clock.advance(48 * 60_000)
  expect(calls).toHaveLength(1)
})

test('a sleep that timers do not notice is noticed within a minute', async () => {
  const clock = createManualClock()
  const calls: number[] = []
  create(clock, 24 * hour, calls)
  await clock.advance(10_000)
  clock.sleep(24 * hour)
  const wokenMs = clock.now()
  await clock.advance(2 * 60_000)
  expect(calls).toHaveLength(1)
  expect(calls[0]! - wokenMs).toBeLessThan(2 * 60_000)
})

test('who asks after the sleep need not wait for the jitter, and then it is not fetched twice', async () => {
  const clock = createManualClock()
  const calls: number[] = []
  const credential = create(clock, hour, calls)
  await clock.jump(8 * hour)
  expect((await credential.getToken()).token).toBe('t1')
  await clock.advance(60_000)
  expect(calls).toHaveLength(1)
})

test('a clock set back eight hours: no refresh before its time, and no loop', async () => {
  const clock = createManualClock()
  const calls: number[] = []
  const credential = create(clock, 24 * hour, calls)
  await clock.advance(hour)
  await clock.jump(-8 * hour)
  await clock.advance(8 * hour)
  expect(calls).toEqual([])
  expect((await credential.getToken()).token).toBe('first')
})

test('10,000 credentials that wake together: no second holds more than 5 % of the refreshes', async () => {
  const clock = createManualClock()
  const calls: number[] = []
  const credentials = Array.from({ length: 10_000 }, () => create(clock, hour, calls))
  await clock.advance(10_000)
  await clock.jump(8 * hour)
  const wokenMs = clock.now()
  await clock.advance(60_000)
  expect(calls).toHaveLength(10_000)
  expect(mostInOneSecond(calls.map((ms) => ms - wokenMs))).toBeLessThan(500)
  for (const credential of credentials) credential.dispose()
  expect(clock.waiting).toBe(0)
})

test('10,000 credentials made together do not refresh together either', async () => {
  const clock = createManualClock()
  const calls: number[] = []
  for (let made = 0; made < 10_000; made += 1) create(clock, hour, calls)
  await clock.advance(51 * 60_000)
  expect(calls).toHaveLength(10_000)
  expect(mostInOneSecond(calls)).toBeLessThan(500)
})

test('in a page nobody looks at, whose timers a browser wakes on whole minutes, no token ends unrefreshed', async () => {
  for (let second = 0; second < 60; second += 1) {
    const clock = createManualClock(Date.UTC(2026, 0, 1, 0, 0, second))
    const hidden: ManualClock = {
      ...clock,
      now: () => clock.now(),
      schedule: (delayMs, callback) => {
        const dueMs = Math.ceil((clock.now() + delayMs) / 60_000) * 60_000
        return clock.schedule(dueMs - clock.now(), callback)
      },
    }
    const startMs = clock.now()
    const calls: number[] = []
    create(hidden, hour, calls)
    await clock.advance(hour)
    expect(calls).toHaveLength(1)
    expect(calls[0]! - startMs).toBeGreaterThanOrEqual(49 * 60_000)
    expect(calls[0]! - startMs).toBeLessThanOrEqual(51 * 60_000)
  }
})
