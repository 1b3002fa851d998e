/**
 * Creates that take effect and whose answer is lost, and what comes after; then users are counted at the service.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test as azureTest } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import {
  CommunicationIdentityClient,
  CommunicationUserDirectory,
  type CommunicationUserRecord,
  createMemoryStore,
  customIdApiVersion,
  type Subject,
  subjectId,
} from '../src/index.ts'
import { all, clientOf, liveUsers } from './service-state.ts'

const alice: Subject = { issuer: 'https://issuer.example', subject: 'alice' }

const test = azureTest.extend<{ fresh: LocalAzure }>({
  fresh: async ({ localAzure }, use) => {
    localAzure.faults.clear()
    await localAzure.reset()
    await use(localAzure)
  },
})

/** Lets the first create through and loses its answer; what comes then is answered by `next`. */
function losing(next: typeof fetch): typeof fetch {
  let isFirst = true
  return async (input, init) => {
    if (!isFirst) return next(input, init)
    isFirst = false
    await fetch(input, init)
    throw Object.assign(new TypeError('fetch failed'), {
      cause: Object.assign(new Error(), { code: 'ECONNRESET' }),
    })
  }
}

function refusal(status: number, code: string): Response {
  return Response.json({ error: { code, message: code } }, { status })
}

describe('an attempt that took effect, its answer lost', () => {
  test('and a refusal of the next: the user is found later', async ({ fresh }) => {
    const client = clientOf(fresh, { fetch: losing(async () => refusal(401, 'Denied')) })
    const store = createMemoryStore()
    const refused = new CommunicationUserDirectory({ client, store, clock: fresh.clock })
    await expect(refused.getOrCreate(alice)).rejects.toMatchObject({
      code: 'ERR_IDENTITY_DENIED',
      mayHaveActed: true,
    })
    fresh.clock.advanceSeconds(21)
    const directory = new CommunicationUserDirectory({ client: clientOf(fresh), store, clock: fresh.clock })
    expect(await directory.reconcile()).toMatchObject({ completed: 1, failed: [] })
    expect(await all(directory.list())).toMatchObject([
      { user: { communicationUserId: liveUsers(fresh)[0] } },
    ])
    expect(liveUsers(fresh)).toHaveLength(1)
  })

  test('and a credential that fails before the next: the user is found later', async ({ fresh }) => {
    const signed = clientOf(fresh)
    let asked = 0
    const credential = {
      getToken: async () => {
        if (++asked > 1) throw new Error('Entra is down')
        // Over at once, so that the next attempt asks again.
        return { token: 'first', expiresOnTimestamp: fresh.clock.now() }
      },
    }
    const send: typeof fetch = async (_input, init) => {
      await signed.createUser(JSON.parse(String(init?.body)))
      throw Object.assign(new TypeError('fetch failed'), { code: 'ECONNRESET' })
    }
    const store = createMemoryStore()
    const { endpoint } = fresh.endpoints.communication
    const client = new CommunicationIdentityClient(endpoint, credential, {
      fetch: send,
      clock: fresh.clock,
      retryOptions: { retryDelayInMs: 0 },
    })
    const failing = new CommunicationUserDirectory({ client, store, clock: fresh.clock })
    await expect(failing.getOrCreate(alice)).rejects.toMatchObject({ mayHaveActed: true })
    fresh.clock.advanceSeconds(21)
    const directory = new CommunicationUserDirectory({ client: signed, store, clock: fresh.clock })
    expect(await directory.reconcile()).toMatchObject({ completed: 1, failed: [] })
    expect(await all(directory.list())).toMatchObject([
      { user: { communicationUserId: liveUsers(fresh)[0] } },
    ])
  })

  test('and a preview that was withdrawn by the next: it is accounted for', async ({ fresh }) => {
    const withdrawn: typeof fetch = async (input, init) =>
      String(input).includes('-preview') ? refusal(400, 'UnsupportedApiVersion') : fetch(input, init)
    const client = clientOf(fresh, { fetch: losing(withdrawn) })
    const directory = new CommunicationUserDirectory({ client, store: createMemoryStore() })
    const user = await directory.getOrCreate(alice)
    expect(liveUsers(fresh)).toHaveLength(2)
    expect(liveUsers(fresh)).toContain(user.communicationUserId)
    expect(await directory.reconcile()).toMatchObject({ unaccounted: 1, usesCustomIds: false })
  })
})

describe('an answer that is not understood', () => {
  const garbled: typeof fetch = async (input, init) => {
    await fetch(input, init)
    return new Response('<html>', { status: 201 })
  }

  test('is accounted for without custom ids', async ({ fresh }) => {
    const client = clientOf(fresh, { apiVersion: '2023-10-01', fetch: garbled })
    const store = createMemoryStore()
    const garbling = new CommunicationUserDirectory({ client, store })
    await expect(garbling.getOrCreate(alice)).rejects.toMatchObject({ code: 'ERR_IDENTITY_RESPONSE' })
    expect(liveUsers(fresh)).toHaveLength(1)
    const directory = new CommunicationUserDirectory({ client: clientOf(fresh), store })
    expect(await directory.reconcile()).toMatchObject({
      unaccounted: 1,
      possibleOrphans: [{ subject: alice }],
    })
  })

  test('is made good with custom ids', async ({ fresh }) => {
    const store = createMemoryStore()
    const { clock } = fresh
    const client = clientOf(fresh, { fetch: garbled })
    const garbling = new CommunicationUserDirectory({ client, store, clock })
    await expect(garbling.getOrCreate(alice)).rejects.toMatchObject({ code: 'ERR_IDENTITY_RESPONSE' })
    clock.advanceSeconds(21)
    const directory = new CommunicationUserDirectory({ client: clientOf(fresh), store, clock })
    const user = await directory.getOrCreate(alice)
    expect(liveUsers(fresh)).toEqual([user.communicationUserId])
  })
})

