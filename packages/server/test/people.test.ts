/**
 * Acts on accounts under every spelling of an id and at every unlucky moment, judged by what is left afterwards.
 */

import { CosmosClient } from '@azure/cosmos'
import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { deleteAccount } from '../src/flows/delete-account.ts'
import { signInBrowser, signInWithIdToken } from '../src/flows/sign-in.ts'
import { communicationTokens } from '../src/tokens/communication.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice, bob, type Credentials } from './support/sign-in-page.ts'

const limits = {
  signIn: { points: 1_000, seconds: 60 },
  account: { points: 1_000, seconds: 60 },
}

const createServer = (localAzure: LocalAzure): LocalServer =>
  createLocalServer(localAzure, { app: { limits } })

async function signIn(server: LocalServer, who: Credentials) {
  const answer = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } })
  expect(answer.status).toBe(201)
  return answer.json as { accessToken: string; refreshToken: string; subject: string; role: string }
}

/** A new account with a session of the role named. */
async function begin(server: LocalServer, email: string, role: string) {
  const { objectId } = (await server.api('CheckAccount', { email })).json.user
  const { provider, sessions } = server.latchkey.parts
  const subject = (await provider.subjectOf(objectId)) ?? { issuer: '', subject: '' }
  const issued = await sessions.begin({ person: { id: objectId, subject, name: 'B' }, role })
  return { subject: objectId as string, ...issued }
}

function appDatabase({ endpoints }: LocalAzure) {
  const { endpoint, key } = endpoints.cosmos
  return new CosmosClient({ endpoint, key }).database('latchkey')
}

async function statusOfRefresh(server: LocalServer, refreshToken: string): Promise<number> {
  return (await server.call('POST', '/v1/sessions/refresh', { body: { refreshToken } })).status
}

describe('ids', () => {
  test('no name of a partition or a role is a person: nothing is deleted', async ({ localAzure }) => {
    const server = createServer(localAzure)
    const { accessToken: bearer } = await signIn(server, alice)
    const tables = appDatabase(localAzure)
    await tables.container('Profile').items.upsert({ id: 'kept', partition: 'default' })
    await tables.container('Profile').items.upsert({ id: 'kept', partition: 'elsewhere' })
    await server.call('POST', '/v1/tokens/cosmos', { bearer })
    const users = async () => (await tables.users.readAll().fetchAll()).resources.map(({ id }) => id).sort()
    const before = await users()
    for (const id of ['default', 'Default', 'admin', 'guest', 'new', 'editor', 'elsewhere', 'nobody']) {
      const answer = await server.call('DELETE', `/v1/users/${id}`, { bearer })
      expect(answer, id).toMatchObject({ status: 404, json: { code: 'not_found' } })
    }
    for (const partition of ['default', 'elsewhere'])
      expect((await tables.container('Profile').item('kept', partition).read()).statusCode).toBe(200)
    expect(await users()).toEqual(before)
  })

  test('an id in capitals is the same person', async ({ localAzure }) => {
    const server = createServer(localAzure)
    const admin = await signIn(server, alice)
    const bearer = admin.accessToken
    const body = { enabled: false }
    const last = await server.call('PATCH', `/v1/users/${admin.subject.toUpperCase()}`, { bearer, body })
    expect(last).toMatchObject({ status: 409, json: { code: 'last_admin' } })
    const person = await signIn(server, bob)
    await server.call('POST', '/v1/tokens/cosmos', { bearer: person.accessToken })
    await server.call('PATCH', '/v1/me', { bearer: person.accessToken, body: { city: 'Oslo' } })
    const path = `/v1/users/${person.subject.toUpperCase()}`
    const disabled = await server.call('PATCH', path, { bearer, body })
    expect(disabled).toMatchObject({ status: 200, json: { id: person.subject, enabled: false } })
    expect(await statusOfRefresh(server, person.refreshToken)).toBe(401)
    expect((await server.call('DELETE', path, { bearer })).status).toBe(204)
    const tables = appDatabase(localAzure)
    expect((await tables.container('User').item(person.subject, person.subject).read()).statusCode).toBe(404)
    await expect(tables.user(`${person.subject}.new`).read()).rejects.toMatchObject({ code: 404 })
    expect((await server.call('DELETE', path, { bearer })).status).toBe(404)
  })
})

