import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTokenProvider } from '../src/provider.ts'
import { rightClaims, settle, signRaw, TestClock } from './fixtures.ts'

/** One thing that happens to a provider. */
interface Step {
  readonly waitMs: number
  readonly documentId: 'a' | 'b'
  readonly refresh: boolean
}

/** How the server behaves at one of its calls. */
interface Behaviour {
  readonly latencyMs: number
  readonly fails: boolean
  readonly lifetimeMs: number
}

const step: fc.Arbitrary<Step> = fc.record({
  waitMs: fc.constantFrom(0, 0, 1, 500, 5_000, 120_000),
  documentId: fc.constantFrom('a', 'b'),
  refresh: fc.boolean(),
})

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  latencyMs: fc.constantFrom(0, 10, 900, 4_000),
  fails: fc.boolean(),
  lifetimeMs: fc.constantFrom(10_000, 100_000, 3_600_000),
})

/** A call, from its beginning to its end. */
interface Call extends Step {
  readonly startedAt: number
  readonly endedAt: number
  readonly lastedMs: number
  /** Which of the server's answers it got; the higher, the later the server was asked. */
  readonly answer?: number
}

// Every token names the question it answers, in its jti.
const tokens: string[] = []
function tokenOf(question: number): string {
  const known = tokens[question] ?? signRaw({ ...rightClaims(), jti: String(question) })
  tokens[question] = known
  return known
}

/** Plays a story and answers what happened. */
async function play(steps: readonly Step[], behaviours: readonly Behaviour[]) {
  const clock = new TestClock()
  const open = new Map<string, number>()
  let order = 0
  let questions = 0
  const mostAtOnce = { refresh: 0, first: 0 }
  const askedFor: { documentId: string; refresh: boolean }[] = []
  const provider = createTokenProvider({
    clock,
    random: () => 1,
    giveUpAfterMs: 5_000,
    timeoutMs: 3_000,
    fetchToken: async ({ documentId = '', refresh }) => {
      const question = questions++
      askedFor[question] = { documentId, refresh }
      const { latencyMs, fails, lifetimeMs } = behaviours[question % behaviours.length] as Behaviour
      const kind = `${documentId}/${refresh}`
      open.set(kind, (open.get(kind) ?? 0) + 1)
      const law = refresh ? 'refresh' : 'first'
      mostAtOnce[law] = Math.max(mostAtOnce[law], open.get(kind) ?? 0)
      await new Promise<void>((resolve) => clock.schedule(Math.min(latencyMs, 2_999), resolve))
      open.set(kind, (open.get(kind) ?? 0) - 1)
      if (fails) throw new Error('down')
      return { token: tokenOf(question), expiresOn: new Date(clock.nowMs + lifetimeMs) }
    },
  })
  const calls: Promise<Call>[] = []
  for (const one of steps) {
    await clock.advance(one.waitMs)
    const startedAt = order++
    const startedMs = clock.nowMs
    const { documentId, refresh } = one
    const times = () => ({ startedAt, endedAt: order++, lastedMs: clock.nowMs - startedMs })
    const ended = provider.fetchOrdererToken('t', documentId, refresh).then(
      ({ jwt }) => ({ ...one, ...times(), answer: tokens.indexOf(jwt) }),
      () => ({ ...one, ...times() }),
    )
    calls.push(ended)
  }
  await clock.advance(60_000)
  await settle()
  return { calls: await Promise.all(calls), mostAtOnce, askedFor, waiting: clock.waiting }
}

type AnsweredCall = Call & { readonly answer: number }

function answered(calls: readonly Call[]): AnsweredCall[] {
  return calls.filter((call): call is AnsweredCall => call.answer !== undefined)
}

function refreshesBefore(call: Call, calls: readonly Call[]): AnsweredCall[] {
  return answered(calls).filter(
    ({ refresh, documentId, endedAt }) =>
      refresh && documentId === call.documentId && endedAt < call.startedAt,
  )
}

test('whatever happens, the laws of a token provider hold', async () => {
  const stories = fc.tuple(
    fc.array(step, { minLength: 1, maxLength: 10 }),
    fc.array(behaviour, { minLength: 1, maxLength: 6 }),
  )
  await fc.assert(
    fc.asyncProperty(stories, async ([steps, behaviours]) => {
      const { calls, mostAtOnce, askedFor, waiting } = await play(steps, behaviours)
      // The server is not asked the same thing twice at once; only a refresh leaves an older question behind.
      expect(mostAtOnce.refresh).toBeLessThanOrEqual(1)
      expect(mostAtOnce.first).toBeLessThanOrEqual(1 + steps.filter(({ refresh }) => refresh).length)
      // Every call ends, and nothing is left waiting.
      expect(calls).toHaveLength(steps.length)
      expect(waiting).toBe(0)
      // Waits double, so that a load which fails has waited for half its patience at least, whatever it shared.
      for (const { refresh, answer, lastedMs } of calls)
        if (!refresh && answer === undefined) expect(lastedMs).toBeGreaterThanOrEqual(2_250)
      for (const call of answered(calls)) {
        // A token opens the document it was asked for, and a refresh is answered by a refresh.
        expect(askedFor[call.answer]?.documentId).toBe(call.documentId)
        if (call.refresh) expect(askedFor[call.answer]?.refresh).toBe(true)
        // Once a refresh has answered, nobody gets a token that is older than its answer.
        for (const refreshed of refreshesBefore(call, calls))
          expect(call.answer).toBeGreaterThanOrEqual(refreshed.answer)
      }
    }),
    { numRuns: 300 },
  )
})
