/**
 * How long a role outlives its change: what docs/security.md states, seen by the real @azure/cosmos.
 */

import { CosmosClient } from '@azure/cosmos'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { createResourceTokens } from '../src/resource-tokens/resource-tokens.ts'
import { createLocalServer } from './support/local-server.ts'
import { alice, bob, type Credentials } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

test('sessions end at once, resource tokens within their hour, and the new role has no more than its own', async ({
  localAzure,
}) => {
  const server = createLocalServer(localAzure)
  const signIn = async (who: Credentials) =>
    (await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } })).json
  const [admin, person] = [await signIn(alice), await signIn(bob)]
  const tokens = (await server.call('POST', '/v1/tokens/cosmos', { bearer: person.accessToken })).json
  const old = tokens.permissions.find(({ container }: { container: string }) => container === 'Profile')
  const read = () =>
    new CosmosClient({
      endpoint: tokens.endpoint,
      resourceTokens: { 'dbs/latchkey/colls/Profile': old.token },
    })
      .database('latchkey')
      .container('Profile')
      .item(person.subject, person.subject)
      .read()
  expect((await read()).statusCode).toBe(200)

  const headers = { 'if-match': '*' }
  const body = { role: 'editor' }
  await server.call('PUT', `/v1/users/${person.subject}/role`, { bearer: admin.accessToken, body, headers })
  const refreshed = await server.call('POST', '/v1/sessions/refresh', {
    body: { refreshToken: person.refreshToken },
  })
  expect(refreshed.status).toBe(401)
  expect((await server.call('POST', '/v1/tokens/cosmos', { bearer: person.accessToken })).status).toBe(401)
  // Azure has no way to take back a token that is out: it ends when it ends.
  localAzure.clock.advanceSeconds(3_600 + 15 * 60 + 1)
  await expect(read()).rejects.toMatchObject({ code: 403 })

  const again = await signIn(bob)
  const next = (await server.call('POST', '/v1/tokens/cosmos', { bearer: again.accessToken })).json
    .permissions
  const opened = next.map((one: { container: string; mode: string; partitionKey: string[] }) => [
    one.container,
    one.mode,
    one.partitionKey[0],
  ])
  expect(opened.sort()).toEqual([
    ['Profile', 'All', 'default'],
    ['User', 'Read', person.subject],
  ])
})

test('what the old role had at Cosmos is taken away although a session could not be ended; a repeat ends it', async ({
  localAzure,
}) => {
  const server = createLocalServer(localAzure)
  const signIn = async (who: Credentials) =>
    (await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } })).json
  const [admin, person] = [await signIn(alice), await signIn(bob)]
  await server.call('POST', '/v1/tokens/cosmos', { bearer: person.accessToken })
  const { endpoint, key } = localAzure.endpoints.cosmos
  const client = new CosmosClient({ endpoint, key })
  const user = client.database('latchkey').user(`${person.subject}.${person.role}`)
  expect((await user.permissions.readAll().fetchAll()).resources.length).toBeGreaterThan(0)

  const change = () =>
    server.call('PUT', `/v1/users/${person.subject}/role`, {
      bearer: admin.accessToken,
      body: { role: 'guest' },
      headers: { 'if-match': '*' },
    })
  const sessions = 'PATCH /dbs/latchkey-system/colls/Sessions/docs/'
  localAzure.faults.add({ service: 'cosmos', match: sessions, kind: '503', times: 100 })
  expect((await change()).status).toBeGreaterThanOrEqual(500)
  await expect(user.read()).rejects.toMatchObject({ code: 404 })

  localAzure.faults.clear()
  expect((await change()).status).toBe(200)
  const body = { refreshToken: person.refreshToken }
  expect((await server.call('POST', '/v1/sessions/refresh', { body })).status).toBe(401)
  client.dispose()
})

describe('an access token of before makes no resource tokens any more', () => {
  const acts = {
    'another role, which has alone what the former had': { body: { role: 'guest' }, permission: 'id-read' },
    'another role, and neither has anything alone': { body: { role: 'guest' }, permission: 'read' },
    'a disabled account': { body: { enabled: false }, permission: 'read' },
  }
  test.for(Object.entries(acts))('%s', async ([, { body, permission }], { localAzure }) => {
    const server = createLocalServer(localAzure, { app: unlimited })
    const signIn = async (who: Credentials) =>
      (await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } })).json
    const [admin, first] = [await signIn(alice), await signIn(bob)]
    const as = { bearer: admin.accessToken, headers: { 'if-match': '*' } }
    const path = `/v1/users/${first.subject}`
    const change = ({ role, enabled }: { role?: string; enabled?: boolean }) =>
      role === undefined
        ? server.call('PATCH', path, { ...as, body: { enabled } })
        : server.call('PUT', `${path}/role`, { ...as, body: { role } })
    const { headers } = await server.call('GET', '/v1/role-permissions', as)
    const rules = ['editor', 'guest'].map((role) => ({ role, table: 'Profile', permission }))
    const put = { ...as, headers: { 'if-match': headers.get('etag') ?? '' }, body: { value: rules } }
    expect((await server.call('PUT', '/v1/role-permissions', put)).status).toBe(200)
    await change({ role: 'editor' })

    const former = await signIn(bob)
    const ask = (bearer: string) => server.call('POST', '/v1/tokens/cosmos', { bearer, body: {} })
    expect((await ask(former.accessToken)).status).toBe(200)
    // Whoever comes back costs one request, whether or not the role gives them anything alone.
    localAzure.requests.clear()
    expect((await ask(former.accessToken)).json.permissions.length).toBe(1)
    expect(localAzure.requests.list('cosmos').length).toBe(1)
    expect(localAzure.requests.list('entra')).toEqual([])

    expect((await change(body)).status).toBe(200)
    expect((await ask(former.accessToken)).status).toBe(401)
    await change({ enabled: true })
    const next = await signIn(bob)
    expect((await ask(next.accessToken)).status).toBe(200)
    if (next.role !== former.role) expect((await ask(former.accessToken)).status).toBe(401)
  })
})

test('a role that ends while its first resource tokens are made leaves nothing that counts later', async ({
  localAzure,
}) => {
  const { parts } = createLocalServer(localAzure).latchkey
  const { permissions } = parts.stores
  let isLive = true
  const confirm = async (): Promise<void> => {
    if (!isLive) throw new Error('the session has ended')
  }
  const slow = createResourceTokens({
    permissions: {
      ...permissions,
      createUser: async (user) => {
        // The role ends here, and whoever ends it finds no user to remove.
        isLive = false
        await parts.resourceTokens.removePerson('late')
        await permissions.createUser(user)
      },
    },
    rolePermissions: parts.stores.rolePermissions,
    lifetimeSeconds: 3_600,
    roles: parts.settings.roles,
    clock: localAzure.clock,
  })
  await expect(slow.issue({ id: 'late', role: 'new', confirm })).rejects.toThrow('the session has ended')
  expect(await permissions.read('late.new', 3_600)).toBeUndefined()
})
