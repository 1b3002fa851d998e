/**
 * A store that fails at any of its calls, before it acts or after; then users are counted at the service.
 */

import type { Clock } from '@latchkey/common'
import { systemClock } from '@latchkey/common'
import { createManualClock } from '@latchkey/common/testing'
import type { LocalAzure } from '@latchkey/local-azure'
import { test as azureTest } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import {
  CommunicationUserDirectory,
  type CommunicationUserStore,
  createMemoryStore,
  customIdApiVersion,
  type Subject,
} from '../src/index.ts'
import { all, clientOf, liveUsers } from './service-state.ts'

const stable = { apiVersion: '2023-10-01' }
const alice: Subject = { issuer: 'https://issuer.example', subject: 'alice' }

const test = azureTest.extend<{ fresh: LocalAzure }>({
  fresh: async ({ localAzure }, use) => {
    localAzure.faults.clear()
    await localAzure.reset()
    await use(localAzure)
  },
})

/** A clock on which every wait is over at once. */
function hastyClock(): Clock & { advance(ms: number): void } {
  let aheadMs = 0
  return {
    now: () => Date.now() + aheadMs,
    schedule: (delayMs, callback) => {
      // Timeouts of calls stay what they are.
      if (delayMs > 5_000) return systemClock.schedule(delayMs, callback)
      aheadMs += delayMs
      return systemClock.schedule(0, callback)
    },
    advance: (ms) => {
      aheadMs += ms
    },
  }
}

type Judge = (call: number, name: string) => 'before' | 'after' | undefined

/** A store over `store` whose calls fail as `judge` says. */
function failing(store: CommunicationUserStore, judge: Judge): CommunicationUserStore {
  let calls = 0
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function' || name === 'list') return member
      return async (...parameters: unknown[]) => {
        const when = judge(calls++, String(name))
        if (when === 'before') throw new Error('the store is down')
        const answer: unknown = await Reflect.apply(member, target, parameters)
        if (when === 'after') throw new Error('the answer was lost')
        return answer
      }
    },
  })
}

const flows = [
  { flow: ['create'], calls: 4 },
  { flow: ['create', 'delete', 'create'], calls: 12 },
  { flow: ['create', 'sweep', 'create'], calls: 12 },
] as const
const kinds = [customIdApiVersion, stable.apiVersion].flatMap((apiVersion) =>
  (['before', 'after'] as const).flatMap((when) =>
    ([1, 1000] as const).map((times) => ({ apiVersion, when, times })),
  ),
)

describe.for(kinds)(
  'with $apiVersion, $times calls failing $when they act',
  ({ apiVersion, times, when }) => {
    test.for(flows)('$flow leaves nothing at any call', async ({ calls, flow }, { fresh }) => {
      for (let first = 0; first < calls; first += 1) {
        await fresh.reset()
        const clock = hastyClock()
        const kept = createMemoryStore()
        let isDown = true
        const store = failing(kept, (call) =>
          isDown && call >= first && call < first + times ? when : undefined,
        )
        const client = clientOf(fresh, { apiVersion })
        const directory = new CommunicationUserDirectory({ client, store, clock, lifetimeSeconds: 60 })
        for (const what of flow) {
          const done = {
            create: () => directory.getOrCreate(alice),
            delete: () => directory.delete(alice),
            sweep: () => {
              clock.advance(61_000)
              return directory.sweep()
            },
          }
          await done[what]().catch(() => undefined)
        }
        isDown = false
        clock.advance(25_000)
        const report = await directory.reconcile()
        const ids = (await all(kept.list({ kind: 'all' }))).map(({ record }) => record.communicationUserId)
        const mapped = ids.filter((id) => id !== undefined)
        expect({ first, report, mapped }).toMatchObject({ report: { failed: [] }, mapped: liveUsers(fresh) })
        expect(mapped.length).toBeLessThanOrEqual(1)
        // An intent that was written although its answer was lost came to nothing. That cannot be told from a crash, so
        // what is left is at most too careful, and only without custom ids.
        const careful = apiVersion !== customIdApiVersion && when === 'after' ? 1 : 0
        expect(report.unaccounted).toBeLessThanOrEqual(careful)
        expect(ids.length - mapped.length).toBeLessThanOrEqual(report.unaccounted)
      }
    })
  },
)

