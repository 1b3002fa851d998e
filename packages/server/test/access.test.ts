/**
 * Who may use what: every route of the table with every kind of caller, and two people crossing every parameter.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect, expectTypeOf } from 'vitest'
import type { RouteDefinition } from '../src/http/route.ts'
import { type Access, type Route, routesOf } from '../src/index.ts'
import { communicationTokens } from '../src/tokens/communication.ts'
import { fluidTokens } from '../src/tokens/fluid.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice, bob, type Credentials } from './support/sign-in-page.ts'

const tokenServices = [communicationTokens(), fluidTokens({ mayOpen: () => 'write' as const })]
const unlimited = Object.fromEntries(
  ['signIn', 'account', 'refresh', 'session', 'checkAccount', 'read', 'admin', 'open'].map((name) => [
    name,
    { points: 1e6, seconds: 1 },
  ]),
)

function serverOf(localAzure: LocalAzure, environment: Record<string, string> = {}): LocalServer {
  return createLocalServer(localAzure, { ports: { tokenServices }, app: { limits: unlimited }, environment })
}

async function tokenOf(server: LocalServer, credentials: Credentials): Promise<string> {
  const answer = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...credentials } })
  return answer.json.accessToken
}

type Caller = 'nobody' | 'somebody' | 'admin'

/** What the policy of a route means for a caller: let through to the handler, or 401 or 403 before it. */
const expected: Readonly<Record<Access, Readonly<Record<Caller, 'through' | 401 | 403>>>> = {
  open: { nobody: 'through', somebody: 'through', admin: 'through' },
  navigation: { nobody: 'through', somebody: 'through', admin: 'through' },
  guest: { nobody: 'through', somebody: 'through', admin: 'through' },
  key: { nobody: 401, somebody: 401, admin: 401 },
  person: { nobody: 401, somebody: 'through', admin: 'through' },
  admin: { nobody: 401, somebody: 403, admin: 'through' },
  // A bearer token is not a browser of this origin.
  browser: { nobody: 401, somebody: 401, admin: 401 },
}

const pathOf = (route: Route): string => route.path.replaceAll(/:\w+/g, 'nothing-of-that-name')

// A refusal after the policy, by the handler or the schemas, is what "through" looks like with nothing in the request.
function isThrough(route: Route, status: number, code: unknown): boolean {
  if (status === 403) return code !== 'insufficient_scope'
  if (status === 401) return code === 'invalid_grant'
  return status < 500 || (route.path === '/v1/ready' && status === 503)
}

test('every route, every caller', async ({ localAzure }) => {
  const server = serverOf(localAzure)
  const bearers = {
    nobody: undefined,
    somebody: await tokenOf(server, bob),
    admin: await tokenOf(server, alice),
  }
  // Ending everything last: it ends the callers' own sessions and accounts.
  const routes = routesOf(server.latchkey).filter(
    ({ method, path }) => method !== 'DELETE' || path.includes(':'),
  )
  expect(routes.length).toBeGreaterThan(30)
  const wrong: string[] = []
  for (const route of routes)
    for (const caller of ['nobody', 'somebody', 'admin'] as const) {
      const bearer = bearers[caller]
      const { status, json } = await server.call(route.method, pathOf(route), { ...(bearer && { bearer }) })
      const wanted = expected[route.access][caller]
      const isRight = wanted === 'through' ? isThrough(route, status, json?.code) : status === wanted
      if (!isRight) wrong.push(`${route.method} ${route.path} as ${caller}: ${status} instead of ${wanted}`)
    }
  expect(wrong).toEqual([])
})

test('a route without an access policy does not compile', () => {
  type Definition = RouteDefinition<undefined, undefined>
  expectTypeOf<Omit<Definition, 'access'>>().not.toExtend<Definition>()
  expectTypeOf<Definition['access']>().toEqualTypeOf<Access>()
})

test('every other method is 405 with what is allowed', async ({ localAzure }) => {
  const server = serverOf(localAzure)
  const routes = routesOf(server.latchkey)
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method as string)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND']) {
      if (methods.includes(method)) continue
      const answer = await server.call(method, path.replaceAll(/:\w+/g, 'x'))
      expect([path, method, answer.status]).toEqual([path, method, 405])
      expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(methods.sort())
    }
  }
})

test('no secret is taken from the query, under any name, on any route', async ({ localAzure }) => {
  const lines: string[] = []
  const server = createLocalServer(localAzure, {
    environment: { LATCHKEY_ALLOW_SECRETS_IN_QUERY: 'false' },
    ports: { tokenServices, log: (event) => lines.push(JSON.stringify(event)) },
    app: { limits: unlimited },
  })
  const canary = 'canary-7f3a9c'
  for (const route of routesOf(server.latchkey))
    for (const name of [
      'refresh_token',
      'id_token',
      'auth_token',
      'access_token',
      'password',
      'Password',
      'token',
    ]) {
      const key =
        route.surface === 'api' ? `&code=${encodeURIComponent(localAzure.endpoints.api.functionKey)}` : ''
      const answer = await server.call(route.method, `${pathOf(route)}?${name}=${canary}${key}`)
      expect([route.path, name, answer.status]).toEqual([route.path, name, 400])
      expect(answer.text).not.toContain(canary)
    }
  expect(lines.join('\n')).not.toContain(canary)
})

