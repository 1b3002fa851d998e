import { createManualClock } from '@latchkey/common/testing'
import type { LocalAzure } from '@latchkey/local-azure'
import { test as azureTest } from '@latchkey/local-azure/testing'
import { describe, expect, test as plainTest } from 'vitest'
import {
  CommunicationIdentityClient,
  CommunicationUserDirectory,
  type CommunicationUserDirectoryOptions,
  createMemoryStore,
  customIdApiVersion,
  type Subject,
} from '../src/index.ts'
import { all, clientOf, liveUsers } from './service-state.ts'

const stableVersion = '2023-10-01'
const versions = [stableVersion, customIdApiVersion]
const alice: Subject = { issuer: 'https://issuer.example', subject: 'alice' }

const test = azureTest.extend<{ fresh: LocalAzure }>({
  fresh: async ({ localAzure }, use) => {
    localAzure.faults.clear()
    await localAzure.reset()
    await use(localAzure)
  },
})

function directoryOf(
  localAzure: LocalAzure,
  apiVersion: string,
  options: Partial<CommunicationUserDirectoryOptions> = {},
): CommunicationUserDirectory {
  const client = clientOf(localAzure, { apiVersion })
  return new CommunicationUserDirectory({ client, store: createMemoryStore(), ...options })
}