describe('a user that was made and cannot be written down', () => {
  test('is named in the error, and written down by the next call', async ({ fresh }) => {
    const kept = createMemoryStore()
    let isDown = false
    const store = failing(kept, (_call, name) => (isDown && name === 'replace' ? 'before' : undefined))
    const client = clientOf(fresh, stable)
    const directory = new CommunicationUserDirectory({ client, store, clock: hastyClock() })
    isDown = true
    const error: unknown = await directory.getOrCreate(alice).catch((thrown: unknown) => thrown)
    const [user] = liveUsers(fresh)
    expect(error).toMatchObject({ code: 'ERR_IDENTITY_STORE', communicationUserId: user })
    expect(await directory.reconcile()).toMatchObject({
      // Somebody knows it, so it is reported and not unaccounted for.
      unaccounted: 0,
      possibleOrphans: [{ subject: alice, since: expect.any(Date), user: { communicationUserId: user } }],
      failed: [{ subject: alice, error: { code: 'ERR_IDENTITY_STORE' } }],
    })
    isDown = false
    expect(await directory.getOrCreate(alice)).toEqual({ communicationUserId: user })
    expect(await directory.reconcile()).toMatchObject({ unaccounted: 0, failed: [] })
    expect(liveUsers(fresh)).toEqual([user])
  })

  test('is deleted once the store is back, when somebody made another meanwhile', async ({ fresh }) => {
    const kept = createMemoryStore()
    let isDown = true
    const store = failing(kept, (_call, name) => (isDown && name === 'replace' ? 'before' : undefined))
    const clock = hastyClock()
    const client = clientOf(fresh, stable)
    const late = new CommunicationUserDirectory({ client, store, clock })
    await expect(late.getOrCreate(alice)).rejects.toMatchObject({ code: 'ERR_IDENTITY_STORE' })
    clock.advance(25_000)
    const other = new CommunicationUserDirectory({ client, store: kept, clock })
    const user = await other.getOrCreate(alice)
    // Nobody but the first process knows; until it says so, the create is accounted for.
    expect(await other.reconcile()).toMatchObject({ unaccounted: 1, possibleOrphans: [{ subject: alice }] })
    isDown = false
    expect(await late.reconcile()).toMatchObject({ unaccounted: 0, failed: [] })
    expect(await other.reconcile()).toMatchObject({ unaccounted: 0 })
    expect(liveUsers(fresh)).toEqual([user.communicationUserId])
  })
})

