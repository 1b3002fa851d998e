import { CosmosClient } from '@azure/cosmos'
import { createFluidTokenVerifier } from '@latchkey/fluid'
import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { allowInsecureRequests, customFetch, discovery } from 'openid-client'
import { describe, expect } from 'vitest'
import { communicationTokens } from '../src/tokens/communication.ts'
import { fluidTokens } from '../src/tokens/fluid.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice, bob, type Credentials, fetchIdToken } from './support/sign-in-page.ts'

const withServices = (localAzure: LocalAzure): LocalServer =>
  createLocalServer(localAzure, {
    ports: {
      tokenServices: [
        communicationTokens({ scopes: ['chat', 'voip'] }),
        fluidTokens({ mayOpen: (_person, documentId) => (documentId === 'closed' ? 'none' : 'write') }),
      ],
    },
  })

async function signIn(server: LocalServer, credentials: Credentials) {
  const answer = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...credentials } })
  expect(answer.status).toBe(201)
  return answer.json as { accessToken: string; refreshToken: string; subject: string; role: string }
}

describe('sessions', () => {
  test('password and id token start the same kind of session', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const byPassword = await signIn(server, bob)
    const idToken = await fetchIdToken(localAzure, bob)
    const byIdToken = await server.call('POST', '/v1/sessions', { body: { grant: 'id_token', idToken } })
    expect(byIdToken).toMatchObject({ status: 201, json: { subject: byPassword.subject, role: 'new' } })
    expect(byIdToken.headers.get('cache-control')).toBe('no-store')
    expect(Date.parse(byIdToken.json.accessTokenExpiresOn)).toBeLessThan(
      Date.parse(byIdToken.json.refreshTokenExpiresOn),
    )
  })

  test('a library that knows the issuer finds the keys, and the access token verifies', async ({
    localAzure,
  }) => {
    const server = createLocalServer(localAzure)
    const { accessToken, subject } = await signIn(server, bob)
    const { iss: issuer = '' } = decodeJwt(accessToken)
    const found = await discovery(new URL(issuer), 'anybody', undefined, undefined, {
      execute: [allowInsecureRequests],
      [customFetch]: (url, init) => server.fetch(new Request(url, init as RequestInit)),
    })
    const { jwks_uri: jwksUri = '', ...metadata } = found.serverMetadata()
    expect(metadata).toEqual({ issuer })
    const jwks = await server.call('GET', new URL(jwksUri).pathname)
    const expected = { issuer, audience: issuer, typ: 'at+jwt' }
    const { payload } = await jwtVerify(accessToken, createLocalJWKSet(jwks.json), expected)
    expect(payload).toMatchObject({ sub: subject, role: 'new' })
    expect(JSON.stringify(jwks.json)).not.toContain('"d"')
  })

  test('refresh, list, end one, end all', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const first = await signIn(server, bob)
    await server.call('DELETE', '/v1/sessions', { bearer: first.accessToken })
    const second = await signIn(server, bob)
    const third = await signIn(server, bob)
    const refreshed = await server.call('POST', '/v1/sessions/refresh', {
      body: { refreshToken: second.refreshToken },
    })
    expect(refreshed).toMatchObject({ status: 200, json: { subject: second.subject } })
    const list = await server.call('GET', '/v1/sessions', { bearer: second.accessToken })
    expect(list.json.value).toHaveLength(2)
    expect(list.json.value.filter((one: { isCurrent: boolean }) => one.isCurrent)).toHaveLength(1)

    const ended = await server.call('DELETE', '/v1/sessions/current', { bearer: second.accessToken })
    expect(ended.status).toBe(204)
    const refused = await server.call('POST', '/v1/sessions/refresh', {
      body: { refreshToken: refreshed.json.refreshToken },
    })
    expect(refused).toMatchObject({ status: 401, json: { code: 'invalid_grant' } })
    expect((await server.call('DELETE', '/v1/sessions', { bearer: third.accessToken })).status).toBe(204)
    const gone = await server.call('POST', '/v1/sessions/refresh', {
      body: { refreshToken: third.refreshToken },
    })
    expect(gone).toMatchObject({ status: 401, json: { code: 'invalid_grant' } })
  })

  test('every refusal of a grant looks the same', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const { accessToken, refreshToken } = await signIn(server, bob)
    const grants = [
      'rt1.x',
      refreshToken.slice(0, -1),
      `${refreshToken}A`,
      accessToken,
      refreshToken.replace('rt1.', 'rt2.'),
    ]
    const answers = await Promise.all(
      grants.map((grant) => server.call('POST', '/v1/sessions/refresh', { body: { refreshToken: grant } })),
    )
    const shapes = answers.map(({ status, json }) => ({ status, ...json, correlationId: '' }))
    expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1)
    expect(shapes[0]).toMatchObject({ status: 401, code: 'invalid_grant' })
  })
})

