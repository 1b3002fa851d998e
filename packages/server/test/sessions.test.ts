/**
 * Sessions on a store in memory and a clock that is moved: the table of docs/security.md, law by law.
 */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultSessionRules, judgeGeneration, type Session } from '../src/sessions/session.ts'
import type { SessionStore } from '../src/sessions/session-store.ts'
import { createMemorySessionStore } from '../src/stores/memory/sessions.ts'
import { createWorld, keyOf, person } from './support/session-world.ts'

const refused = { code: 'ERR_SERVER_GRANT' }
const reused = { ...refused, details: { reason: 'reuse', person: person.id, sid: expect.any(String) } }
const ended = { ...refused, details: { reason: 'session_ended', person: person.id } }

describe('refresh', () => {
  test('the successor depends on the session and its generation alone', async () => {
    const { sessions } = createWorld()
    const { refreshToken } = await sessions.begin({ person, role: 'new' })
    const answers = await Promise.all(Array.from({ length: 50 }, () => sessions.refresh(refreshToken)))
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1)
    expect(answers[0]?.refreshToken).not.toBe(refreshToken)
  })

  test.for([
    { distance: 1, seconds: 9.999, verdict: 'repeat' },
    { distance: 1, seconds: 10, verdict: 'reuse' },
    { distance: 2, seconds: 0, verdict: 'reuse' },
    { distance: 3, seconds: 0, verdict: 'reuse' },
    { distance: 5, seconds: 100, verdict: 'reuse' },
  ])('$distance generations back after $seconds s: $verdict', async ({ distance, seconds, verdict }) => {
    const world = createWorld()
    const first = await world.sessions.begin({ person, role: 'new' })
    let token = first.refreshToken
    for (let step = 0; step < distance; step += 1) token = (await world.sessions.refresh(token)).refreshToken
    world.advance(seconds)
    const again = world.sessions.refresh(first.refreshToken)
    if (verdict === 'repeat') {
      expect(await again).toMatchObject({ refreshToken: token, isRepeat: true })
      expect(await world.sessions.refresh(token)).toMatchObject({ isRepeat: false })
    } else {
      await expect(again).rejects.toMatchObject(reused)
      // The whole family ends with it.
      await expect(world.sessions.refresh(token)).rejects.toMatchObject(refused)
    }
  })

  test('an older token that is only shown ends the family too', async () => {
    const world = createWorld()
    const { refreshToken } = await world.sessions.begin({ person, role: 'new' })
    const { refreshToken: second } = await world.sessions.refresh(refreshToken)
    const { refreshToken: third } = await world.sessions.refresh(second)
    await expect(world.sessions.identify(refreshToken)).rejects.toMatchObject(reused)
    await expect(world.sessions.refresh(third)).rejects.toMatchObject(ended)
  })

  test('made-up tokens are refused before the store is asked, and end nothing', async () => {
    const memory = createMemorySessionStore()
    let calls = 0
    const counted = new Proxy(memory, {
      get: (target, name) => {
        calls += 1
        return Reflect.get(target, name)
      },
    })
    const world = createWorld({ store: counted })
    const { refreshToken } = await world.sessions.begin({ person, role: 'new' })
    calls = 0
    const parts = refreshToken.split('.')
    const mutants = [
      ...parts.map((part, index) =>
        parts.with(index, `${part.slice(0, -1)}${part.endsWith('A') ? 'B' : 'A'}`).join('.'),
      ),
      parts.with(3, '2').join('.'),
      parts.with(3, '01').join('.'),
      parts.with(1, '__proto__').join('.'),
      `${refreshToken}.`,
      ` ${refreshToken}`,
      'rt1....',
      'x'.repeat(100_000),
    ]
    for (const mutant of mutants) await expect(world.sessions.refresh(mutant)).rejects.toMatchObject(refused)
    expect(calls).toBe(0)
    expect(await world.sessions.refresh(refreshToken)).toMatchObject({
      session: { generation: 2 },
      person: { id: person.id, role: 'new' },
    })
  })

  test('a token is of one client', async () => {
    const store = createMemorySessionStore()
    const { refreshToken } = await createWorld({ store }).sessions.begin({ person, role: 'new' })
    await expect(
      createWorld({ store, clientId: 'other' }).sessions.refresh(refreshToken),
    ).rejects.toMatchObject(refused)
    expect(await createWorld({ store }).sessions.refresh(refreshToken)).toMatchObject({
      session: { generation: 2 },
      person: { id: person.id, role: 'new' },
    })
  })

  test('a replaced key still opens what it signed; a removed one does not', async () => {
    const store = createMemorySessionStore()
    const [old, fresh] = [keyOf('old', 1), keyOf('new', 2)]
    const before = createWorld({ store, keys: [old] })
    const { refreshToken } = await before.sessions.begin({ person, role: 'new' })
    const during = createWorld({ store, keys: [fresh, old] })
    const next = await during.sessions.refresh(refreshToken)
    expect(next.refreshToken.split('.')[1]).toBe('new')
    const after = createWorld({ store, keys: [fresh] })
    await expect(after.sessions.refresh(refreshToken)).rejects.toMatchObject(refused)
    expect(await after.sessions.refresh(next.refreshToken)).toMatchObject({
      session: { generation: 3 },
      person: { id: person.id, role: 'new' },
    })
  })

  test('no schedule of refreshes outlives the absolute end, nor a pause the idle one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 20 * 86_400 }), { maxLength: 30 }),
        async (pauses) => {
          const world = createWorld()
          const start = await world.sessions.begin({ person, role: 'new' })
          const absolute = start.session.absoluteExpiresAtMs
          let [token, elapsed, isLive] = [start.refreshToken, 0, true]
          for (const [index, pause] of pauses.entries()) {
            world.advance(pause)
            elapsed += pause
            const { firstUseSeconds, idleSeconds, absoluteSeconds } = defaultSessionRules
            isLive &&= pause < (index === 0 ? firstUseSeconds : idleSeconds) && elapsed < absoluteSeconds
            const answer = await world.sessions.refresh(token).catch(() => undefined)
            expect(answer !== undefined).toBe(isLive)
            if (!answer) return
            expect(answer.refreshTokenExpiresOn.getTime()).toBeLessThanOrEqual(absolute)
            token = answer.refreshToken
          }
        },
      ),
      { numRuns: 100 },
    )
  })

  test('the account is looked at once an hour: the role follows, a disabled account ends the session', async () => {
    const world = createWorld()
    let { refreshToken } = await world.sessions.begin({ person, role: 'new' })
    world.account = { role: 'editor' }
    const early = await world.sessions.refresh(refreshToken)
    expect(early.person.role).toBe('new')
    world.advance(3_600)
    const late = await world.sessions.refresh(early.refreshToken)
    expect(late.person.role).toBe('editor')
    refreshToken = late.refreshToken
    world.account = undefined
    world.advance(3_600)
    await expect(world.sessions.refresh(refreshToken)).rejects.toMatchObject(refused)
    world.account = { role: 'editor' }
    await expect(world.sessions.refresh(refreshToken)).rejects.toMatchObject(refused)
  })

  test('an account that cannot be looked at consumes nothing', async () => {
    const world = createWorld()
    const { refreshToken } = await world.sessions.begin({ person, role: 'new' })
    world.advance(3_600)
    Object.defineProperty(world, 'account', {
      configurable: true,
      get: () => {
        throw new Error('The directory is down')
      },
    })
    await expect(world.sessions.refresh(refreshToken)).rejects.toThrow('The directory is down')
    Object.defineProperty(world, 'account', { value: { role: 'new' } })
    expect(await world.sessions.refresh(refreshToken)).toMatchObject({
      session: { generation: 2 },
      person: { id: person.id, role: 'new' },
    })
  })
})

