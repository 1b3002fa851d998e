/**
 * The record: every act leaves exactly one event, read where it is stored; what is too frequent for that leaves exactly
 * one line in the log.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { routesOf } from '../src/http/app.ts'
import type { LogEvent } from '../src/index.ts'
import { acts, type ExpectedEvent, type Prepare } from './support/audit-acts.ts'
import { adminActs, refused } from './support/audit-admin-acts.ts'
import { type AuditRow, type AuditWorld, clientAddress, createAuditWorld } from './support/audit-world.ts'
import { createLocalServer } from './support/local-server.ts'
import { alice, bob, fetchIdToken } from './support/sign-in-page.ts'

const worlds = new Map<string, Promise<AuditWorld>>()

function worldOf(localAzure: LocalAzure, tokens: 'own' | 'upstream' = 'own'): Promise<AuditWorld> {
  const world = worlds.get(tokens) ?? createAuditWorld(localAzure, { LATCHKEY_API_TOKENS: tokens })
  worlds.set(tokens, world)
  return world
}

let calls = 0

/** Does an act; answers the rows that were not there before, after looking that those which were are what they were. */
async function rowsOf<T>(world: AuditWorld, run: () => Promise<T>): Promise<{ answer: T; rows: AuditRow[] }> {
  calls += 1
  const before = await world.rows()
  world.callerCorrelationId = `act-${calls}`
  world.lines.length = 0
  const answer = await run()
  const after = await world.rows()
  for (const [id, { etag }] of before) expect([id, after.get(id)?.etag]).toEqual([id, etag])
  const rows = [...after].flatMap(([id, { row }]) => (before.has(id) ? [] : [row]))
  return { answer, rows }
}

function rowOf(world: AuditWorld, event: ExpectedEvent, correlationId: string): unknown {
  return {
    ...event,
    id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    client: world.nameOf('client', clientAddress),
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    correlationId,
    callerCorrelationId: world.callerCorrelationId,
    ttl: 400 * 86_400,
  }
}