describe('tokens', () => {
  test('a Fluid token that the relay accepts, and none for a closed document', async ({ localAzure }) => {
    const server = withServices(localAzure)
    const { accessToken, subject } = await signIn(server, bob)
    const answer = await server.call('POST', '/v1/tokens/fluid', {
      bearer: accessToken,
      body: { documentId: 'd-1' },
    })
    expect(answer).toMatchObject({ status: 200, json: { user: { id: subject, name: 'Bob Baker' } } })
    const { tenantId, primaryKey } = localAzure.endpoints.fluid
    const verifier = createFluidTokenVerifier({
      tenantId,
      keys: { primary: primaryKey },
      clock: localAzure.clock,
    })
    expect(verifier.verify(answer.json.token, { documentId: 'd-1' })).toMatchObject({ user: { id: subject } })
    const closed = await server.call('POST', '/v1/tokens/fluid', {
      bearer: accessToken,
      body: { documentId: 'closed' },
    })
    expect(closed).toMatchObject({ status: 403, json: { code: 'insufficient_scope' } })
    expect((await server.call('POST', '/v1/tokens/fluid', { body: {} })).status).toBe(401)
  })

  test('one Communication user for a person, and only the scopes offered', async ({ localAzure }) => {
    const server = withServices(localAzure)
    const { accessToken } = await signIn(server, bob)
    const [one, two] = await Promise.all([
      server.call('POST', '/v1/tokens/communication', { bearer: accessToken, body: {} }),
      server.call('POST', '/v1/tokens/communication', { bearer: accessToken, body: { scopes: ['chat'] } }),
    ])
    expect(one).toMatchObject({ status: 200, json: { userId: expect.stringMatching(/^8:acs:/) } })
    expect(two?.json.userId).toBe(one?.json.userId)
    const other = await server.call('POST', '/v1/tokens/communication', {
      bearer: accessToken,
      body: { scopes: ['voip.join'] },
    })
    expect(other.status).toBe(403)
  })

  test('Cosmos tokens for guests, people and admins', async ({ localAzure }) => {
    const server = withServices(localAzure)
    const guest = await server.call('POST', '/v1/tokens/cosmos', { body: {} })
    expect(guest.json.permissions).toMatchObject([
      { container: 'Profile', mode: 'Read', partitionKey: ['default'] },
    ])
    const { accessToken, subject } = await signIn(server, bob)
    const own = await server.call('POST', '/v1/tokens/cosmos', { bearer: accessToken })
    expect(own.json.permissions).toHaveLength(2)
    for (const permission of own.json.permissions) expect(permission.partitionKey).toEqual([subject])
    const [profile] = own.json.permissions.filter((one: { container: string }) => one.container === 'Profile')
    const client = new CosmosClient({
      endpoint: own.json.endpoint,
      resourceTokens: { [`dbs/latchkey/colls/Profile`]: profile.token },
    })
    const container = client.database('latchkey').container('Profile')
    await container.items.upsert({ id: 'note', partition: subject, text: 'mine' })
    const { resource } = await container.item('note', subject).read()
    expect(resource).toMatchObject({ text: 'mine' })
    await expect(container.items.upsert({ id: 'note', partition: 'default' })).rejects.toMatchObject({
      code: 403,
    })
  })
})