test('work is for the role a session has, also where a store moves it on without looking at that', async () => {
  const memory = createMemorySessionStore()
  const careless: SessionStore = {
    ...memory,
    rotate: async (condition) => {
      const role = (await memory.read(condition.sid))?.session.role ?? ''
      return memory.rotate({ ...condition, role })
    },
  }
  for (const store of [memory, careless]) {
    const world = createWorld({ store })
    const { refreshToken } = await world.sessions.begin({ person, role: 'admin' })
    world.account = { role: 'guest' }
    world.advance(3_600)
    expect(await world.sessions.identify(refreshToken)).toMatchObject({ role: 'guest' })
    const { issued, result } = await world.sessions.refreshAfter(refreshToken, async ({ role }) => role)
    expect([issued.person.role, result]).toEqual(['guest', 'guest'])
  }
})

describe('a session that nobody may have received', () => {
  const days = (count: number): number => count * 86_400

  test('lasts three days until its first use, and two weeks from then', async () => {
    for (const [pause, isThere] of [
      [days(3) - 1, true],
      [days(3), false],
    ] as const) {
      const world = createWorld()
      const { refreshToken, refreshTokenExpiresOn, session } = await world.sessions.begin({
        person,
        role: 'new',
      })
      expect(refreshTokenExpiresOn.getTime() - session.createdAtMs).toBe(days(3) * 1000)
      world.advance(pause)
      expect(await world.sessions.listOf(person.id)).toHaveLength(isThere ? 1 : 0)
      const answer = await world.sessions.refresh(refreshToken).catch(() => undefined)
      expect(answer !== undefined).toBe(isThere)
      if (!answer) continue
      world.advance(days(14) - 1)
      expect(await world.sessions.refresh(answer.refreshToken)).toMatchObject({
        session: { generation: 3 },
        person: { id: person.id, role: 'new' },
      })
    }
  })

  test('is used by showing its refresh token, and by the first request with its cookie', async () => {
    const world = createWorld()
    const { refreshToken } = await world.sessions.begin({ person, role: 'new' })
    const { token, expiresOn } = await world.sessions.beginInBrowser({ person, role: 'new' })
    const [first] = await world.sessions.listOf(person.id)
    expect(expiresOn.getTime()).toBe(first?.absoluteExpiresAtMs)
    world.advance(3_000)
    await Promise.all([0, 1, 2].map(() => world.sessions.identify(refreshToken)))
    await Promise.all([0, 1, 2].map(() => world.sessions.resume(token)))
    world.advance(days(10))
    expect(await world.sessions.resume(token)).toMatchObject({ id: 'p-1' })
    expect(await world.sessions.refresh(refreshToken)).toMatchObject({ isRepeat: false })
  })

  test('opens nothing and is not listed before its sign-in is done, and is ended with the others', async () => {
    const world = createWorld()
    let seen: readonly unknown[] = []
    const whileRead = (work: (sid: string) => Promise<unknown>) => async () => {
      const [stored] = await world.store.listOf(person.id, 1_767_225_600_000)
      seen = await world.sessions.listOf(person.id)
      await work(stored?.sid ?? '')
      return { person, role: 'admin' }
    }
    const begin = (work: (sid: string) => Promise<unknown>) =>
      world.sessions.begin({ person, role: 'guest' }, whileRead(work))

    const begun = await begin(async (sid) => {
      const claimed = { ...person, role: 'guest', sid }
      await expect(world.sessions.confirm(claimed)).rejects.toMatchObject({ code: 'ERR_SERVER_TOKEN' })
    })
    expect(seen).toEqual([])
    expect(begun.person.role).toBe('admin')
    await world.sessions.revokeAllOf(person.id, 'sign-out')
    await expect(begin(() => world.sessions.revokeAllOf(person.id, 'role-change'))).rejects.toMatchObject({
      details: { reason: 'account_changed' },
    })
    await expect(begin(async () => world.advance(61))).rejects.toMatchObject({ code: 'ERR_SERVER_THROTTLED' })
    expect(await world.sessions.listOf(person.id)).toEqual([])
  })
})

