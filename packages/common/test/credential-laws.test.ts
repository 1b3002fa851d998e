/**
 * Laws of a refreshing credential under generated histories: time that advances, jumps and goes back, refreshers that
 * answer, fail, hang or answer nonsense, callers that wait and give up.
 */

import {
  type AccessToken,
  AzureCommunicationTokenCredential,
  type CommunicationTokenRefreshOptions,
} from '@latchkey/common'
import { createManualClock, type ManualClock } from '@latchkey/common/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const second = 1000
const lives = fc
  .constantFrom(1, 2, 7, 45, 300, 600, 3_600, 86_400, 40 * 86_400)
  .map((seconds) => seconds * second)
const answers = fc.oneof(
  { weight: 6, arbitrary: lives.map((lifeMs) => ({ kind: 'token' as const, lifeMs })) },
  { weight: 2, arbitrary: fc.constant({ kind: 'same' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'failure' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'hang' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'ended' as const }, { kind: 'nonsense' as const }) },
)
const steps = fc.oneof(
  { weight: 4, arbitrary: fc.nat(7_200 * second).map((ms) => ({ kind: 'advance' as const, ms })) },
  { weight: 2, arbitrary: fc.nat(60 * second).map((ms) => ({ kind: 'advance' as const, ms })) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: -8, max: 8 }).map((h) => ({ kind: 'jump' as const, ms: h * 3_600_000 })),
  },
  { weight: 5, arbitrary: fc.boolean().map((givesUp) => ({ kind: 'ask' as const, givesUp })) },
)

const histories = fc.record({
  proactive: fc.boolean(),
  answers: fc.array(answers, { minLength: 1, maxLength: 20 }),
  steps: fc.array(steps, { minLength: 1, maxLength: 25 }),
  seed: fc.double({ min: 0, max: 0.999, noNaN: true }),
})

type Answer = { kind: 'token'; lifeMs: number } | { kind: 'same' | 'failure' | 'hang' | 'ended' | 'nonsense' }

type Refresh = CommunicationTokenRefreshOptions['tokenRefresher']

/** A refresher that plays a script over and over. */
function play(
  script: readonly Answer[],
  clock: ManualClock,
): { tokenRefresher: Refresh; calls: number[]; most: () => number } {
  const calls: number[] = []
  const active = new Set<AbortSignal>()
  let most = 0
  let last: AccessToken = { token: 'first', expiresOnTimestamp: clock.now() + 3_600_000 }
  const answer = async (entry: Answer | undefined, signal: AbortSignal): Promise<string | AccessToken> => {
    if (entry?.kind === 'hang') await new Promise((resolve) => signal.addEventListener('abort', resolve))
    if (entry?.kind === 'failure') throw new Error('failure')
    if (entry?.kind === 'nonsense') return ' '
    if (entry?.kind === 'same') return last
    last = {
      token: `t${calls.length}`,
      expiresOnTimestamp: clock.now() + (entry?.kind === 'token' ? entry.lifeMs : -1),
    }
    return last
  }
  const tokenRefresher: Refresh = async (abortSignal) => {
    const signal = abortSignal as AbortSignal
    const entry = script[calls.length % script.length]
    calls.push(clock.now())
    active.add(signal)
    most = Math.max(most, [...active].filter(({ aborted }) => !aborted).length)
    try {
      return await answer(entry, signal)
    } finally {
      active.delete(signal)
    }
  }
  return { tokenRefresher, calls, most: () => most }
}

test('holds its laws through any history', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const clock = createManualClock()
      const { calls, most, tokenRefresher } = play(history.answers, clock)
      const credential = new AzureCommunicationTokenCredential({
        clock,
        refreshProactively: history.proactive,
        random: () => history.seed,
        tokenRefresher,
      })
      const waiting: Promise<unknown>[] = []
      const ask = async (givesUp: boolean): Promise<void> => {
        const controller = new AbortController()
        const asked = credential.getToken({ abortSignal: controller.signal })
        const judged = asked.then(
          ({ expiresOnTimestamp }) => expect(expiresOnTimestamp).toBeGreaterThan(clock.now()),
          (error: unknown) => expect(error).toBeInstanceOf(Error),
        )
        waiting.push(judged)
        await clock.advance(0)
        if (givesUp) controller.abort()
      }
      for (const step of history.steps) {
        if (step.kind === 'ask') await ask(step.givesUp)
        else await clock[step.kind](step.ms)
        expect(clock.waiting, 'a timer and a time limit at most').toBeLessThanOrEqual(2)
      }
      credential.dispose()
      await Promise.all(waiting)
      await clock.advance(0)
      expect(clock.waiting, 'nothing is left behind').toBe(0)
      expect(most(), 'one refresh at a time').toBeLessThanOrEqual(1)
      const callsAtEnd = calls.length
      await clock.advance(100_000 * second)
      expect(calls, 'no call after the end').toHaveLength(callsAtEnd)
      await expect(credential.getToken()).rejects.toThrow('User credential is disposed')
    }),
    { numRuns: process.env['LATCHKEY_LONG'] === '1' ? 20_000 : 300 },
  )
})

// The worst script is a success, whose token ends at once (5 s of rest), and two failures (1 s and 2 s): 3 calls in 8 s.
test('nobody asks: however the refresher behaves, it is called at most 24 times a minute', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(answers, { minLength: 1, maxLength: 10 }),
      fc.nat(999),
      async (script, seed) => {
        const clock = createManualClock()
        const { calls, tokenRefresher } = play(script, clock)
        const random = (): number => seed / 1000
        const credential = new AzureCommunicationTokenCredential({
          clock,
          refreshProactively: true,
          random,
          tokenRefresher,
        })
        for (let minute = 0; minute < 30; minute += 1) {
          const before = calls.length
          await clock.advance(60 * second)
          expect(calls.length - before).toBeLessThanOrEqual(24)
        }
        credential.dispose()
      },
    ),
    { numRuns: 100 },
  )
})
