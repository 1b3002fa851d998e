/**
 * On an empty account: nothing has to be set up, whoever comes first, in however many processes.
 */

import { CosmosClient } from '@azure/cosmos'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createLocalServer } from './support/local-server.ts'
import { alice, bob } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

test('the first calls make the containers they need, with the life they need', async ({ localAzure }) => {
  const environment = { LATCHKEY_COSMOS_SYSTEM_DATABASE: 'fresh-system' }
  const servers = [1, 2].map(() => createLocalServer(localAzure, { environment }))
  const answers = await Promise.all(
    servers.flatMap((server) =>
      [alice, bob].map((who) => server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } })),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  const [admin] = answers.filter(({ json }) => json.role === 'admin')
  const bearer: string = admin?.json.accessToken
  const rules = await servers[0]!.call('GET', '/v1/role-permissions', { bearer })
  expect(rules).toMatchObject({ status: 200, json: { value: [] } })
  expect((await servers[1]!.call('GET', '/v1/audit', { bearer })).status).toBe(200)

  const { endpoint, key } = localAzure.endpoints.cosmos
  const { resources } = await new CosmosClient({ endpoint, key })
    .database('fresh-system')
    .containers.readAll()
    .fetchAll()
  const byId = Object.fromEntries(
    resources.map((one) => [one.id, [one.partitionKey?.paths[0], one.defaultTtl ?? null]]),
  )
  expect(byId).toEqual({ Sessions: ['/sid', -1], RolePermissions: ['/role', null], Audit: ['/subject', -1] })
})

test("while the app's own database is not there: every function answers, and nothing is left half done", async ({
  localAzure,
}) => {
  const databases = {
    LATCHKEY_COSMOS_DATABASE: 'fresh-app',
    LATCHKEY_COSMOS_SYSTEM_DATABASE: 'fresh-app-system',
  }
  const { endpoint, key } = localAzure.endpoints.cosmos
  const app = new CosmosClient({ endpoint, key }).database('fresh-app')
  const server = createLocalServer(localAzure, { app: unlimited, environment: databases })
  const signIn = (who: object) => server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } })
  const [admin, person] = [(await signIn(alice)).json, (await signIn(bob)).json]
  const auth = { auth_token: admin.accessToken }
  expect(await server.api('GetResourceTokens')).toMatchObject({
    status: 200,
    json: { group: 'guest', permissions: [] },
  })
  const none = { created: 0, updated: 0, deleted: 0, unchanged: 0, failed: 0 }
  expect((await server.api('CreateRolePermission', { ...auth, role: 'editor' }, 'POST')).json).toEqual({
    success: true,
    ...none,
  })
  const list = await server.call('GET', '/v1/role-permissions', { bearer: admin.accessToken })
  const put = await server.call('PUT', '/v1/role-permissions', {
    bearer: admin.accessToken,
    headers: { 'if-match': list.headers.get('etag') ?? '' },
    body: { value: [] },
  })
  expect(put).toMatchObject({ status: 200, json: none })
  const change = await server.api('UpdateRole', { ...auth, email: bob.email, role: 'editor' }, 'POST')
  expect(change).toMatchObject({ status: 200, json: { success: true } })
  const refreshed = await server.call('POST', '/v1/sessions/refresh', {
    body: { refreshToken: person.refreshToken },
  })
  expect(refreshed.status).toBe(401)
  await expect(app.read()).rejects.toMatchObject({ code: 404 })

  const { accessToken: bearer, role } = (await signIn(bob)).json
  expect(role).toBe('editor')
  expect((await server.call('DELETE', '/v1/me', { bearer })).status).toBe(204)
  expect(await server.latchkey.parts.accounts.load(person.subject)).toBeUndefined()
  const tokens = await server.call('POST', '/v1/tokens/cosmos', { bearer: admin.accessToken })
  expect(tokens).toMatchObject({ status: 200, json: { permissions: [] } })
})

test('a table that is dropped is forgotten by whoever comes next, however new', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, { app: unlimited })
  const { sessions } = server.latchkey.parts
  const ask = async (id: string) => {
    const person = { id, subject: { issuer: 'i', subject: id }, name: 'N' }
    const { accessToken: bearer } = await sessions.begin({ person, role: 'new' })
    return server.call('POST', '/v1/tokens/cosmos', { bearer })
  }
  const opened = async (id: string) =>
    (await ask(id)).json.permissions.map(({ container }: { container: string }) => container).sort()
  expect(await opened('known')).toEqual(['Profile', 'User'])
  const { endpoint, key, database } = localAzure.endpoints.cosmos
  await new CosmosClient({ endpoint, key }).database(database).container('Profile').delete()
  expect(await opened('unknown')).toEqual(['User'])
  expect(await opened('known')).toEqual(['User'])
})