describe.for(versions)('with api-version %s', (apiVersion) => {
  test('one person has one user, however often and however many ask', async ({ fresh }) => {
    const store = createMemoryStore()
    const [one, two] = [directoryOf(fresh, apiVersion, { store }), directoryOf(fresh, apiVersion, { store })]
    const calls = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? one : two).getOrCreate(alice))
    const users = await Promise.all(calls)
    expect(new Set(users.map((user) => user.communicationUserId))).toEqual(new Set(liveUsers(fresh)))
    expect(liveUsers(fresh)).toHaveLength(1)
  })

  test('people of one name at two issuers have two users', async ({ fresh }) => {
    const directory = directoryOf(fresh, apiVersion)
    const users = await Promise.all(
      ['https://a.example', 'https://b.example'].map((issuer) => directory.getOrCreate({ ...alice, issuer })),
    )
    expect(users.map((user) => user.communicationUserId).sort()).toEqual(liveUsers(fresh).sort())
  })

  test('people in two directories on one store have two users, and each keeps to its own', async ({
    fresh,
  }) => {
    const store = createMemoryStore()
    const { clock } = fresh
    const durable = directoryOf(fresh, apiVersion, { store, clock })
    const chat = directoryOf(fresh, apiVersion, { store, clock, purpose: 'chat', lifetimeSeconds: 60 })
    const [kept, ending] = [await durable.getOrCreate(alice), await chat.getOrCreate(alice)]
    expect(ending).not.toEqual(kept)
    expect([await all(durable.list()), await all(chat.list())]).toMatchObject([
      [{ user: kept }],
      [{ user: ending, expiresOn: expect.any(Date) }],
    ])
    clock.advanceSeconds(61)
    expect(await durable.sweep()).toEqual({ deleted: 0, failed: [] })
    expect(await chat.sweep()).toEqual({ deleted: 1, failed: [] })
    await chat.delete(alice)
    expect(liveUsers(fresh)).toEqual([kept.communicationUserId])
    expect(await durable.getOrCreate(alice)).toEqual(kept)
  })

  test('a token is for that user, with the scopes and the life asked for', async ({ fresh }) => {
    const directory = directoryOf(fresh, apiVersion)
    const { expiresOn, token, user } = await directory.issueToken(alice, ['chat', 'voip'], {
      tokenExpiresInMinutes: 60,
    })
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({ skypeid: user.communicationUserId.slice(2), acsScope: 'chat,voip' })
    expect(Math.abs(expiresOn.getTime() - fresh.clock.now() - 3_600_000)).toBeLessThan(5_000)
    expect(await directory.getOrCreate(alice)).toEqual(user)
  })

  test('revoking ends the tokens and keeps the user', async ({ fresh }) => {
    const directory = directoryOf(fresh, apiVersion)
    expect(await directory.revoke(alice)).toBe(false)
    const { user } = await directory.issueToken(alice, ['chat'])
    expect(await directory.revoke(alice)).toBe(true)
    const [identities] = fresh.services.communication.overview?.() ?? []
    expect(identities?.rows).toEqual([[user.communicationUserId, expect.any(String), '0', '']])
  })

  test('deleting takes the user and the entry, and can be repeated', async ({ fresh }) => {
    const store = createMemoryStore()
    const directory = directoryOf(fresh, apiVersion, { store })
    const first = await directory.getOrCreate(alice)
    await Promise.all([directory.delete(alice), directory.delete(alice)])
    await directory.delete(alice)
    expect(liveUsers(fresh)).toEqual([])
    expect(await all(store.list({ kind: 'all' }))).toEqual([])
    expect(await directory.getOrCreate(alice)).not.toEqual(first)
  })

  test('a user whose time is over is swept, service first; others stay', async ({ fresh }) => {
    const store = createMemoryStore()
    const durable = directoryOf(fresh, apiVersion, { store, clock: fresh.clock })
    const chat = directoryOf(fresh, apiVersion, {
      store,
      clock: fresh.clock,
      lifetimeSeconds: 60,
      purpose: 'chat',
    })
    const stays = await durable.getOrCreate(alice)
    await chat.getOrCreate({ ...alice, subject: 'visitor' })
    expect(await chat.sweep()).toEqual({ deleted: 0, failed: [] })
    fresh.clock.advanceSeconds(60)
    fresh.faults.add({
      service: 'communication',
      kind: '503',
      match: 'DELETE',
      times: 4,
      retryAfterSeconds: 0,
    })
    expect(await chat.sweep()).toMatchObject({ deleted: 0, failed: [{ subject: { subject: 'visitor' } }] })
    expect(await all(chat.list())).toMatchObject([{ state: 'deleting' }])
    await chat.reconcile()
    expect(liveUsers(fresh)).toEqual([stays.communicationUserId])
    expect(await all(chat.list())).toEqual([])
    expect(await all(durable.list())).toMatchObject([{ subject: alice, user: stays }])
  })

  test('somebody whose user has ended gets another', async ({ fresh }) => {
    const directory = directoryOf(fresh, apiVersion, { clock: fresh.clock, lifetimeSeconds: 60 })
    const first = await directory.getOrCreate(alice)
    fresh.clock.advanceSeconds(61)
    const second = await directory.getOrCreate(alice)
    expect(second).not.toEqual(first)
    expect(liveUsers(fresh)).toEqual([second.communicationUserId])
  })

  test('a throttled or failing service leaves nothing behind that the next call cannot use', async ({
    fresh,
  }) => {
    const directory = directoryOf(fresh, apiVersion, { clock: fresh.clock })
    fresh.faults.add({ service: 'communication', kind: '429', times: 10, retryAfterSeconds: 3600 })
    await expect(directory.getOrCreate(alice)).rejects.toMatchObject({ code: 'ERR_IDENTITY_THROTTLED' })
    fresh.faults.clear()
    // With custom ids an attempt could still be under way until the lease ends.
    fresh.clock.advanceSeconds(21)
    const user = await directory.getOrCreate(alice)
    expect(liveUsers(fresh)).toEqual([user.communicationUserId])
  })

  test('a user deleted behind the directory is replaced only when that is allowed', async ({ fresh }) => {
    const store = createMemoryStore()
    const strict = directoryOf(fresh, apiVersion, { store })
    const user = await strict.getOrCreate(alice)
    await clientOf(fresh).deleteUser(user)
    await expect(strict.issueToken(alice, ['chat'])).rejects.toMatchObject({ code: 'ERR_IDENTITY_NOT_OWNED' })
    expect(await strict.getOrCreate(alice)).toEqual(user)
    const lenient = directoryOf(fresh, apiVersion, { store, replaceMissingUsers: true })
    const issued = await lenient.issueToken(alice, ['chat'])
    expect(issued.user).not.toEqual(user)
    expect(liveUsers(fresh)).toEqual([issued.user.communicationUserId])
  })
})