describe('a create whose answer reached nobody, without custom ids', () => {
  async function dieAfterTheAnswer(fresh: LocalAzure, store: CommunicationUserStore): Promise<void> {
    const client = Object.assign(clientOf(fresh, stable), { createUser: () => new Promise<never>(() => 0) })
    await clientOf(fresh, stable).createUser()
    void new CommunicationUserDirectory({ client, store, clock: createManualClock() }).getOrCreate(alice)
    await expect.poll(async () => (await all(store.list({ kind: 'all' }))).length).toBe(1)
  }

  test('is reported with its person and its time, until it is forgotten', async ({ fresh }) => {
    const store = createMemoryStore()
    await dieAfterTheAnswer(fresh, store)
    const clock = createManualClock()
    const since = new Date(clock.now())
    const directory = new CommunicationUserDirectory({ client: clientOf(fresh, stable), store, clock })
    expect(await directory.reconcile()).toMatchObject({ waiting: 1, unaccounted: 0 })
    await clock.advance(20_001)
    const found = { unaccounted: 1, possibleOrphans: [{ subject: alice, since }], usesCustomIds: false }
    expect(await directory.reconcile()).toMatchObject({ ...found, removed: 1 })
    expect(await directory.reconcile()).toMatchObject({ ...found, removed: 0, completed: 0 })
    // Neither a user nor its end takes it away.
    await directory.getOrCreate(alice)
    expect(await directory.reconcile()).toMatchObject(found)
    await directory.delete(alice)
    await directory.delete(alice)
    expect(liveUsers(fresh)).toHaveLength(1)
    expect(await directory.reconcile({ forgetPossibleOrphans: true })).toMatchObject(found)
    expect(await directory.reconcile()).toMatchObject({ unaccounted: 0 })
    expect(await all(store.list({ kind: 'all' }))).toEqual([])
  })

  test('is forgotten with its person where nothing of them may stay', async ({ fresh }) => {
    const store = createMemoryStore()
    await dieAfterTheAnswer(fresh, store)
    const clock = createManualClock()
    await clock.advance(20_001)
    const directory = new CommunicationUserDirectory({ client: clientOf(fresh, stable), store, clock })
    await directory.delete(alice, { forgetPossibleOrphans: true })
    expect(await all(store.list({ kind: 'all' }))).toEqual([])
  })

  test('is counted by a process that has custom ids, too', async ({ fresh }) => {
    const store = createMemoryStore()
    await dieAfterTheAnswer(fresh, store)
    const clock = createManualClock()
    await clock.advance(20_001)
    const directory = new CommunicationUserDirectory({ client: clientOf(fresh), store, clock })
    await directory.getOrCreate(alice)
    expect(await directory.reconcile()).toMatchObject({ unaccounted: 1, usesCustomIds: true })
    await directory.reconcile({ forgetPossibleOrphans: true })
    expect(await all(directory.list())).toMatchObject([{ subject: alice, state: 'active' }])
    expect(await directory.reconcile()).toMatchObject({ unaccounted: 0 })
  })
})

describe('a service that has withdrawn the preview', () => {
  // What Azure answered when it did so before: https://github.com/Azure/Communication/issues/159
  const refuseThePreview: typeof fetch = async (input, init) => {
    if (!String(input).includes('-preview')) return fetch(input, init)
    const message =
      'The HTTP resource that matches the request URI does not support the API version ‘2025-04-01-preview’.'
    return Response.json({ error: { code: 'UnsupportedApiVersion', message } }, { status: 400 })
  }

  test('still gets everybody one user, and reconcile says how', async ({ fresh }) => {
    const store = createMemoryStore()
    const client = clientOf(fresh, { fetch: refuseThePreview })
    const directory = new CommunicationUserDirectory({ client, store })
    const user = await directory.getOrCreate(alice)
    expect(await directory.getOrCreate(alice)).toEqual(user)
    await directory.getOrCreate({ ...alice, subject: 'bob' })
    expect(liveUsers(fresh)).toHaveLength(2)
    expect(await directory.reconcile()).toMatchObject({ usesCustomIds: false, unaccounted: 0, failed: [] })
  })

  test('makes what was begun under a custom id something to account for', async ({ fresh }) => {
    const store = createMemoryStore()
    const before = new CommunicationUserDirectory({ client: clientOf(fresh), store, clock: fresh.clock })
    fresh.faults.add({ service: 'communication', kind: 'drop-response', match: 'POST /identities', times: 4 })
    await expect(before.getOrCreate(alice)).rejects.toMatchObject({ code: 'ERR_IDENTITY_UNAVAILABLE' })
    fresh.clock.advanceSeconds(21)
    const client = clientOf(fresh, { fetch: refuseThePreview })
    const directory = new CommunicationUserDirectory({ client, store, clock: fresh.clock })
    const user = await directory.getOrCreate(alice)
    expect(liveUsers(fresh)).toHaveLength(2)
    expect(liveUsers(fresh)).toContain(user.communicationUserId)
    expect(await directory.reconcile()).toMatchObject({ usesCustomIds: false, unaccounted: 1 })
  })
})