async function expectOneEvent(world: AuditWorld, prepare: Prepare): Promise<void> {
  const act = await prepare(world)
  const startedAtMs = world.localAzure.clock.now()
  const { answer, rows } = await rowsOf(world, act.run)
  expect([answer.status, answer.text]).toEqual([act.status, answer.text])
  const event = typeof act.event === 'function' ? act.event(answer) : act.event
  const correlationId = answer.headers.get('x-correlation-id') ?? ''
  // Ours, and not what the caller says.
  expect(correlationId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  expect(rows).toEqual([rowOf(world, event, correlationId)])
  const at = Date.parse(String(rows[0]?.['at']))
  expect(at).toBeGreaterThanOrEqual(startedAtMs)
  expect(at).toBeLessThanOrEqual(world.localAzure.clock.now())
  // The same id in the answer, in the log and on record.
  if (answer.json?.correlationId) expect(answer.json.correlationId).toBe(correlationId)
  for (const line of world.lines) expect(line.correlationId).toBe(correlationId)
  for (const { event, callerCorrelationId } of world.lines)
    if (event === 'request') expect(callerCorrelationId).toBe(world.callerCorrelationId)
}

describe('exactly one event', () => {
  test.for(Object.entries({ ...acts, ...adminActs }))('%s', async ([, prepare], { localAzure }) => {
    await expectOneEvent(await worldOf(localAzure), prepare)
  })

  test('sign-in with tokens of the provider, and what it refuses', async ({ localAzure }) => {
    const world = await worldOf(localAzure, 'upstream')
    const signIn = { grant: 'upstream', role: 'new' }
    const person = { subject: world.bob.id, actor: world.bob.id }
    await expectOneEvent(world, async () => ({
      status: 200,
      event: { action: 'sign-in', ...person, outcome: 'allowed', details: signIn },
      run: () => world.api('GetRefreshAndAccessToken', { ...bob }),
    }))
    const { rows } = await rowsOf(world, () => world.api('RefreshToken', { refresh_token: 'made-up' }))
    expect(rows).toMatchObject([
      { action: 'refresh-failed', outcome: 'refused', details: { code: 'ERR_SERVER_GRANT' } },
    ])
  })

  test('every route for admins, refused to somebody who is none', async ({ localAzure }) => {
    const world = await worldOf(localAzure)
    const routes = routesOf(world.server.latchkey).filter(({ access }) => access === 'admin')
    expect(routes.length).toBeGreaterThanOrEqual(8)
    const who = await world.newcomer()
    for (const { method, path } of routes)
      await expectOneEvent(world, async () => ({
        status: 403,
        event: refused(who, 'ERR_SERVER_FORBIDDEN', `${method} ${path}`),
        run: () => world.call(method, path.replaceAll(/:\w+/g, world.bob.id), { bearer: who.accessToken }),
      }))
  })

  test('a page of another site that uses the cookie', async ({ localAzure }) => {
    const world = await worldOf(localAzure)
    const details = { code: 'ERR_SERVER_CSRF', route: 'DELETE /v1/me' }
    const nobody = { subject: world.nameOf('client', clientAddress), actor: '-' }
    await expectOneEvent(world, async () => ({
      status: 403,
      event: { action: 'access-refused', ...nobody, outcome: 'refused', details },
      run: () => world.call('DELETE', '/v1/me', { headers: { cookie: 'latchkey=bs1.k.s.m' } }),
    }))
  })

  test('a guess at a password beyond the limit of the account', async ({ localAzure }) => {
    const world = await worldOf(localAzure)
    const server = createLocalServer(localAzure, {
      app: { limits: { account: { points: 0, seconds: 60 } } },
    })
    const body = { grant: 'password', ...bob }
    const { answer, rows } = await rowsOf(world, () => server.call('POST', '/v1/sessions', { body }))
    expect(answer.status).toBe(429)
    const details = { code: 'ERR_SERVER_RATE_LIMITED', route: 'POST /v1/sessions' }
    expect(rows).toMatchObject([{ action: 'sign-in-failed', outcome: 'refused', details }])
  })
})

describe('no event, and exactly one line in the log', () => {
  test('refreshes and tokens', async ({ localAzure }) => {
    const world = await worldOf(localAzure)
    const who = await world.newcomer()
    const refresh = () =>
      world.call('POST', '/v1/sessions/refresh', { body: { refreshToken: who.refreshToken } })
    const person = { person: who.id }
    const cosmos = { event: 'token-issued', service: 'cosmos' }
    const asked = [
      [refresh, { event: 'refresh', ...person }],
      [refresh, { event: 'refresh-retry', ...person }],
      [
        () => world.call('POST', '/v1/tokens/cosmos', { bearer: who.accessToken }),
        { ...cosmos, ...person, role: 'new' },
      ],
      [
        () => world.api('GetResourceTokens', { auth_token: who.accessToken }),
        { ...cosmos, ...person, role: 'new' },
      ],
      [() => world.api('GetResourceTokens'), { ...cosmos, role: 'guest' }],
    ] as const
    for (const [run, line] of asked) {
      const { answer, rows } = await rowsOf(world, run)
      expect([answer.status, rows]).toEqual([200, []])
      const correlationId = answer.headers.get('x-correlation-id')
      expect(world.lines.filter(({ event }) => event !== 'request')).toEqual([
        { level: 'info', correlationId, ...line },
      ])
    }
  })
})

test('nothing on record names an address, a mail, a key or a token', async ({ localAzure }) => {
  const world = await worldOf(localAzure)
  const canary = 'canary-4f1b@contoso.example'
  const idToken = await fetchIdToken(localAzure, bob)
  await world.api('GetRefreshAndAccessToken', { email: canary, password: 'canary-password' })
  await world.api('GetUserInfo', { email: canary })
  await world.call('POST', '/v1/sessions', { body: { grant: 'id_token', idToken: `${idToken}x` } })
  await world.call('GET', '/api/GetUserInfo?code=canary-key&email=x@y.zz')
  const text = JSON.stringify([...(await world.rows()).values()])
  expect(text).toContain('sign-in-failed')
  for (const secret of [
    clientAddress,
    alice.email,
    bob.email,
    bob.password,
    'canary-',
    '@contoso',
    idToken.slice(0, 40),
    world.bob.refreshToken,
    localAzure.endpoints.api.functionKey,
  ])
    expect(text).not.toContain(secret)
})

describe('when the record cannot be written', () => {
  const stops = {
    'because it fails': () => Promise.reject(new Error('The record is down')),
    'because it does not answer': () => new Promise<void>(() => undefined),
  }
  test.for(Object.entries(stops))('%s, a refusal stays what it is', async ([, append], { localAzure }) => {
    const world = await worldOf(localAzure)
    const { stores } = world.server.latchkey.parts
    const lines: LogEvent[] = []
    const server = createLocalServer(localAzure, {
      ports: {
        stores: { ...stores, audit: { ...stores.audit, append } },
        log: (event) => lines.push(event),
      },
    })
    const headers = { 'x-functions-key': localAzure.endpoints.api.functionKey }
    const lastAdmin = { auth_token: world.admin.accessToken, email: alice.email, role: 'new' }
    const calls = [
      () =>
        server.call('POST', '/v1/sessions', { body: { grant: 'password', email: bob.email, password: 'x' } }),
      () => server.call('GET', '/v1/users', { bearer: world.bob.accessToken }),
      () => server.call('GET', '/api/GetUserInfo?code=wrong'),
      () => server.call('POST', '/api/UpdateRole', { body: lastAdmin, headers }),
      () => server.call('POST', '/v1/sessions/refresh', { body: { refreshToken: 'made-up' } }),
      () => server.call('POST', '/api/CheckAccount', { body: { email: bob.email }, headers }),
    ]
    const answers = await Promise.all(calls.map((call) => call()))
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 401, 400, 401, 200])
    const who = await world.newcomer()
    expect((await server.call('DELETE', '/v1/sessions', { bearer: who.accessToken })).status).toBe(204)
    expect(await world.server.latchkey.parts.sessions.listOf(who.id)).toEqual([])
    const failures = lines.filter(({ service }) => service === 'audit')
    expect(failures).toHaveLength(append === stops['because it fails'] ? 7 : 0)
    // What must be on record waits for it, and is not done.
    if (append === stops['because it does not answer']) return
    expect((await server.call('GET', '/v1/users', { bearer: world.admin.accessToken })).status).toBe(503)
  })
})

test('a record has no way to change or take away an event, and a deleted person leaves none of their data', async ({
  localAzure,
}) => {
  const world = await worldOf(localAzure)
  const { audit } = world.server.latchkey.parts.stores
  expect(Object.keys(audit).sort()).toEqual(['append', 'list'])
  const who = await world.newcomer()
  await world.call('GET', '/v1/users', { bearer: who.accessToken })
  const { answer, rows } = await rowsOf(world, () =>
    world.call('DELETE', '/v1/me', { bearer: who.accessToken }),
  )
  expect([answer.status, rows.length]).toEqual([204, 1])
  const left = [...(await world.rows()).values()].filter(({ row }) => row.subject === who.id)
  const actions = new Set(left.map(({ row }) => row['action']))
  expect(actions).toEqual(new Set(['account-created', 'access-refused', 'account-deleted']))
  expect(JSON.stringify(left)).not.toContain(who.email)
})
