/**
 * How long a role outlives its change: what docs/security.md states, seen by the real @azure/cosmos.
 */

import { CosmosClient } from '@azure/cosmos'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createLocalServer } from './support/local-server.ts'
import { alice, bob, type Credentials } from './support/sign-in-page.ts'

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
  // Azure has no way to take back a token that is out: it ends when it ends.
  localAzure.clock.advance(3_600 + 15 * 60 + 1)
  await expect(read()).rejects.toMatchObject({ code: 403 })
  expect((await server.call('POST', '/v1/tokens/cosmos', { bearer: person.accessToken })).status).toBe(401)

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
  const permitted = async (): Promise<unknown[]> =>
    (await client.database('latchkey').user(person.subject).permissions.readAll().fetchAll()).resources.map(
      ({ id, permissionMode }) => [id, permissionMode],
    )
  const before = await permitted()

  const change = () =>
    server.call('PUT', `/v1/users/${person.subject}/role`, {
      bearer: admin.accessToken,
      body: { role: 'guest' },
      headers: { 'if-match': '*' },
    })
  const sessions = 'PATCH /dbs/latchkey-system/colls/Sessions/docs/'
  localAzure.faults.add({ service: 'cosmos', match: sessions, kind: '503', times: 100 })
  expect((await change()).status).toBeGreaterThanOrEqual(500)
  expect(await permitted()).not.toEqual(before)
  const left = await permitted()

  localAzure.faults.clear()
  expect((await change()).status).toBe(200)
  expect(await permitted()).toEqual(left)
  const body = { refreshToken: person.refreshToken }
  expect((await server.call('POST', '/v1/sessions/refresh', { body })).status).toBe(401)
  client.dispose()
})