describe('people and rules', () => {
  test('an admin changes a role: sessions end, permissions follow, the record says so', async ({
    localAzure,
  }) => {
    const server = createLocalServer(localAzure)
    const admin = await signIn(server, alice)
    const person = await signIn(server, bob)
    const path = `/v1/users/${person.subject}`
    const read = await server.call('GET', path, { bearer: admin.accessToken })
    expect(read.json).toMatchObject({ email: bob.email, role: 'new', enabled: true })
    const put = (etag?: string | null) =>
      server.call('PUT', `${path}/role`, {
        bearer: admin.accessToken,
        body: { role: 'editor' },
        headers: etag ? { 'if-match': etag } : {},
      })
    expect((await put()).status).toBe(428)
    expect((await put('"stale"')).status).toBe(412)
    const changed = await put(read.headers.get('etag'))
    expect(changed).toMatchObject({ status: 200, json: { role: 'editor' } })
    const refused = await server.call('POST', '/v1/sessions/refresh', {
      body: { refreshToken: person.refreshToken },
    })
    expect(refused.status).toBe(401)
    const audit = await server.call('GET', `/v1/audit?subject=${person.subject}`, {
      bearer: admin.accessToken,
    })
    expect(audit.json.value).toContainEqual(
      expect.objectContaining({
        action: 'role-changed',
        actor: admin.subject,
        details: { from: 'new', to: 'editor' },
      }),
    )
    const again = await signIn(server, bob)
    expect(again.role).toBe('editor')
    const tokens = await server.call('POST', '/v1/tokens/cosmos', { bearer: again.accessToken })
    expect(
      tokens.json.permissions.map((one: { container: string; partitionKey: string[] }) => [
        one.container,
        ...one.partitionKey,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['Profile', 'default'],
        ['User', person.subject],
      ]),
    )
    const back = await server.call('PUT', `${path}/role`, {
      bearer: admin.accessToken,
      body: { role: 'new' },
      headers: { 'if-match': '*' },
    })
    expect(back.status).toBe(200)
  })

  test('the last admin stays', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const admin = await signIn(server, alice)
    const path = `/v1/users/${admin.subject}`
    const demote = await server.call('PUT', `${path}/role`, {
      bearer: admin.accessToken,
      body: { role: 'new' },
      headers: { 'if-match': '*' },
    })
    expect(demote).toMatchObject({ status: 409, json: { code: 'last_admin' } })
    const disable = await server.call('PATCH', path, { bearer: admin.accessToken, body: { enabled: false } })
    expect(disable).toMatchObject({ status: 409, json: { code: 'last_admin' } })
    const remove = await server.call('DELETE', '/v1/me', { bearer: admin.accessToken })
    expect(remove).toMatchObject({ status: 409, json: { code: 'last_admin' } })
  })

  test('rules are replaced as a whole, tried first, and only at the version read', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const { accessToken: bearer } = await signIn(server, alice)
    const before = await server.call('GET', '/v1/role-permissions', { bearer })
    const etag = before.headers.get('etag') ?? ''
    const value = [
      ...before.json.value.filter((rule: { role: string }) => rule.role !== 'guest'),
      { role: 'guest', table: 'User', permission: 'read' },
    ]
    const put = (path: string, match: string) =>
      server.call('PUT', path, { bearer, body: { value }, headers: { 'if-match': match } })
    const counts = { created: 1, updated: 0, deleted: 1, unchanged: before.json.value.length - 1, failed: 0 }
    expect((await put('/v1/role-permissions?dryRun=true', etag)).json).toEqual(counts)
    expect((await server.call('GET', '/v1/role-permissions', { bearer })).headers.get('etag')).toBe(etag)
    expect((await put('/v1/role-permissions', etag)).json).toEqual(counts)
    // The same again, as after an answer that was lost: it is done, and nothing is left to do.
    const again = { created: 0, updated: 0, deleted: 0, unchanged: value.length, failed: 0 }
    expect((await put('/v1/role-permissions', etag)).json).toEqual(again)
    const other = await server.call('PUT', '/v1/role-permissions', {
      bearer,
      body: { value: before.json.value },
      headers: { 'if-match': etag },
    })
    expect(other).toMatchObject({ status: 412, json: { code: 'precondition_failed' } })
    const guest = await server.call('POST', '/v1/tokens/cosmos', { body: {} })
    expect(guest.json.permissions).toMatchObject([
      { container: 'User', mode: 'Read', partitionKey: ['default'] },
    ])
    const after = await server.call('GET', '/v1/role-permissions', { bearer })
    await server.call('PUT', '/v1/role-permissions', {
      bearer,
      body: { value: before.json.value },
      headers: { 'if-match': after.headers.get('etag') ?? '' },
    })
  })

  test('a deleted account leaves nothing', async ({ localAzure }) => {
    const server = withServices(localAzure)
    const checked = await server.api('CheckAccount', { email: 'leaver@contoso.example' })
    const id: string = checked.json.user.objectId
    const start = {
      person: { id, subject: (await server.latchkey.parts.provider.subjectOf(id))!, name: 'L' },
      role: 'new',
    }
    const { accessToken, refreshToken } = await server.latchkey.parts.sessions.begin(start)
    expect((await server.call('POST', '/v1/tokens/communication', { bearer: accessToken })).status).toBe(200)
    expect((await server.call('POST', '/v1/tokens/cosmos', { bearer: accessToken })).status).toBe(200)
    const users = (): number => {
      const tables = localAzure.services.communication.overview?.() ?? []
      const rows = tables.find(({ title }) => title === 'Identities')?.rows ?? []
      return rows.filter((row) => row[3] === '').length
    }
    const usersBefore = users()
    expect((await server.call('DELETE', '/v1/me', { bearer: accessToken })).status).toBe(204)
    expect(await server.latchkey.parts.accounts.load(id)).toBeUndefined()
    expect(await server.latchkey.parts.stores.users.read(id)).toBeUndefined()
    expect(await server.latchkey.parts.stores.permissions.usersWith(`${id}.`)).toEqual([])
    expect(users()).toBe(usersBefore - 1)
    const refused = await server.call('POST', '/v1/sessions/refresh', { body: { refreshToken } })
    expect(refused.status).toBe(401)
  })
})