describe('the last admin', () => {
  const act = {
    'disable each other': (server: LocalServer, bearer: string, _own: string, other: string) =>
      server.call('PATCH', `/v1/users/${other}`, { bearer, body: { enabled: false } }),
    'delete themselves': (server: LocalServer, bearer: string) => server.call('DELETE', '/v1/me', { bearer }),
  }
  test.for(Object.entries(act))(
    'stays when two admins %s at once',
    async ([label, remove], { localAzure }) => {
      const plain = createServer(localAzure)
      const { accounts } = plain.latchkey.parts
      const makeAdmin = async (name: string) => {
        const person = await begin(plain, `${name}@contoso.example`, 'admin')
        await accounts.addToGroup(person.subject, 'admin')
        return person
      }
      const [first, second] = [await makeAdmin(`one-${label.length}`), await makeAdmin(`two-${label.length}`)]
      for (const id of await accounts.membersOf('admin', 50))
        if (id !== first.subject && id !== second.subject) await accounts.removeFromGroup(id, 'admin')
      // Both have looked who else is there before either goes on.
      let looking = 0
      let open = (): void => undefined
      const gate = new Promise<void>((resolve) => {
        open = resolve
      })
      const membersOf: typeof accounts.membersOf = async (...query) => {
        const members = await accounts.membersOf(...query)
        looking += 1
        if (looking === 2) open()
        if (looking <= 2) await gate
        return members
      }
      const server = createLocalServer(localAzure, {
        app: { limits },
        ports: { accounts: { ...accounts, membersOf } },
      })
      const answers = await Promise.all([
        remove(server, first.accessToken, first.subject, second.subject),
        remove(server, second.accessToken, second.subject, first.subject),
      ])
      expect(answers.map(({ status }) => status)).toContain(409)
      expect((await accounts.membersOf('admin', 5)).length).toBeGreaterThan(0)
    },
  )
})

test('a group, a device or an application among the admins is no admin: the last person stays', async ({
  localAzure,
}) => {
  const others = ['group', 'device', 'servicePrincipal'].map((kind, index) => ({
    '@odata.type': `#microsoft.graph.${kind}`,
    id: `aaaaaaaa-0000-4000-8000-00000000000${index}`,
    accountEnabled: true,
  }))
  const withOthers: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    if (!/\/groups\/[^/]+\/members\?/.test(String(input))) return response
    const page = (await response.json()) as { value: object[] }
    return Response.json({ ...page, value: [...others, ...page.value] })
  }
  const server = createLocalServer(localAzure, { app: { limits }, ports: { fetch: withOthers } })
  const { accounts } = server.latchkey.parts
  const { accessToken: bearer, subject } = await begin(server, 'only@contoso.example', 'admin')
  await accounts.addToGroup(subject, 'admin')
  for (const id of await accounts.membersOf('admin', 50))
    if (id !== subject) await accounts.removeFromGroup(id, 'admin')
  const demoted = await server.call('PUT', `/v1/users/${subject}/role`, {
    bearer,
    body: { role: 'new' },
    headers: { 'if-match': '*' },
  })
  expect(demoted).toMatchObject({ status: 409, json: { code: 'last_admin' } })
  expect((await accounts.load(subject))?.groups).toContain('admin')
})

describe('a change while somebody signs in', () => {
  const change = {
    'a demotion': (server: LocalServer, bearer: string, id: string) =>
      server.call('PUT', `/v1/users/${id}/role`, {
        bearer,
        body: { role: 'new' },
        headers: { 'if-match': '*' },
      }),
    disabling: (server: LocalServer, bearer: string, id: string) =>
      server.call('PATCH', `/v1/users/${id}`, { bearer, body: { enabled: false } }),
    deletion: (server: LocalServer, bearer: string, id: string) =>
      server.call('DELETE', `/v1/users/${id}`, { bearer }),
  }
  test.for(Object.entries(change))(
    '%s leaves no session of what was',
    async ([name, act], { localAzure }) => {
      const plain = createServer(localAzure)
      const { accounts, sessions, provider } = plain.latchkey.parts
      const admin = await begin(plain, 'boss@contoso.example', 'admin')
      await accounts.addToGroup(admin.subject, 'admin')
      const { subject: id } = await begin(plain, `late-${name.length}@contoso.example`, 'new')
      await accounts.addToGroup(id, 'admin')
      const subject = (await provider.subjectOf(id)) ?? { issuer: '', subject: '' }
      // The whole change happens after the account was read and before its reader hears the answer.
      const server = createLocalServer(localAzure, {
        app: { limits },
        ports: {
          accounts: {
            ...accounts,
            load: async (...query) => {
              const loaded = await accounts.load(...query)
              const done = await act(plain, admin.accessToken, id)
              expect(done.status).toBeLessThan(300)
              return loaded
            },
          },
        },
      })
      const context = { correlationId: 'c' }
      const parts = { ...server.latchkey.parts }
      const identity = { id, subject, name: 'Late' }
      await expect(signInBrowser(parts, context, async () => identity)).rejects.toMatchObject({
        code: 'ERR_SERVER_GRANT',
      })
      const verifies = { ...parts, provider: { ...provider, verifyIdToken: async () => identity } }
      if (name === 'a demotion') {
        await accounts.addToGroup(id, 'admin')
        await expect(signInWithIdToken(verifies, context, 'x')).rejects.toMatchObject({
          code: 'ERR_SERVER_GRANT',
        })
      }
      expect(await sessions.listOf(id)).toEqual([])
    },
  )
})

