/**
 * Faults of the original, by their numbers in docs/security.md. Each of these would fail on the original.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { beforeEach, describe, expect } from 'vitest'
import { roleOf } from '../src/accounts/roles.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice, bob } from './support/sign-in-page.ts'

const asParameters = (value: object): Record<string, string> => value as Record<string, string>
const failure = { success: false, error: expect.any(String) }

async function adminOf(server: LocalServer): Promise<{ readonly auth_token: string }> {
  const { token } = (await server.api('GetRefreshAndAccessToken', asParameters(alice))).json
  return { auth_token: token.access_token }
}

/** Asks local Graph as the server itself would. */
async function graph(
  { endpoints }: LocalAzure,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const { clientId, clientSecret, endpoint, tokenEndpoint } = endpoints.graph
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
  const scope = 'https://graph.microsoft.com/.default'
  const answer = await fetch(tokenEndpoint, { method: 'POST', body: new URLSearchParams({ ...form, scope }) })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  return fetch(`${endpoint}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
}

beforeEach<{ localAzure: LocalAzure }>(async ({ localAzure }) => {
  localAzure.faults.clear()
  await localAzure.reset()
})

describe('statuses', () => {
  test('C1 every refusal has the status that is documented', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const admin = await adminOf(server)
    const bobs = (await server.api('GetRefreshAndAccessToken', asParameters(bob))).json.token
    const expected: readonly (readonly [number, string, object, string?])[] = [
      [400, 'CheckAccount', {}],
      [400, 'CheckAccount', { email: 'nonsense' }],
      [400, 'GetRefreshAndAccessToken', {}],
      [400, 'GetRefreshAndAccessToken', { email: bob.email }],
      [400, 'GetRefreshAndAccessToken', { email: bob.email, password: 'wrong' }],
      [400, 'GetRefreshAndAccessToken', { id_token: 'x.y.z' }],
      [400, 'RefreshToken', {}],
      [400, 'RefreshToken', { refresh_token: 'nonsense' }],
      [200, 'GetResourceTokens', {}],
      [400, 'GetResourceTokens', { refresh_token: 'nonsense' }],
      [401, 'GetResourceTokens', { auth_token: 'x.y.z' }],
      [400, 'GetUserInfo', {}],
      [400, 'GetUserInfo', { email: 'nonsense' }],
      [200, 'GetUserInfo', { email: 'unknown@contoso.example' }],
      [401, 'CreateRolePermission', { role: 'new' }, 'POST'],
      [401, 'CreateRolePermission', { auth_token: 'x.y.z', role: 'new' }, 'POST'],
      [403, 'CreateRolePermission', { auth_token: bobs.access_token, role: 'new' }, 'POST'],
      [400, 'CreateRolePermission', { ...admin }, 'POST'],
      [400, 'CreateRolePermission', { ...admin, role: 'new', table: 'User' }, 'POST'],
      [400, 'CreateRolePermission', { ...admin, role: 'nothing' }, 'POST'],
      [400, 'CreateRolePermission', { ...admin, table: 'Nothing' }, 'POST'],
      [405, 'CreateRolePermission', { ...admin, role: 'new' }, 'GET'],
      [401, 'UpdateRole', { email: bob.email, role: 'editor' }, 'POST'],
      [401, 'UpdateRole', { refresh_token: 'x', email: bob.email, role: 'editor' }, 'POST'],
      [403, 'UpdateRole', { auth_token: bobs.access_token, email: bob.email, role: 'admin' }, 'POST'],
      [403, 'UpdateRole', { refresh_token: bobs.refresh_token, email: bob.email, role: 'admin' }, 'POST'],
      [400, 'UpdateRole', { ...admin, role: 'editor' }, 'POST'],
      [400, 'UpdateRole', { ...admin, email: bob.email }, 'POST'],
      [405, 'UpdateRole', { ...admin, email: bob.email, role: 'editor' }, 'GET'],
    ]
    for (const [status, name, parameters, method = 'GET'] of expected) {
      const answer = await server.api(name, asParameters(parameters), method)
      expect([name, Object.keys(parameters), answer.status]).toEqual([name, Object.keys(parameters), status])
      if (status !== 200) expect(answer.json).toEqual(failure)
    }
    expect((await server.api('GetUserInfo', { email: 'unknown@contoso.example' })).json.user).toBeNull()
  })

  test('C2 an outage is not a wrong password', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const signIn = () => server.api('GetRefreshAndAccessToken', asParameters(bob))
    await signIn()
    for (const [kind, status] of [
      ['503', 503],
      ['429', 503],
      ['reset', 502],
    ] as const) {
      localAzure.faults.add({ service: 'entra', match: '/token', kind, times: 1 })
      const answer = await signIn()
      expect([kind, answer.status]).toEqual([kind, status])
      expect(answer.headers.has('retry-after')).toBe(status === 503)
    }
    expect((await signIn()).status).toBe(200)
  })

  test('parameters come by query, JSON or form, and only once', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const path = `/api/CheckAccount?code=${encodeURIComponent(localAzure.endpoints.api.functionKey)}`
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const asForm = await server.call('POST', path, {
      body: `email=${encodeURIComponent(bob.email)}`,
      headers: form,
    })
    const asJson = await server.call('POST', path, { body: { email: bob.email } })
    const asQuery = await server.call('POST', `${path}&email=${bob.email}`)
    expect(asForm.json).toMatchObject({ success: true, exist: true })
    expect(asJson.json).toEqual(asForm.json)
    expect(asQuery.json).toEqual(asForm.json)
    expect((await server.call('GET', `${path}&email=${bob.email}&email=${alice.email}`)).status).toBe(400)
    const twice = [
      [`${path}&email=${alice.email}`, { body: { email: bob.email } }],
      [`${path}&email=${alice.email}`, { body: `email=${bob.email}`, headers: form }],
      [path, { body: `email=${alice.email}&email=${bob.email}`, headers: form }],
      [path, { body: `{"email":"${alice.email}","email":"${bob.email}"}` }],
      [path, { body: `{"email":"${alice.email}","em\\u0061il":"${bob.email}"}` }],
    ] as const
    for (const [target, options] of twice)
      expect(await server.call('POST', target, options)).toMatchObject({ status: 400, json: failure })
  })

  test('one credential at a time', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const { auth_token: bearer } = await adminOf(server)
    const { refresh_token } = (await server.api('GetRefreshAndAccessToken', asParameters(alice))).json.token
    const headers = { 'x-functions-key': localAzure.endpoints.api.functionKey }
    const post = async (name: string, body: object, options = {}) =>
      (await server.call('POST', `/api/${name}`, { body, headers, ...options })).status
    const change = { email: bob.email, role: 'new' }
    expect(await post('UpdateRole', { auth_token: bearer, ...change })).toBe(200)
    expect(await post('UpdateRole', { auth_token: bearer, ...change }, { bearer })).toBe(400)
    expect(await post('UpdateRole', { auth_token: bearer, refresh_token, ...change })).toBe(400)
    expect(await post('GetResourceTokens', {}, { bearer })).toBe(200)
    expect(await post('GetResourceTokens', { auth_token: bearer }, { bearer })).toBe(400)
    expect(await post('GetUserInfo', { refresh_token }, { bearer })).toBe(400)
    expect(await post('GetRefreshAndAccessToken', { ...alice, id_token: 'x.y.z' })).toBe(400)
    // An empty one counts as absent, as everywhere.
    expect(await post('GetResourceTokens', { auth_token: bearer, refresh_token: '' })).toBe(200)
  })
})

describe('resource tokens', () => {
  test('C3 what one guest asks for changes nothing for the next', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const plain = await server.api('GetResourceTokens')
    await Promise.all(
      Array.from({ length: 20 }, (_none, index) =>
        server.api('GetResourceTokens', { sync_tables: `Profile:p${index}` }),
      ),
    )
    expect((await server.api('GetResourceTokens')).json).toEqual(plain.json)
  })

  test('C4 no token that is handed out has ended, however steady the traffic', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const tokens = new Set<string>()
    for (let minute = 0; minute < 180; minute += 5) {
      const { json } = await server.api('GetResourceTokens')
      for (const { _token, expiresAt } of json.permissions) {
        tokens.add(_token)
        expect(Date.parse(expiresAt)).toBeGreaterThan(localAzure.clock.now() + 600_000)
      }
      localAzure.clock.advanceSeconds(300)
    }
    // Renewed at four fifths of an hour: in three hours four times.
    expect(tokens.size).toBe(4)
  })

  test('C5 C6 a role is a role in any case, and rules by person make no permission of the role', async ({
    localAzure,
  }) => {
    const server = createLocalServer(localAzure)
    const admin = await adminOf(server)
    const key = encodeURIComponent(localAzure.endpoints.api.functionKey)
    const change = (permissions: object[], more: object = {}) =>
      server.call('POST', `/api/CreateRolePermission?code=${key}`, {
        body: { ...admin, role: 'EDITOR', permissions, ...more },
      })
    const rules = [
      { role: 'Editor', table: 'profile', permission: 'WRITE' },
      { role: 'editor', table: 'USER', permission: 'id-write' },
    ]
    const tried = await change(rules, { dryRun: true })
    expect(tried.json).toEqual({ success: true, created: 0, updated: 1, deleted: 0, unchanged: 1, failed: 0 })
    const { permissions, rolePermissions } = server.latchkey.parts.stores
    expect((await rolePermissions.all()).rules).toContainEqual({
      role: 'editor',
      table: 'User',
      permission: 'id-read',
    })
    expect((await change(rules)).json).toEqual(tried.json)
    const shared = await permissions.read('editor', 600)
    expect(shared?.map(({ container, mode, partition }) => [container, mode, partition])).toEqual([
      ['Profile', 'all', 'default'],
    ])
    const gone = await change([{ role: 'editor', table: 'Profile', permission: 'none' }])
    expect(gone.json).toMatchObject({ deleted: 1 })
    expect(await permissions.read('editor', 600)).toEqual([])
    expect((await change([{ role: 'new', table: 'Profile', permission: 'read' }])).status).toBe(400)
    expect((await change([{ role: 'editor', table: 'Profile', permission: 'everything' }])).status).toBe(400)
    const byTable = await server.api('CreateRolePermission', { ...admin, table: 'PROFILE' }, 'POST')
    expect(byTable.json).toMatchObject({ success: true, failed: 0 })
  })
})

describe('the directory', () => {
  test('C7 of several groups the highest counts, of none guest', () => {
    const order = ['admin', 'editor', 'new', 'guest']
    expect(roleOf(['new', 'Editor', 'Accounting'], order)).toBe('editor')
    expect(roleOf(['Accounting'], order)).toBe('guest')
    expect(roleOf([], order)).toBe('guest')
  })

  test('C9 C14 a group beyond the first page counts, and a new one from the first time', async ({
    localAzure,
  }) => {
    const server = createLocalServer(localAzure, {
      environment: { LATCHKEY_ROLES: 'admin,editor,new,zebra,yak' },
    })
    const group = (displayName: string) => ({
      displayName,
      mailEnabled: false,
      mailNickname: displayName,
      securityEnabled: true,
    })
    for (let index = 0; index < 120; index += 1) {
      const made = await graph(localAzure, 'POST', '/groups', group(`g${index}`))
      expect(made.status).toBe(201)
    }
    await graph(localAzure, 'POST', '/groups', group('zebra'))
    const admin = await adminOf(server)
    const update = (role: string) => server.api('UpdateRole', { ...admin, email: bob.email, role }, 'POST')
    expect((await update('zebra')).json).toEqual({ success: true })
    expect((await update('yak')).status).toBe(400)
    await graph(localAzure, 'POST', '/groups', group('yak'))
    expect((await update('yak')).json).toEqual({ success: true })
    expect((await server.api('GetRefreshAndAccessToken', asParameters(bob))).json.group).toBe('yak')
  })

  test('C10 an account that the directory has not spread yet is waited for', async ({ localAzure }) => {
    // The groups were seeded a moment ago and must be known before anything is hidden.
    localAzure.clock.advanceSeconds(60)
    const origin = new URL(localAzure.endpoints.graph.endpoint).origin
    const lag = await fetch(`${origin}/emulator/replication-lag`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"seconds":0.5}',
    })
    expect(lag.ok).toBe(true)
    const server = createLocalServer(localAzure)
    const email = 'c10@contoso.example'
    const [one, two] = await Promise.all([
      server.api('CheckAccount', { email }),
      server.api('CheckAccount', { email }),
    ])
    expect([one?.status, two?.status]).toEqual([200, 200])
    expect(one?.json.user.objectId).toBe(two?.json.user.objectId)
    expect(
      (await server.latchkey.parts.accounts.load(one?.json.user.objectId, { patienceMs: 15_000 }))?.groups,
    ).toEqual(['new'])
    const nobody = await server.latchkey.parts.accounts.load('00000000-0000-0000-0000-000000000000')
    expect(nobody).toBeUndefined()
  })

  test('C12 the server renews its own token before it ends', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    for (let hour = 0; hour < 3; hour += 1) {
      expect((await server.api('CheckAccount', { email: bob.email })).status).toBe(200)
      localAzure.clock.advanceSeconds(3_500)
    }
  })

  test('throttling by Graph is waited out, and passed on when it lasts', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    localAzure.faults.add({ service: 'entra', match: '/graph/', kind: '429', times: 1 })
    expect((await server.api('CheckAccount', { email: bob.email })).status).toBe(200)
    localAzure.faults.add({
      service: 'entra',
      match: '/graph/',
      kind: '429',
      times: 1,
      retryAfterSeconds: 60,
    })
    const busy = await server.api('CheckAccount', { email: bob.email })
    expect(busy.status).toBe(503)
    expect(busy.headers.get('retry-after')).toBe('60')
  })
})

test('C13 two admins who change the rules at once do not lose one of the changes', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const { auth_token: bearer } = await adminOf(server)
  const read = await server.call('GET', '/v1/role-permissions', { bearer })
  const put = (permission: string) =>
    server.call('PUT', '/v1/role-permissions', {
      bearer,
      body: { value: [...read.json.value, { role: 'guest', table: 'User', permission }] },
      headers: { 'if-match': read.headers.get('etag') ?? '' },
    })
  expect((await put('read')).status).toBe(200)
  expect((await put('write')).status).toBe(412)
})