describe('a directory', () => {
  const endingOf = (fresh: LocalAzure, store = createMemoryStore()): CommunicationUserDirectory =>
    directoryOf(fresh, customIdApiVersion, { store, clock: fresh.clock, lifetimeSeconds: 60 })

  test('keeps nothing of a subject but issuer and subject', async ({ fresh }) => {
    const store = createMemoryStore()
    const more = { ...alice, idToken: 'eyJ', email: 'alice@contoso.example' }
    await directoryOf(fresh, customIdApiVersion, { store }).getOrCreate(more)
    expect((await all(store.list({ kind: 'all' }))).map(({ record }) => record.subject)).toEqual([alice])
  })

  test('sweeps again whom a sweep could not delete', async ({ fresh }) => {
    const directory = endingOf(fresh)
    await directory.getOrCreate(alice)
    fresh.clock.advanceSeconds(61)
    const fault = { kind: '503', match: 'DELETE', times: 4, retryAfterSeconds: 0 } as const
    fresh.faults.add({ service: 'communication', ...fault })
    expect(await directory.sweep()).toMatchObject({ deleted: 0, failed: [{ subject: alice }] })
    expect(await directory.sweep()).toEqual({ deleted: 1, failed: [] })
    expect([liveUsers(fresh), await all(directory.list())]).toEqual([[], []])
  })

  test.for([
    [['nonsense'], {}],
    [[], {}],
    [['chat'], { tokenExpiresInMinutes: 5 }],
  ] as const)('makes nobody for a token that cannot be right: %j %j', async ([scopes, life], { fresh }) => {
    const directory = directoryOf(fresh, customIdApiVersion)
    const issued = directory.issueToken(alice, scopes as never, life)
    await expect(issued).rejects.toMatchObject({ code: 'ERR_IDENTITY_ARGUMENT' })
    expect(liveUsers(fresh)).toEqual([])
    expect(await directory.issueToken(alice, ['chat'], null)).toMatchObject({ token: expect.any(String) })
  })

  test('does not answer, after a delete, whoever was deleted', async ({ fresh }) => {
    const kept = createMemoryStore()
    let release = (): void => undefined
    let slow: Promise<void> | undefined
    const read: typeof kept.read = async (id) => {
      const stored = await kept.read(id)
      const wait = slow
      slow = undefined
      await wait
      return stored
    }
    const directory = directoryOf(fresh, customIdApiVersion, { store: { ...kept, read } })
    const gone = await directory.getOrCreate(alice)
    slow = new Promise((resolve) => {
      release = resolve
    })
    const early = directory.getOrCreate(alice)
    await directory.delete(alice)
    const late = directory.getOrCreate(alice)
    release()
    expect(await early).toEqual(gone)
    const { communicationUserId } = await late
    expect(liveUsers(fresh)).toEqual([communicationUserId])
  })

  test('issues a token although the user it found ended meanwhile', async ({ fresh }) => {
    const client = clientOf(fresh)
    const directory = new CommunicationUserDirectory({
      client,
      store: createMemoryStore(),
      clock: fresh.clock,
      lifetimeSeconds: 60,
    })
    const first = await directory.getOrCreate(alice)
    const getToken = client.getToken.bind(client)
    let isFirst = true
    client.getToken = async (...parameters) => {
      if (isFirst) {
        isFirst = false
        fresh.clock.advanceSeconds(61)
        await directory.sweep()
      }
      return getToken(...parameters)
    }
    const { user } = await directory.issueToken(alice, ['chat'])
    expect(user).not.toEqual(first)
    expect(liveUsers(fresh)).toEqual([user.communicationUserId])
  })

  test('has nothing to revoke for somebody whose end was interrupted', async ({ fresh }) => {
    const kept = createMemoryStore()
    const remove = (): Promise<never> => Promise.reject(new Error('the store is down'))
    const dying = directoryOf(fresh, customIdApiVersion, { store: { ...kept, remove } })
    await dying.getOrCreate(alice)
    await expect(dying.delete(alice)).rejects.toThrow('the store is down')
    expect(await dying.revoke(alice)).toBe(false)
  })
})

describe('with custom ids', () => {
  test.for([1, 2, 3])('%i lost answers in a row cost nothing', async (times, { fresh }) => {
    const directory = directoryOf(fresh, customIdApiVersion)
    fresh.faults.add({ service: 'communication', kind: 'drop-response', match: 'POST /identities', times })
    const user = await directory.getOrCreate(alice)
    expect(liveUsers(fresh)).toEqual([user.communicationUserId])
  })

  test('more lost answers than attempts are made good by the next caller', async ({ fresh }) => {
    const directory = directoryOf(fresh, customIdApiVersion, { clock: fresh.clock })
    fresh.faults.add({ service: 'communication', kind: 'drop-response', match: 'POST /identities', times: 4 })
    await expect(directory.getOrCreate(alice)).rejects.toMatchObject({ code: 'ERR_IDENTITY_UNAVAILABLE' })
    expect(liveUsers(fresh)).toHaveLength(1)
    fresh.clock.advanceSeconds(21)
    expect(await directory.reconcile()).toMatchObject({ completed: 1, unaccounted: 0, failed: [] })
    const user = await directory.getOrCreate(alice)
    expect(liveUsers(fresh)).toEqual([user.communicationUserId])
  })

  test('a lost store does not lose the user', async ({ fresh }) => {
    const before = await directoryOf(fresh, customIdApiVersion).getOrCreate(alice)
    expect(await directoryOf(fresh, customIdApiVersion).getOrCreate(alice)).toEqual(before)
    const other = await directoryOf(fresh, customIdApiVersion, { purpose: 'support' }).getOrCreate(alice)
    expect(other).not.toEqual(before)
  })
})