test('two who replace the rules at once: one does, the other hears of it', async ({ localAzure }) => {
  const server = createServer(localAzure)
  const admin = await begin(server, 'rules@contoso.example', 'admin')
  const bearer = admin.accessToken
  const read = () => server.call('GET', '/v1/role-permissions', { bearer })
  for (const round of [1, 2]) {
    const before = await read()
    const base = before.json.value as { role: string; table: string; permission: string }[]
    const put = (value: typeof base) =>
      server.call('PUT', '/v1/role-permissions', {
        bearer,
        body: { value },
        headers: { 'if-match': before.headers.get('etag') ?? '' },
      })
    const wishes = [
      base.filter(({ role }) => role !== 'guest'),
      [
        ...base.filter(({ role }) => role !== 'guest'),
        { role: 'guest', table: 'User', permission: round === 1 ? 'read' : 'read-write' },
      ],
    ]
    const answers = await Promise.all(wishes.map(put))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412])
    const winner = wishes[answers.findIndex(({ status }) => status === 200)] ?? []
    const asText = (rules: typeof base) =>
      rules.map(({ role, table, permission }) => `${role} ${table} ${permission}`).sort()
    expect(asText((await read()).json.value)).toEqual(asText(winner))
  }
})

test('a cursor says where in the list, and nothing else', async ({ localAzure }) => {
  const server = createServer(localAzure)
  const { accessToken: bearer } = await begin(server, 'cursor@contoso.example', 'admin')
  await begin(server, 'cursor-two@contoso.example', 'new')
  const first = await server.call('GET', '/v1/users?pageSize=1', { bearer })
  const link = new URL(first.json.nextLink)
  const second = await server.call('GET', link.pathname + link.search, { bearer })
  expect(second.status).toBe(200)
  expect(second.json.value[0].id).not.toBe(first.json.value[0].id)
  for (const path of [
    '/groups?$select=id',
    'https://graph.microsoft.com/v1.0/groups',
    '&$filter=x',
    'x',
    '/users',
    '\u0000\r\n',
  ]) {
    localAzure.requests.clear()
    const next = Buffer.from(path).toString('base64url')
    const answer = await server.call('GET', `/v1/users?next=${next}`, { bearer })
    expect(answer, path).toMatchObject({ status: 400, json: { code: 'invalid_request' } })
    const asked = localAzure.requests
      .list('entra')
      .map((request) => new URL(request.path, 'http://x').pathname)
    expect(asked.filter((one) => !one.endsWith('/users'))).toEqual([])
    for (const list of ['/v1/audit?', '/v1/audit?subject=x&'])
      expect(await server.call('GET', `${list}next=${next}`, { bearer }), path).toMatchObject({
        status: 400,
        json: { code: 'invalid_request' },
      })
  }
})

