/** Limits on a monotonic clock that is moved: how much passes, when to come back, how much is remembered. */

import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRateLimits } from '../src/http/rate-limit.ts'
import { TokenBuckets } from '../src/http/token-buckets.ts'
import { systemRandom } from '../src/random.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const advance = (ms: number): unknown => vi.advanceTimersByTime(ms)

const passing = (buckets: TokenBuckets, times: number, key = 'a'): number =>
  Array.from({ length: times }, () => buckets.take(key)).filter((wait) => wait === 0).length

test('around the end of a window no more pass than anywhere else', () => {
  const buckets = new TokenBuckets({ points: 10, seconds: 300 })
  expect(passing(buckets, 1)).toBe(1)
  advance(299_000)
  expect(passing(buckets, 20)).toBe(10)
  advance(2_000)
  expect(passing(buckets, 20)).toBe(0)
  advance(28_000)
  expect(passing(buckets, 20)).toBe(1)
})

test('at no time more than a bucket and what has dripped since, whatever is asked when', () => {
  const pauses = fc.array(fc.record({ pauseMs: fc.nat(3_000), asks: fc.nat(8) }), { maxLength: 60 })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 30 }),
      pauses,
      (points, seconds, steps) => {
        const buckets = new TokenBuckets({ points, seconds })
        const passed: { readonly at: number; readonly count: number }[] = []
        let at = 0
        for (const { pauseMs, asks } of steps) {
          advance(pauseMs)
          at += pauseMs
          passed.push({ at, count: passing(buckets, asks) })
        }
        for (const [first, { at: start }] of passed.entries()) {
          let sum = 0
          for (const { at: end, count } of passed.slice(first)) {
            sum += count
            expect(sum).toBeLessThanOrEqual(points + ((end - start) * points) / (seconds * 1_000) + 1e-6)
          }
        }
      },
    ),
  )
})

test('who comes back when told is let in, and no earlier', () => {
  const buckets = new TokenBuckets({ points: 3, seconds: 60 })
  passing(buckets, 3)
  const wait = buckets.take('a')
  expect(wait).toBe(20)
  advance(wait * 1_000 - 1)
  expect(buckets.take('a')).toBeGreaterThan(0)
  advance(1)
  expect(buckets.take('a')).toBe(0)
})

test('a limit of nothing lets nobody in', () => {
  const none = new TokenBuckets({ points: 0, seconds: 60 })
  expect([none.take('a'), none.take('a')]).toEqual([60, 60])
})

test('full buckets are forgotten, and so is what was used longest ago beyond the most', () => {
  const buckets = new TokenBuckets({ points: 2, seconds: 60 }, 100)
  for (let index = 0; index < 500; index += 1) {
    buckets.take('victim')
    buckets.take(`made-up-${index}`)
  }
  expect(buckets.size).toBeLessThanOrEqual(101)
  // It was asked for all the time, so it is not what is forgotten.
  expect(buckets.take('victim')).toBeGreaterThan(0)
  advance(60_000)
  for (let index = 0; index < 100; index += 1) buckets.take('one')
  expect(buckets.size).toBe(1)
})

test('Retry-After is the wait and a chance on top, not the same for all', async () => {
  const limits = createRateLimits({ random: systemRandom }, { account: { points: 1, seconds: 300 } })
  await limits.spend('account', 'a')
  const waits = await Promise.all(
    Array.from({ length: 200 }, () =>
      limits.spend('account', 'a').then(
        () => 0,
        (error: { details: { retryAfterSeconds: number } }) => error.details.retryAfterSeconds,
      ),
    ),
  )
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(300)
  expect(Math.max(...waits)).toBeLessThanOrEqual(310)
  expect(new Set(waits).size).toBeGreaterThan(5)
})
