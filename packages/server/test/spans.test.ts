/**
 * Traces: the table of the README, row by row, and one span for each request that local Azure saw.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { expect, vi } from 'vitest'
import { spanNames } from '../src/index.ts'
import { communicationTokens } from '../src/tokens/communication.ts'
import { fluidTokens } from '../src/tokens/fluid.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { createRecordingTracer, type RecordedSpan, rootOf } from './support/recording-tracer.ts'
import { alice, bob, fetchIdToken, signInAt } from './support/sign-in-page.ts'

const tokenServices = [communicationTokens(), fluidTokens({ mayOpen: () => 'write' as const })]
const csrf = { 'x-latchkey': '1' }

interface Traced {
  readonly server: LocalServer
  readonly spans: RecordedSpan[]
  /** Makes a call and answers its spans, once each is known to stand for one request that local Azure saw. */
  readonly trace: <T>(call: () => Promise<T>) => Promise<{ answer: T; spans: readonly RecordedSpan[] }>
}

function createTraced(localAzure: LocalAzure, environment: Record<string, string> = {}): Traced {
  const { tracer, spans } = createRecordingTracer()
  const server = createLocalServer(localAzure, { environment, ports: { tracer, tokenServices } })
  const trace: Traced['trace'] = async (call) => {
    spans.length = 0
    localAzure.requests.clear()
    const answer = await call()
    const seen = localAzure.requests.list().map(({ service, method }) => `${method} ${service}`)
    const told = spans.filter(({ name }) => name === 'latchkey.upstream')
    expect(
      told.map((span) => `${span.attributes['http.request.method']} ${serviceOf(localAzure, span)}`).sort(),
    ).toEqual(seen.sort())
    for (const span of told) {
      expect(span.kind).toBe(SpanKind.CLIENT)
      expect(rootOf(span).name).toBe('latchkey.request')
    }
    for (const span of spans) expect(span.isEnded).toBe(true)
    return { answer, spans: [...spans] }
  }
  return { server, spans, trace }
}

function serviceOf({ endpoints }: LocalAzure, { attributes }: RecordedSpan): string {
  const { communication, cosmos, entra } = endpoints
  const addresses = {
    entra: [entra.b2c.metadata, entra.b2c.authority],
    communication: [communication.endpoint, communication.httpsEndpoint],
    cosmos: [cosmos.endpoint, cosmos.httpsEndpoint],
  }
  const host = attributes['server.address']
  return (
    Object.entries(addresses).find(([, urls]) => urls.some((url) => new URL(url).host === host))?.[0] ??
    `${host}`
  )
}