test('an access token makes nothing for somebody who is gone', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, {
    app: { limits },
    ports: { tokenServices: [communicationTokens()] },
  })
  const { accessToken: bearer, subject: id } = await begin(server, 'gone@contoso.example', 'new')
  expect((await server.call('POST', '/v1/tokens/communication', { bearer, body: {} })).status).toBe(200)
  expect((await server.call('DELETE', '/v1/me', { bearer })).status).toBe(204)
  localAzure.requests.clear()
  const attempts = [
    await server.call('PATCH', '/v1/me', { bearer, body: { city: 'Oslo' } }),
    await server.call('DELETE', '/v1/me', { bearer }),
    await server.call('POST', '/v1/tokens/cosmos', { bearer }),
    await server.call('POST', '/v1/tokens/communication', { bearer, body: {} }),
  ]
  expect(attempts.map(({ status }) => status)).toEqual([401, 401, 401, 401])
  const tables = appDatabase(localAzure)
  expect((await tables.container('User').item(id, id).read()).statusCode).toBe(404)
  await expect(tables.user(`${id}.new`).read()).rejects.toMatchObject({ code: 404 })
  expect(localAzure.requests.list('communication')).toEqual([])
  // Nor does a session whose account went in the portal make a profile.
  const { accounts } = server.latchkey.parts
  const other = await begin(server, 'gone-too@contoso.example', 'new')
  await accounts.remove(other.subject)
  await server.latchkey.parts.stores.users.removeAllOf(other.subject)
  const patch = await server.call('PATCH', '/v1/me', { bearer: other.accessToken, body: { city: 'Oslo' } })
  expect(patch.status).toBe(404)
  expect((await tables.container('User').item(other.subject, other.subject).read()).statusCode).toBe(404)
})

test('another session makes nothing again while the account is being deleted', async ({ localAzure }) => {
  const server = createServer(localAzure)
  const { parts } = server.latchkey
  const email = 'leaving@contoso.example'
  const [one, other] = [await begin(server, email, 'new'), await begin(server, email, 'new')]
  await server.call('POST', '/v1/tokens/cosmos', { bearer: other.accessToken })
  let status = 0
  const removePerson = async (id: string) => {
    await parts.resourceTokens.removePerson(id)
    status = (await server.call('POST', '/v1/tokens/cosmos', { bearer: other.accessToken })).status
  }
  const slow = { ...parts, resourceTokens: { ...parts.resourceTokens, removePerson } }
  await deleteAccount(slow, { correlationId: 'c' }, one.person, one.person)
  expect(status).toBe(401)
  await expect(appDatabase(localAzure).user(`${one.subject}.new`).read()).rejects.toMatchObject({ code: 404 })
})

test('the record has who signed in and who could not, what was refused, and what each rule was', async ({
  localAzure,
}) => {
  const server = createServer(localAzure)
  const { accounts } = server.latchkey.parts
  const admin = await begin(server, 'recorder@contoso.example', 'admin')
  for (const id of await accounts.membersOf('admin', 50)) await accounts.removeFromGroup(id, 'admin')
  await accounts.addToGroup(admin.subject, 'admin')
  const bearer = admin.accessToken
  const recordOf = async (subject: string) =>
    (await server.call('GET', `/v1/audit?subject=${subject}`, { bearer })).json.value

  const refused = await server.call('DELETE', '/v1/me', { bearer })
  expect(refused.status).toBe(409)
  expect(await recordOf(admin.subject)).toEqual([
    expect.objectContaining({ action: 'account-deleted', actor: admin.subject, outcome: 'refused' }),
    expect.objectContaining({ action: 'account-created' }),
  ])

  const { subject: id } = await begin(server, 'recorded@contoso.example', 'new')
  const subject = (await server.latchkey.parts.provider.subjectOf(id)) ?? { issuer: '', subject: '' }
  const attempt = () =>
    signInBrowser(server.latchkey.parts, { correlationId: 'c' }, async () => ({ id, subject, name: 'R' }))
  await attempt()
  await accounts.setEnabled(id, false)
  await expect(attempt()).rejects.toMatchObject({ code: 'ERR_SERVER_GRANT' })
  const events = await recordOf(id)
  expect(events).toContainEqual(
    expect.objectContaining({
      action: 'sign-in',
      outcome: 'allowed',
      details: { grant: 'code', role: 'new' },
    }),
  )
  expect(events).toContainEqual(
    expect.objectContaining({
      action: 'sign-in-failed',
      outcome: 'refused',
      details: { grant: 'code', code: 'ERR_SERVER_GRANT', reason: 'account_disabled' },
    }),
  )

  const rules = { role: 'editor', permissions: [{ role: 'editor', table: 'Profile', permission: 'none' }] }
  await server.call('POST', '/api/CreateRolePermission', {
    body: { auth_token: bearer, ...rules },
    headers: { 'x-functions-key': localAzure.endpoints.api.functionKey },
  })
  expect(await recordOf('-')).toContainEqual(
    expect.objectContaining({
      action: 'role-permissions-changed',
      details: { 'editor Profile': 'read-write to none', created: '0', updated: '0', deleted: '1' },
    }),
  )
})