interface FailingStore {
  readonly store: SessionStore
  arm(): void
}

/** A store whose n-th call once armed fails, before or after it did its work. */
function failAt(failing: number, when: 'before' | 'after'): FailingStore {
  const memory = createMemorySessionStore()
  let call = Number.NEGATIVE_INFINITY
  const run = async (work: () => Promise<unknown>): Promise<unknown> => {
    call += 1
    const isHit = call === failing
    if (isHit && when === 'before') throw new Error('The store is down')
    const result = await work()
    if (isHit) throw new Error('The answer was lost')
    return result
  }
  const store = new Proxy(memory, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>
      return (...args: unknown[]) => run(() => method(...args))
    },
  })
  return {
    store,
    arm: () => {
      call = -1
    },
  }
}

const faults = Array.from({ length: 12 }, (_none, call) => [
  { call, when: 'before' as const },
  { call, when: 'after' as const },
]).flat()

test.for(faults)(
  'a store that fails at call $call, $when it wrote, consumes nothing',
  async ({ call, when }) => {
    const { store, arm } = failAt(call, when)
    const world = createWorld({ store })
    let { refreshToken } = await world.sessions.begin({ person, role: 'new' })
    arm()
    for (let round = 0; round < 4; round += 1) {
      const presented = refreshToken
      const refresh = () => world.sessions.refresh(presented)
      const answers = await Promise.all([0, 1, 2].map(() => refresh().catch(refresh)))
      expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1)
      refreshToken = answers[0]?.refreshToken ?? ''
    }
  },
)

