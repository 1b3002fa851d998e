/**
 * Many sessions of one person: how many there can be, and that ending all of them ends all of them.
 */

import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { beginSession, defaultSessionRules, prepareSession, type Session } from '../src/sessions/session.ts'
import { createSessionLimit, endAll, mostSessions, signInsPerLook } from '../src/sessions/session-limit.ts'
import type { SessionStore } from '../src/sessions/session-store.ts'
import { createMemorySessionStore } from '../src/stores/memory/sessions.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice, bob } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

const startMs = 1_767_225_600_000
const clock = { now: () => startMs + 500_000, schedule: () => () => undefined }

/** Sessions of a person, one each millisecond. */
async function fill(store: SessionStore, count: number, personId: string): Promise<readonly Session[]> {
  const person = { id: personId, subject: { issuer: 'i', subject: 's' }, name: 'N' }
  const sessions = Array.from({ length: count }, (_none, index) => {
    const sid = `${personId}-${index}`
    const from = { sid, kind: 'client', person, role: 'new', clientId: 'c' } as const
    return beginSession(
      prepareSession(from, defaultSessionRules, startMs + index),
      from,
      defaultSessionRules,
      startMs + index,
    )
  })
  for (const session of sessions) await store.create(session)
  return sessions
}

const liveOf = async (store: SessionStore, personId: string): Promise<readonly string[]> =>
  (await store.listOf(personId, clock.now())).map(({ sid }) => sid)

describe('ending many', () => {
  test('twenty at once, and every one although some fail', async () => {
    const memory = createMemorySessionStore()
    const sessions = await fill(memory, 205, 'p')
    let [now, most] = [0, 0]
    const bad = new Set(['p-3', 'p-60', 'p-204'])
    const store: SessionStore = {
      ...memory,
      revoke: async (sid, ...rest) => {
        now += 1
        most = Math.max(most, now)
        await new Promise((resolve) => setImmediate(resolve))
        now -= 1
        if (bad.delete(sid)) throw new Error(`no ${sid}`)
        await memory.revoke(sid, ...rest)
      },
    }
    const sids = sessions.map(({ sid }) => sid)
    await expect(endAll(store, sids, 'disabled', clock)).rejects.toThrow('no p-3')
    expect(most).toBe(20)
    expect(new Set(await liveOf(memory, 'p'))).toEqual(new Set(['p-3', 'p-60', 'p-204']))
    await endAll(store, sids, 'disabled', clock)
    expect(await liveOf(memory, 'p')).toEqual([])
  })
})

describe('the limit', () => {
  test('is looked at on every twentieth sign-in of a person, and ends the oldest', async () => {
    const memory = createMemorySessionStore()
    let looks = 0
    const store: SessionStore = {
      ...memory,
      listOf: async (...query) => {
        looks += 1
        return memory.listOf(...query)
      },
    }
    const sessions = await fill(store, 400, 'p')
    await fill(store, 150, 'other')
    const limit = createSessionLimit(store, clock)
    for (const session of sessions.slice(-signInsPerLook + 1)) await limit(session)
    expect(looks).toBe(0)
    // The one that was begun stays, wherever clocks that differ have put it.
    await limit(sessions[0]!)
    expect(looks).toBe(1)
    const live = await memory.listOf('p', clock.now())
    expect(live.map(({ sid }) => sid)).toEqual([
      ...sessions
        .slice(-(mostSessions - 1))
        .map(({ sid }) => sid)
        .toReversed(),
      'p-0',
    ])
    expect((await memory.read('p-1'))?.session.endReason).toBe('limit')
    expect(await liveOf(memory, 'other')).toHaveLength(150)
  })

  test('keeps nobody out when the store fails, and is looked at again at the next sign-in', async () => {
    const memory = createMemorySessionStore()
    const [session] = await fill(memory, 130, 'p')
    let isDown = true
    const store: SessionStore = {
      ...memory,
      listOf: async (...query) => {
        if (isDown) throw new Error('The store is down')
        return memory.listOf(...query)
      },
    }
    const limit = createSessionLimit(store, clock)
    for (let count = 0; count < signInsPerLook; count += 1) await limit(session!)
    isDown = false
    expect(await liveOf(memory, 'p')).toHaveLength(130)
    await limit(session!)
    expect(await liveOf(memory, 'p')).toHaveLength(mostSessions)
  })

  test('holds over http, and the list of sessions within it', async ({ localAzure }) => {
    const server = createLocalServer(localAzure, { app: unlimited })
    const { sessions, stores } = server.latchkey.parts
    const signIn = async () =>
      (await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })).json
    const { subject } = await signIn()
    for (let count = 0; count < 150; count += 1) await storeOne(server, subject)
    for (let count = 2; count < signInsPerLook; count += 1) await signIn()
    const { accessToken, refreshToken } = await signIn()
    expect(await stores.sessions.listOf(subject, localAzure.clock.now())).toHaveLength(mostSessions)
    // More may come until the next look; the list stays as long as it can be.
    for (let count = 0; count < 5; count += 1) await storeOne(server, subject)
    const listed = await server.call('GET', '/v1/sessions', { bearer: accessToken })
    expect([listed.status, listed.json.value.length]).toEqual([200, mostSessions])
    expect(await sessions.refresh(refreshToken)).toMatchObject({
      session: { generation: 2 },
      person: { id: subject, role: 'new' },
    })
  })
})

/** A session of the person as another process would store it. */
async function storeOne({ latchkey: { parts } }: LocalServer, id: string): Promise<string> {
  const person = {
    id,
    subject: (await parts.provider.subjectOf(id)) ?? { issuer: '', subject: '' },
    name: 'N',
  }
  const from = { sid: parts.random.token(16), kind: 'client', person, role: 'new', clientId: 'c' } as const
  const nowMs = parts.clock.now()
  const prepared = prepareSession(from, defaultSessionRules, nowMs)
  await parts.stores.sessions.create(beginSession(prepared, from, defaultSessionRules, nowMs))
  return from.sid
}

test('disabling somebody with a thousand sessions does all of it, and what failed can be done again', async ({
  localAzure,
}) => {
  const server = createLocalServer(localAzure, { app: unlimited })
  const { accounts, resourceTokens, stores } = server.latchkey.parts
  const body = { grant: 'password', ...alice }
  const bearer = (await server.call('POST', '/v1/sessions', { body })).json.accessToken
  const email = 'crowd@contoso.example'
  const { objectId: id } = (await server.api('CheckAccount', { email })).json.user
  await resourceTokens.issue({ id, role: 'new' })
  const sids: string[] = []
  for (let count = 0; count < 1_000; count += 1) sids.push(await storeOne(server, id))
  const disable = () => server.call('PATCH', `/v1/users/${id}`, { bearer, body: { enabled: false } })
  const live = async () => (await stores.sessions.listOf(id, localAzure.clock.now())).map(({ sid }) => sid)

  localAzure.faults.add({ service: 'cosmos', match: `docs/${sids[500]}`, kind: '503', times: 1_000 })
  localAzure.requests.clear()
  expect((await disable()).status).toBeGreaterThanOrEqual(502)
  localAzure.faults.clear()
  expect(await live()).toEqual([sids[500]])
  expect(await stores.permissions.usersWith(`${id}.`)).toEqual([])
  expect((await accounts.load(id))?.account.enabled).toBe(false)
  const ended = () =>
    localAzure.requests.list('entra').filter(({ path }) => path.endsWith('revokeSignInSessions'))
  expect(ended()).toHaveLength(1)

  expect((await disable()).status).toBe(200)
  expect(await live()).toEqual([])
})