describe('two people', () => {
  test('nothing in a request changes whose data is meant', async ({ localAzure }) => {
    const server = serverOf(localAzure)
    const [mine, theirs] = [await tokenOf(server, bob), await tokenOf(server, alice)]
    const me: string = (await server.call('GET', '/v1/me', { bearer: mine })).json.id
    const them: string = (await server.call('GET', '/v1/me', { bearer: theirs })).json.id
    const names = [
      'user_id',
      'userId',
      'id',
      'sub',
      'subject',
      'email',
      'partition',
      'partitionKey',
      'sync_tables',
      'role',
      'oid',
    ]
    const query = names
      .map((name) => `${name}=${encodeURIComponent(name === 'email' ? alice.email : them)}`)
      .join('&')
    const headers = Object.fromEntries(names.map((name) => [`x-${name.replaceAll('_', '-')}`, them]))
    const body = Object.fromEntries(names.map((name) => [name, them]))
    const routes = routesOf(server.latchkey).filter(
      ({ access, method }) => (access === 'person' || access === 'guest') && method !== 'DELETE',
    )
    const requests = routes.flatMap((route) =>
      [undefined, ...(route.body ? [{}, body] : [])].flatMap((one) =>
        [pathOf(route), `${pathOf(route)}?${query}`].map((path) => ({ route, path, body: one })),
      ),
    )
    const leaks: string[] = []
    for (const { route, path, body: sent } of requests) {
      const answer = await server.call(route.method, path, {
        bearer: mine,
        headers,
        ...(sent && { body: sent }),
      })
      if (answer.text.includes(them) || answer.text.includes(alice.email))
        leaks.push(`${route.method} ${path}`)
    }
    expect(leaks).toEqual([])
    const own = await server.call('POST', `/v1/tokens/cosmos?${query}`, { bearer: mine, body: {}, headers })
    for (const { partitionKey } of own.json.permissions)
      expect([[me], ['default']]).toContainEqual(partitionKey)
  })

  test('resource tokens under /api, with every parameter of the original that named somebody else', async ({
    localAzure,
  }) => {
    const server = serverOf(localAzure)
    const them: string = (await server.api('CheckAccount', { email: alice.email })).json.user.objectId
    const signedIn = await server.api('GetRefreshAndAccessToken', bob as unknown as Record<string, string>)
    const answer = await server.api('GetResourceTokens', {
      refresh_token: signedIn.json.token.refresh_token,
      user_id: them,
      source: 'cognito',
      sync_tables: `Profile:${them},User:${them}`,
      partition: them,
      email: alice.email,
    })
    expect(answer).toMatchObject({ status: 200, json: { group: 'new' } })
    expect(answer.text).not.toContain(them)
  })

  test("somebody else's session cannot be ended", async ({ localAzure }) => {
    const server = serverOf(localAzure)
    const [mine, theirs] = [await tokenOf(server, bob), await tokenOf(server, alice)]
    const list = await server.call('GET', '/v1/sessions', { bearer: theirs })
    const { sid } = list.json.value[0]
    expect((await server.call('DELETE', `/v1/sessions/${sid}`, { bearer: mine })).status).toBe(204)
    const after = await server.call('GET', '/v1/sessions', { bearer: theirs })
    expect(after.json.value.map((session: { sid: string }) => session.sid)).toContain(sid)
  })

  test('nobody sets what is not theirs to set', async ({ localAzure }) => {
    const server = serverOf(localAzure)
    const mine = await tokenOf(server, bob)
    for (const name of ['role', 'type', 'id', 'partition', 'email', '__proto__', 'constructor', 'enabled']) {
      const answer = await server.call('PATCH', '/v1/me', { bearer: mine, body: `{"${name}":"admin"}` })
      expect([name, answer.status]).toEqual([name, 400])
    }
    const fine = await server.call('PATCH', '/v1/me', { bearer: mine, body: { firstName: 'Robert' } })
    expect(fine).toMatchObject({ status: 200, json: { role: 'new', profile: { firstName: 'Robert' } } })
    await server.call('PATCH', '/v1/me', { bearer: mine, body: { firstName: 'Bob' } })
  })
})

test('an admin whose session has ended administers no more, though the access token lives', async ({
  localAzure,
}) => {
  const server = serverOf(localAzure)
  const admin = await tokenOf(server, alice)
  expect((await server.call('GET', '/v1/users', { bearer: admin })).status).toBe(200)
  await server.call('DELETE', '/v1/sessions/current', { bearer: admin })
  expect((await server.call('GET', '/v1/users', { bearer: admin })).status).toBe(401)
  expect((await server.call('GET', '/v1/me', { bearer: admin })).status).toBe(200)
})

test('the function key: the header wins, the query counts without it, nothing else opens', async ({
  localAzure,
}) => {
  const server = serverOf(localAzure)
  const key = localAzure.endpoints.api.functionKey
  const call = (query: string, headers = {}) =>
    server.call('GET', `/api/GetResourceTokens${query}`, { headers })
  expect((await call(`?code=${encodeURIComponent(key)}`)).status).toBe(200)
  expect((await call('', { 'x-functions-key': key })).status).toBe(200)
  expect((await call(`?code=${encodeURIComponent(key)}`, { 'x-functions-key': 'wrong' })).status).toBe(401)
  const refused = await call('?code=wrong')
  expect(refused).toMatchObject({ status: 401, text: '' })
})