describe('without custom ids', () => {
  test('a lost answer is told, counted, and does not keep the next caller waiting', async ({ fresh }) => {
    const directory = directoryOf(fresh, stableVersion)
    fresh.faults.add({ service: 'communication', kind: 'drop-response', match: 'POST /identities', times: 1 })
    await expect(directory.getOrCreate(alice)).rejects.toMatchObject({ code: 'ERR_IDENTITY_OUTCOME_UNKNOWN' })
    const user = await directory.getOrCreate(alice)
    expect(await directory.getOrCreate(alice)).toEqual(user)
    expect(liveUsers(fresh)).toContain(user.communicationUserId)
  })

  test('many lost answers are all counted, in an entry that stays short', async ({ fresh }) => {
    const store = createMemoryStore()
    const directory = directoryOf(fresh, stableVersion, { store })
    const since = Date.now()
    fresh.faults.add({ service: 'communication', kind: 'drop-response', times: 40 })
    for (let call = 0; call < 40; call += 1) await directory.getOrCreate(alice).catch(() => undefined)
    expect(liveUsers(fresh)).toHaveLength(40)
    const { possibleOrphans, unaccounted } = await directory.reconcile()
    expect([unaccounted, possibleOrphans.length]).toEqual([40, 16])
    expect(possibleOrphans[0]).toMatchObject({ subject: alice, times: 25 })
    expect(possibleOrphans[0]?.since.getTime()).toBeGreaterThanOrEqual(since)
    expect(possibleOrphans[0]?.since.getTime()).toBeLessThanOrEqual(possibleOrphans[1]?.since.getTime() ?? 0)
  })

  test('a user made too late is deleted again', async ({ fresh }) => {
    const store = createMemoryStore()
    const slowClient = clientOf(fresh)
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const clock = createManualClock()
    const slow = new CommunicationUserDirectory({
      store,
      clock,
      client: {
        supportsCustomId: false,
        createUser: async () => {
          const made = await slowClient.createUser()
          await released
          return made
        },
        deleteUser: (user) => slowClient.deleteUser(user),
        getToken: (...rest) => slowClient.getToken(...rest),
        revokeTokens: (user) => slowClient.revokeTokens(user),
      },
    })
    const late = slow.getOrCreate(alice)
    await expect.poll(() => liveUsers(fresh).length).toBe(1)
    await clock.advance(20_001)
    const quick = await directoryOf(fresh, stableVersion, { store, clock }).getOrCreate(alice)
    expect(liveUsers(fresh)).toHaveLength(2)
    release()
    expect(await late).toEqual(quick)
    expect(liveUsers(fresh)).toEqual([quick.communicationUserId])
  })
})

describe('waiting for another process', () => {
  test('ends with ERR_IDENTITY_BUSY, and the intent is left to its owner', async ({ fresh }) => {
    const store = createMemoryStore()
    const clock = createManualClock()
    // Spreading a client would leave its methods behind.
    const stuck: CommunicationIdentityClient = Object.assign(
      clientOf(fresh, { apiVersion: customIdApiVersion }),
      {
        createUser: () => new Promise<never>(() => undefined),
      },
    )
    void new CommunicationUserDirectory({ client: stuck, store, clock }).getOrCreate(alice)
    const directory = directoryOf(fresh, customIdApiVersion, { store, clock })
    await expect.poll(async () => (await all(directory.list())).length).toBe(1)
    const waiting = directory.getOrCreate(alice)
    waiting.catch(() => undefined)
    await clock.advance(11_000)
    await expect(waiting).rejects.toMatchObject({
      code: 'ERR_IDENTITY_BUSY',
      retryAfterMs: expect.any(Number),
    })
    expect(await directory.reconcile()).toMatchObject({ waiting: 1, completed: 0 })
    await clock.advance(10_000)
    expect(await directory.reconcile()).toMatchObject({ waiting: 0, completed: 1 })
    expect(liveUsers(fresh)).toHaveLength(1)
  })
})

describe('an argument that cannot be right is refused', () => {
  const client = new CommunicationIdentityClient('https://example.com', { key: 'AAAA' })
  const options = { client, store: createMemoryStore() }
  plainTest.for([
    [() => new CommunicationUserDirectory({ ...options, lifetimeSeconds: 0 })],
    [() => new CommunicationUserDirectory({ ...options, purpose: 'a:b' })],
    [() => new CommunicationUserDirectory(options).getOrCreate({ issuer: '', subject: 'a' })],
    [() => new CommunicationUserDirectory(options).getOrCreate(undefined as never)],
  ] as const)('%#', ([call]) => {
    expect(call).toThrow(expect.objectContaining({ code: 'ERR_IDENTITY_ARGUMENT' }))
  })
})