describe('a failure after which certainly nothing was made keeps nobody waiting', () => {
  const failures: readonly [string, typeof fetch][] = [
    ['throttled', async () => refusal(429, 'TooManyRequests')],
    ['refused', async () => refusal(403, 'Forbidden')],
    [
      'not connected',
      async () => Promise.reject(Object.assign(new TypeError('fetch failed'), { code: 'ECONNREFUSED' })),
    ],
  ]
  const versions = [customIdApiVersion, '2023-10-01']
  const cases = failures.flatMap(([name, send]) => versions.map((apiVersion) => ({ name, send, apiVersion })))
  test.for(cases)('$name, with $apiVersion', async ({ apiVersion, send }, { fresh }) => {
    const store = createMemoryStore()
    const failing = clientOf(fresh, { apiVersion, fetch: send })
    // A search in order to delete begins where a create was interrupted.
    const stuck = Object.assign(clientOf(fresh), { createUser: () => new Promise<never>(() => undefined) })
    const { clock } = fresh
    void new CommunicationUserDirectory({ client: stuck, store, clock }).getOrCreate(alice)
    await expect.poll(async () => (await all(store.list({ kind: 'all' }))).length).toBe(1)
    clock.advanceSeconds(21)
    const bob = { ...alice, subject: 'bob' }
    const broken = new CommunicationUserDirectory({ client: failing, store, clock })
    await expect(broken.getOrCreate(bob)).rejects.toMatchObject({ mayHaveActed: false })
    if (apiVersion === customIdApiVersion) await expect(broken.delete(alice)).rejects.toThrow()
    const client = clientOf(fresh, { apiVersion })
    const directory = new CommunicationUserDirectory({ client, store, clock, waitTimeoutMs: 0 })
    const users = [await directory.getOrCreate(bob), await directory.getOrCreate(alice)]
    expect(liveUsers(fresh).sort()).toEqual(users.map((user) => user.communicationUserId).sort())
  })
})

describe('a user that was noted as one too many', () => {
  const entry = (changes: object): CommunicationUserRecord => ({
    id: subjectId(alice),
    subject: alice,
    state: 'active',
    createdAtMs: 0,
    surplus: [],
    unaccounted: [],
    writeId: 'by another process',
    ...changes,
  })

  test('and is asked for again under its custom id is not deleted under whoever has it', async ({
    fresh,
  }) => {
    const store = createMemoryStore()
    const client = clientOf(fresh)
    const { communicationUserId: late } = await client.createUser({ customId: subjectId(alice) })
    const { communicationUserId } = await client.createUser()
    await store.insert(entry({ communicationUserId, expiresAtMs: 1, surplus: [late] }))
    const directory = new CommunicationUserDirectory({ client, store })
    const user = await directory.getOrCreate(alice)
    await directory.reconcile()
    expect(liveUsers(fresh)).toEqual([user.communicationUserId])
    expect(await all(directory.list())).toMatchObject([{ state: 'active', user }])
  })

  test('is kept where its entry names it, too', async ({ fresh }) => {
    const store = createMemoryStore()
    const client = clientOf(fresh)
    const { communicationUserId } = await client.createUser()
    await store.insert(entry({ communicationUserId, surplus: [communicationUserId] }))
    await new CommunicationUserDirectory({ client, store }).reconcile()
    expect(liveUsers(fresh)).toEqual([communicationUserId])
    expect((await all(store.list({ kind: 'all' }))).map(({ record }) => record.surplus)).toEqual([[]])
  })
})

describe('a create that was interrupted', () => {
  const lifetimes = [undefined, 60] as const
  const cases = [customIdApiVersion, '2023-10-01'].flatMap((apiVersion) =>
    lifetimes.map((lifetimeSeconds) => ({ apiVersion, lifetimeSeconds })),
  )
  test.for(cases)(
    'is finished as it was meant, with $apiVersion and a life of $lifetimeSeconds',
    async ({ apiVersion, lifetimeSeconds }, { fresh }) => {
      const store = createMemoryStore()
      const { clock } = fresh
      const make = (life: number | undefined, client = clientOf(fresh, { apiVersion })) =>
        new CommunicationUserDirectory({
          client,
          store,
          clock,
          ...(life !== undefined && { lifetimeSeconds: life }),
        })
      const createUser = (): Promise<never> => new Promise(() => undefined)
      const stuck = Object.assign(clientOf(fresh, { apiVersion }), { createUser })
      void make(lifetimeSeconds, stuck).getOrCreate(alice)
      await expect.poll(async () => (await all(store.list({ kind: 'all' }))).length).toBe(1)
      clock.advanceSeconds(21)
      const other = make(lifetimeSeconds === undefined ? 60 : undefined)
      await other.getOrCreate(alice)
      const [entry] = await all(other.list())
      if (lifetimeSeconds === undefined) return expect(entry?.expiresOn).toBeUndefined()
      const livesMs = (entry?.expiresOn?.getTime() ?? 0) - clock.now()
      expect(Math.abs(livesMs - lifetimeSeconds * 1000)).toBeLessThan(5_000)
    },
  )
})