/** Each span of the README's table: its name and its attributes. */
function documented(): ReadonlyMap<string, readonly string[]> {
  const page = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `(latchkey\.[a-z_]+)` +\|[^|]+\| ([^|]+) \|$/gm)]
  return new Map(
    rows.map(([, name = '', attributes = '']) => [
      name,
      [...attributes.matchAll(/`([^`]+)`/g)].map(([, one = '']) => one).sort(),
    ]),
  )
}

test('every span of the table, with its attributes, and one for each request behind a request', async ({
  localAzure,
}) => {
  const { server, trace } = createTraced(localAzure)
  const upstream = createTraced(localAzure, { LATCHKEY_API_TOKENS: 'upstream' })
  const idToken = await fetchIdToken(localAzure, bob)
  const all: RecordedSpan[] = []
  const namesOf = async (call: () => Promise<{ readonly status: number }>, by = trace): Promise<string[]> => {
    const { answer, spans } = await by(call)
    expect(answer.status).toBeLessThan(400)
    all.push(...spans)
    return spans.map(({ name }) => name).filter((name) => name !== 'latchkey.upstream')
  }
  const signIn = async (who: object) =>
    (await trace(() => server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } }))).answer
      .json

  expect(await namesOf(() => server.api('CheckAccount', { email: 'span@contoso.example' }))).toEqual([
    'latchkey.request',
    'latchkey.check_account',
  ])
  // The first of all: discovery, keys, the app token and the address of Cosmos DB are requests too.
  expect(all.filter(({ name }) => name === 'latchkey.upstream').length).toBeGreaterThan(5)
  const admin: string = (await signIn(alice)).accessToken
  const { accessToken: bearer, refreshToken, subject } = await signIn(bob)

  const body = { grant: 'id_token', idToken }
  expect(await namesOf(() => server.call('POST', '/v1/sessions', { body }))).toEqual([
    'latchkey.request',
    'latchkey.sign_in',
  ])
  expect(
    await namesOf(() => server.call('POST', '/v1/sessions/refresh', { body: { refreshToken } })),
  ).toEqual(['latchkey.request', 'latchkey.refresh'])
  expect(await namesOf(() => server.api('GetUserInfo', { email: bob.email }))).toEqual([
    'latchkey.request',
    'latchkey.user_info',
  ])
  expect(await namesOf(() => server.api('GetResourceTokens'))).toEqual([
    'latchkey.request',
    'latchkey.resource_tokens',
  ])
  expect(await namesOf(() => server.call('POST', '/v1/tokens/cosmos', { bearer, body: {} }))).toContain(
    'latchkey.resource_tokens',
  )
  for (const service of ['communication', 'fluid'])
    expect(
      await namesOf(() =>
        server.call('POST', `/v1/tokens/${service}`, {
          bearer,
          body: service === 'fluid' ? { documentId: 'd' } : {},
        }),
      ),
    ).toEqual(['latchkey.request', 'latchkey.issue_token'])
  const rules = { auth_token: admin, role: 'editor' }
  expect(await namesOf(() => server.api('CreateRolePermission', rules, 'POST'))).toEqual([
    'latchkey.request',
    'latchkey.role_permissions',
  ])
  const change = { auth_token: admin, email: 'span@contoso.example', role: 'editor' }
  expect(await namesOf(() => server.api('UpdateRole', change, 'POST'))).toEqual([
    'latchkey.request',
    'latchkey.update_role',
  ])
  expect(await namesOf(() => server.call('GET', '/v1/users', { bearer: admin }))).toEqual([
    'latchkey.request',
  ])
  expect(await namesOf(() => server.call('GET', '/v1/ready'))).toEqual(['latchkey.request'])
  expect(await namesOf(() => server.call('GET', '/v1/health'))).toEqual(['latchkey.request'])
  await namesOf(() => upstream.server.api('GetRefreshAndAccessToken', { ...bob }), upstream.trace)
  // Not Bob, whom the other tests need.
  const { parts } = server.latchkey
  const { objectId: id } = (await server.api('CheckAccount', { email: 'span@contoso.example' })).json.user
  const whoever = (await parts.provider.subjectOf(id)) ?? { issuer: '', subject: '' }
  const start = { person: { id, subject: whoever, name: 'Span' }, role: 'editor' }
  const leaver = (await parts.sessions.begin(start)).accessToken
  expect(await namesOf(() => server.call('DELETE', '/v1/me', { bearer: leaver }))).toEqual([
    'latchkey.request',
    'latchkey.delete_account',
  ])

  const table = documented()
  expect([...table.keys()].sort()).toEqual(Object.values(spanNames).sort())
  const seen = new Map<string, Set<string>>()
  for (const { name, attributes } of all) {
    const known = seen.get(name) ?? new Set()
    for (const attribute of Object.keys(attributes)) known.add(attribute)
    seen.set(name, known)
  }
  expect(new Map([...seen].map(([name, attributes]) => [name, [...attributes].sort()]))).toEqual(table)
  const text = JSON.stringify(all.map(({ name, attributes, status }) => ({ name, attributes, status })))
  for (const personal of [
    bob.email,
    bob.password,
    'span@',
    subject,
    bearer,
    refreshToken,
    idToken,
    'refresh_token',
    'Sessions',
  ])
    expect(text).not.toContain(personal)
})

test('a sign-in in the browser', async ({ localAzure }) => {
  const { server, trace } = createTraced(localAzure)
  const away = await trace(() => server.call('GET', '/auth/sign-in'))
  const back = await signInAt(away.answer.headers.get('location') ?? '', bob)
  const [cookie = ''] = away.answer.headers.getSetCookie()
  const signedIn = await trace(() => server.call('GET', back.pathname + back.search, { headers: { cookie } }))
  expect(signedIn.spans.slice(0, 2)).toMatchObject([
    {
      name: 'latchkey.request',
      attributes: { 'http.route': '/auth/callback', 'http.request.method': 'GET' },
    },
    { name: 'latchkey.sign_in', attributes: { 'latchkey.grant': 'code' } },
  ])
  const session = signedIn.answer.headers.getSetCookie().find((line) => line.startsWith('latchkey=')) ?? ''
  const me = await trace(() => server.call('GET', '/v1/me', { headers: { cookie: session, ...csrf } }))
  expect(me.answer.status).toBe(200)
})

test('what a library repeats by itself has a span each', async ({ localAzure }) => {
  const { server, trace } = createTraced(localAzure)
  const { answer } = await trace(() =>
    server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } }),
  )
  const bearer: string = answer.json.accessToken
  const tokens = () => server.call('POST', '/v1/tokens/cosmos', { bearer, body: {} })
  await trace(tokens)
  localAzure.faults.add({
    service: 'cosmos',
    match: '/permissions',
    kind: '429',
    times: 1,
    retryAfterSeconds: 0,
  })
  const { spans } = await trace(tokens)
  expect(spans.filter(({ name }) => name === 'latchkey.upstream')).toHaveLength(2)
})

test('the identity endpoint of the machine is a service behind, too', async ({ localAzure }) => {
  const { endpoint, header } = localAzure.endpoints.entra.managedIdentity
  vi.stubEnv('IDENTITY_ENDPOINT', endpoint)
  vi.stubEnv('IDENTITY_HEADER', header)
  try {
    const secrets = { LATCHKEY_GRAPH_CLIENT_SECRET: '', LATCHKEY_GRAPH_CLIENT_ID: '' }
    const { server, trace } = createTraced(localAzure, secrets)
    expect((await trace(() => server.api('CheckAccount', { email: bob.email }))).answer.status).toBe(200)
    expect(localAzure.requests.list('entra').some(({ path }) => path.startsWith('/msi/token'))).toBe(true)
  } finally {
    vi.unstubAllEnvs()
  }
})

test('a failure says why in one word, and whose it was in none', async ({ localAzure }) => {
  const { server, trace } = createTraced(localAzure)
  const body = { grant: 'password', ...bob, password: 'wrong' }
  const { spans } = await trace(() => server.call('POST', '/v1/sessions', { body }))
  const failed = spans.find(({ name }) => name === spanNames.signIn)
  expect(failed?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'AADB2C90225' })
  expect(JSON.stringify(spans.map(({ attributes, status }) => ({ attributes, status })))).not.toMatch(
    /wrong|bob/i,
  )
})