test('what is stored holds no token and nothing that makes one', async () => {
  const world = createWorld()
  const { refreshToken, accessToken, session } = await world.sessions.begin({ person, role: 'new' })
  const stored = JSON.stringify(await world.store.read(session.sid))
  const mac = refreshToken.split('.').at(-1)
  for (const secret of [refreshToken, accessToken, mac ?? '']) expect(stored).not.toContain(secret)
})

test('a browser token opens no refresh and a refresh token no browser session', async () => {
  const { sessions } = createWorld()
  const browser = await sessions.beginInBrowser({ person, role: 'new' })
  const { refreshToken } = await sessions.begin({ person, role: 'new' })
  await expect(sessions.refresh(browser.token)).rejects.toMatchObject(refused)
  await expect(sessions.resume(refreshToken)).rejects.toMatchObject({ code: 'ERR_SERVER_UNAUTHENTICATED' })
  expect(await sessions.resume(browser.token)).toMatchObject({ id: 'p-1', role: 'new' })
})

test('a verdict never moves an ended session', () => {
  const session: Session = {
    sid: 's',
    kind: 'client',
    person,
    role: 'new',
    clientId: 'c',
    generation: 5,
    createdAtMs: 0,
    rotatedAtMs: 0,
    usedAtMs: 0,
    idleExpiresAtMs: 1_000,
    absoluteExpiresAtMs: 2_000,
    accountCheckedAtMs: 0,
    signInsValidFromMs: null,
    revokedAtMs: null,
    endReason: null,
  }
  const judged = (changes: Partial<Session>, generation: number, nowMs: number) =>
    judgeGeneration({ ...session, ...changes }, generation, defaultSessionRules, nowMs)
  expect(judged({}, 5, 999)).toBe('rotate')
  expect(judged({}, 6, 999)).toBe('refuse')
  for (const generation of [1, 4, 5, 6]) {
    expect(judged({ revokedAtMs: 1 }, generation, 1)).toBe('refuse')
    expect(judged({}, generation, 1_000)).toBe('refuse')
    expect(judged({ idleExpiresAtMs: 9_000 }, generation, 2_000)).toBe('refuse')
  }
})
