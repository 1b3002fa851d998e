/**
 * Who may use what: every route of the table with every kind of caller, and two people crossing every parameter.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect, expectTypeOf } from 'vitest'
import { routesOf } from '../src/http/app.ts'
import type { Access, Route, RouteDefinition } from '../src/http/route.ts'
import { communicationTokens } from '../src/tokens/communication.ts'
import { fluidTokens } from '../src/tokens/fluid.ts'
import { type Answer, createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice, bob, type Credentials } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

const tokenServices = [communicationTokens(), fluidTokens({ mayOpen: () => 'write' as const })]

function serverOf(localAzure: LocalAzure, environment: Record<string, string> = {}): LocalServer {
  return createLocalServer(localAzure, { ports: { tokenServices }, app: unlimited, environment })
}

async function tokenOf(server: LocalServer, credentials: Credentials): Promise<string> {
  const answer = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...credentials } })
  return answer.json.accessToken
}

/** Every kind of caller: what a request can carry, and of whom. */
const callers = {
  nobody: {},
  guest: { bearer: 'guest' },
  user: { bearer: 'new' },
  admin: { bearer: 'admin' },
  'a broken token': { bearer: 'broken' },
  'a page of a guest': { cookie: 'guest', csrf: true },
  'a page of a user': { cookie: 'new', csrf: true },
  'a page of an admin': { cookie: 'admin', csrf: true },
  'a page of elsewhere, with the cookie of a user': { cookie: 'new' },
  'a page of elsewhere, with the cookie of an admin': { cookie: 'admin' },
  'a broken cookie': { cookie: 'broken', csrf: true },
  'a token and a cookie': { bearer: 'new', cookie: 'new', csrf: true },
  'the function key': { key: 'right' },
  'the function key as code': { key: 'code' },
  'a wrong function key': { key: 'wrong' },
  'an admin with a wrong function key': { bearer: 'admin', key: 'wrong' },
} as const satisfies Record<string, Credential>

interface Credential {
  readonly bearer?: 'guest' | 'new' | 'admin' | 'broken'
  readonly cookie?: 'guest' | 'new' | 'admin' | 'broken'
  /** The header that a page of elsewhere cannot send. */
  readonly csrf?: boolean
  readonly key?: 'right' | 'code' | 'wrong'
}

type Outcome = 'through' | 400 | 401 | 403

/** What an access policy means for what a request carries: through to the handler, or refused before it. */
const expected: Readonly<Record<Access, (credential: Credential) => Outcome>> = {
  open: () => 'through',
  navigation: () => 'through',
  key: ({ key }) => (key === 'right' || key === 'code' ? 'through' : 401),
  guest: (credential) => refusalOf(credential) ?? 'through',
  person: (credential) => refusalOf(credential) ?? (roleOf(credential) ? 'through' : 401),
  admin: (credential) => {
    const role = roleOf(credential)
    return refusalOf(credential) ?? (role === undefined ? 401 : role === 'admin' ? 'through' : 403)
  },
  // A bearer token is not a browser of this origin; a session that has ended keeps nobody from signing out.
  browser: ({ bearer, cookie, csrf }) => {
    if (bearer) return cookie ? 400 : 401
    return csrf ? 'through' : cookie ? 403 : 401
  },
}

const roleOf = ({ bearer, cookie }: Credential): string | undefined => bearer ?? cookie

function refusalOf({ bearer, cookie, csrf }: Credential): Outcome | undefined {
  if (bearer && cookie) return 400
  if (bearer === 'broken') return 401
  if (cookie && !csrf) return 403
  return cookie === 'broken' ? 401 : undefined
}

const pathOf = (route: Route): string => route.path.replaceAll(/:\w+/g, 'nothing-of-that-name')

// A refusal after the policy, by the handler or the schemas, is what "through" looks like with nothing in the request.
function outcomeOf(route: Route, { status, json, text }: Answer): Outcome | number {
  // The key is refused without a word, by the functions with their own.
  const isRefused =
    route.surface === 'api' ? status === 401 && text === '' : refusals.has(`${status} ${json?.title}`)
  const isDown = status >= 500 && !(route.path === '/v1/ready' && status === 503)
  return isRefused || isDown ? status : 'through'
}

const refusals = new Set([
  '400 More than one credential in one request',
  '401 Sign in first',
  '401 The token is not valid',
  '403 Not allowed',
  '403 The header x-latchkey: 1 is missing',
])

/** A person of a role with sessions of their own, so that a call that ends them ends nobody else's. */
async function createCaller(server: LocalServer, role: string, email: string) {
  const { accounts, provider, sessions } = server.latchkey.parts
  const id: string = (await server.api('CheckAccount', { email })).json.user.objectId
  if (role !== 'new') await accounts.removeFromGroup(id, 'new')
  if (role === 'admin') await accounts.addToGroup(id, 'admin')
  const subject = (await provider.subjectOf(id)) ?? { issuer: '', subject: '' }
  const start = { person: { id, subject, name: role }, role }
  return {
    id,
    bearer: async () => (await sessions.begin(start)).accessToken,
    cookie: async () => (await sessions.beginInBrowser(start)).token,
  }
}

