import { spawnSync } from 'node:child_process'
import { systemClock } from '@latchkey/common'
import { createManualClock } from '@latchkey/common/testing'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.useRealTimers()
})

test('the system clock keeps delays longer than setTimeout can, and cancels', () => {
  vi.useFakeTimers({ now: 0 })
  const callback = vi.fn()
  const sixtyDaysMs = 60 * 24 * 3_600_000
  systemClock.schedule(sixtyDaysMs, callback)
  const cancel = systemClock.schedule(sixtyDaysMs, () => expect.unreachable())
  vi.advanceTimersByTime(sixtyDaysMs - 1)
  expect(callback).not.toHaveBeenCalled()
  expect(systemClock.now()).toBe(sixtyDaysMs - 1)
  cancel()
  vi.advanceTimersByTime(1)
  expect(callback).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(sixtyDaysMs)
  expect(callback).toHaveBeenCalledOnce()
})

test('a waiting callback does not keep the process alive', () => {
  const script = `
    const { systemClock } = await import(${JSON.stringify(import.meta.resolve('@latchkey/common'))})
    systemClock.schedule(3_600_000, () => undefined)`
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    timeout: 10_000,
  })
  expect(status).toBe(0)
})

test('the manual clock calls what comes due in order, each at its moment', async () => {
  const clock = createManualClock(1_000)
  const seen: string[] = []
  const note = (name: string) => () => seen.push(`${name}@${clock.now()}`)
  clock.schedule(30, note('c'))
  clock.schedule(10, note('a'))
  clock.schedule(10, note('b'))
  clock.schedule(-5, note('now'))
  const cancel = clock.schedule(20, note('never'))
  clock.schedule(15, () => clock.schedule(5, note('nested')))
  expect(clock.waiting).toBe(6)
  expect(clock.nextDueMs).toBe(1_000)
  cancel()
  cancel()
  await clock.advance(29)
  expect(seen).toEqual(['now@1000', 'a@1010', 'b@1010', 'nested@1020'])
  expect(clock.now()).toBe(1_029)
  await clock.advance(1)
  expect(seen.at(-1)).toBe('c@1030')
  expect(clock.nextDueMs).toBeUndefined()
})

test('a jump passes through nothing: what is overdue is called afterwards', async () => {
  const clock = createManualClock(0)
  const seen: number[] = []
  clock.schedule(10, () => seen.push(clock.now()))
  clock.schedule(20, () => seen.push(clock.now()))
  await clock.jump(15)
  expect(seen).toEqual([15])
  await clock.jump(-15)
  expect([clock.now(), clock.waiting]).toEqual([0, 1])
})

test('during sleep the clock goes on and what waits stands still', async () => {
  const clock = createManualClock(0)
  const seen: number[] = []
  clock.schedule(10, () => seen.push(clock.now()))
  clock.sleep(100)
  expect([clock.now(), clock.nextDueMs]).toEqual([100, 110])
  await clock.advance(10)
  expect(seen).toEqual([110])
})

test('advancing lets settled promises run before it goes on', async () => {
  const clock = createManualClock(0)
  const seen: string[] = []
  const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.schedule(ms, resolve))
  const work = (async () => {
    await wait(10)
    seen.push(`first@${clock.now()}`)
    await wait(10)
    seen.push(`second@${clock.now()}`)
  })()
  await clock.advance(20)
  await work
  expect(seen).toEqual(['first@10', 'second@20'])
})