test('every route, every kind of caller', async ({ localAzure }) => {
  const server = serverOf(localAzure)
  const { functionKey } = localAzure.endpoints.api
  const people = new Map<string, Awaited<ReturnType<typeof createCaller>>>()
  let count = 0
  /** The person of a role; one who deletes the account is another one each time. */
  const personOf = async (role: string, route: Route) => {
    const isFinal = route.method === 'DELETE' && route.path === '/v1/me'
    count += 1
    const email = `matrix-${role}${isFinal ? `-${count}` : ''}@contoso.example`
    const known = people.get(email)
    if (known) return known
    const made = await createCaller(server, role, email)
    people.set(email, made)
    return made
  }
  const brokenCookie = `bs1.k.${'A'.repeat(22)}.${'A'.repeat(43)}`
  const headersOf = async ({ bearer, cookie, csrf, key }: Credential, route: Route) => {
    const role = bearer ?? cookie ?? 'broken'
    const person = role === 'broken' ? undefined : await personOf(role, route)
    const headers = {
      ...(bearer && { authorization: `Bearer ${(await person?.bearer()) ?? 'eyJhbGciOiJFZERTQSJ9.e30.AA'}` }),
      ...(cookie && { cookie: `latchkey=${(await person?.cookie()) ?? brokenCookie}` }),
      ...(csrf && { 'x-latchkey': '1' }),
      ...(key && key !== 'code' && { 'x-functions-key': key === 'right' ? functionKey : 'wrong' }),
    }
    return { person, headers }
  }
  const send = async (route: Route, credential: Credential): Promise<Answer> => {
    const { person, headers } = await headersOf(credential, route)
    const code = credential.key === 'code' ? `?code=${encodeURIComponent(functionKey)}` : ''
    const answer = await server.call(route.method, pathOf(route) + code, { headers })
    if (person && route.path === '/v1/me' && route.method === 'DELETE')
      expect((await server.latchkey.parts.accounts.load(person.id)) === undefined).toBe(answer.status === 204)
    return answer
  }

  const routes = routesOf(server.latchkey)
  expect(new Set(routes.map(({ access }) => access))).toEqual(new Set(Object.keys(expected)))
  const [right, wrong]: [string[], string[]] = [[], []]
  for (const route of routes)
    for (const [caller, credential] of Object.entries(callers)) {
      const wanted = expected[route.access](credential)
      const outcome = outcomeOf(route, await send(route, credential))
      const line = `${route.method} ${route.path} as ${caller}: ${outcome}`
      if (outcome === wanted) right.push(line)
      else wrong.push(`${line} instead of ${wanted}`)
    }
  expect(wrong).toEqual([])
  expect(right).toHaveLength(routes.length * Object.keys(callers).length)
  // Of the admin that `start` seeds nothing was needed, and nothing was taken.
  expect((await server.call('GET', '/v1/users', { bearer: await tokenOf(server, alice) })).status).toBe(200)
})

test('the functions for admins, behind the key: whose token it is decides', async ({ localAzure }) => {
  const server = serverOf(localAzure)
  const statuses: Record<string, readonly number[]> = {}
  for (const role of ['guest', 'new', 'admin'] as const) {
    const { bearer } = await createCaller(server, role, `function-${role}@contoso.example`)
    const auth_token = await bearer()
    const answers = [
      await server.api('CreateRolePermission', { auth_token, role: 'editor', dryRun: 'true' }, 'POST'),
      await server.api('UpdateRole', { auth_token, email: bob.email, role: 'new' }, 'POST'),
    ]
    statuses[role] = answers.map(({ status }) => status)
  }
  expect(statuses).toEqual({ guest: [403, 403], new: [403, 403], admin: [200, 200] })
  for (const auth_token of ['', 'broken'])
    for (const name of ['CreateRolePermission', 'UpdateRole']) {
      const parameters = { auth_token, email: bob.email, role: 'new' }
      expect(await server.api(name, parameters, 'POST')).toMatchObject({
        status: 401,
        json: { success: false },
      })
    }
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
    app: unlimited,
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
    // What ends something, by somebody who has nothing to lose, with the other one's names everywhere.
    const { sid } = (await server.call('GET', '/v1/sessions', { bearer: theirs })).json.value[0]
    const ends = routesOf(server.latchkey).filter(
      ({ access, method }) => access === 'person' && method === 'DELETE',
    )
    expect(ends.map(({ path }) => path).sort()).toEqual(['/v1/me', '/v1/sessions', '/v1/sessions/:sid'])
    for (const route of ends) {
      const leaver = await createCaller(server, 'new', `leaver${ends.indexOf(route)}@contoso.example`)
      const path = `${route.path.replace(':sid', sid)}?${query}`
      const answer = await server.call(route.method, path, { bearer: await leaver.bearer(), headers, body })
      expect(answer.status).toBe(204)
    }
    const others = (await server.call('GET', '/v1/sessions', { bearer: theirs })).json.value
    expect(others.map((one: { sid: string }) => one.sid)).toContain(sid)
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
