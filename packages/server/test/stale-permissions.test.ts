/**
 * Permissions that no rule asks for any more go, also the last one: seen in Cosmos DB itself.
 */

import { CosmosClient } from '@azure/cosmos'
import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice, bob } from './support/sign-in-page.ts'

function cosmosOf({ endpoints: { cosmos } }: LocalAzure) {
  const client = new CosmosClient({ endpoint: cosmos.endpoint, key: cosmos.key })
  return {
    app: client.database(cosmos.database),
    rules: client.database(cosmos.systemDatabase).container('RolePermissions'),
  }
}

async function permissionsOf(localAzure: LocalAzure, user: string): Promise<readonly string[]> {
  const { resources } = await cosmosOf(localAzure).app.user(user).permissions.readAll().fetchAll()
  return resources.map(({ id }) => id).sort()
}

/** Takes a role's rules away as the portal would, without a word to any server. */
async function removeRules(localAzure: LocalAzure, role: string): Promise<void> {
  const { rules } = cosmosOf(localAzure)
  const { resources } = await rules.items.query(`SELECT c.id FROM c WHERE c.role = '${role}'`).fetchAll()
  await Promise.all(resources.map(({ id }) => rules.item(id, role).delete()))
}

const signIn = async (server: LocalServer, who: object) =>
  (await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } })).json

test('the shared permissions of a role without rules', async ({ localAzure }) => {
  const { accessToken, subject } = await signIn(createLocalServer(localAzure), bob)
  const { parts } = createLocalServer(localAzure).latchkey
  const person = { id: subject, subject: { issuer: 'i', subject }, name: 'B' }
  const { accessToken: editor } = await parts.sessions.begin({ person, role: 'editor' })
  const ask = (bearer: string) =>
    createLocalServer(localAzure).call('POST', '/v1/tokens/cosmos', { bearer, body: {} })
  await ask(editor)
  expect(await permissionsOf(localAzure, 'editor')).toEqual(['Profile'])

  await removeRules(localAzure, 'editor')
  expect(await ask(editor)).toMatchObject({ status: 200, json: { permissions: [] } })
  expect(await permissionsOf(localAzure, 'editor')).toEqual([])
  expect(await permissionsOf(localAzure, `${subject}.editor`)).toEqual([])
  expect((await ask(accessToken)).json.permissions.length).toBe(2)
})

test("a person's own, when no rule gives them any", async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const { accessToken, subject } = await signIn(server, bob)
  const ask = () => server.call('POST', '/v1/tokens/cosmos', { bearer: accessToken, body: {} })
  await ask()
  expect(await permissionsOf(localAzure, `${subject}.new`)).toEqual(['Profile', 'User'])

  const admin = await signIn(server, alice)
  const key = { 'x-functions-key': localAzure.endpoints.api.functionKey }
  const permissions = ['Profile', 'User'].map((table) => ({ role: 'new', table, permission: 'none' }))
  const body = { auth_token: admin.accessToken, role: 'new', permissions }
  const changed = await server.call('POST', '/api/CreateRolePermission', { body, headers: key })
  expect(changed).toMatchObject({ status: 200, json: { success: true, failed: 0 } })

  // What the person has is taken away when they come next: one read finds it, and whether they may be here is asked.
  localAzure.requests.clear()
  const answer = await ask()
  expect(answer).toMatchObject({ status: 200, json: { permissions: [] } })
  expect(await permissionsOf(localAzure, `${subject}.new`)).toEqual([])
  localAzure.requests.clear()
  await ask()
  expect(localAzure.requests.list('cosmos').length).toBe(1)
})

test('whoever comes with a former role takes nothing that the present one gave', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const { subject } = await signIn(server, alice)
  const { parts } = server.latchkey
  const person = { id: subject, subject: { issuer: 'i', subject }, name: 'A' }
  const present = await parts.sessions.begin({ person, role: 'admin' })
  const former = await parts.sessions.begin({ person, role: 'guest' })
  await parts.sessions.revokeOwn(subject, former.session.sid, 'role-change')
  await server.call('POST', '/v1/tokens/cosmos', { bearer: present.accessToken, body: {} })
  const given = await permissionsOf(localAzure, `${subject}.admin`)
  expect(given.length).toBeGreaterThan(0)

  const byAccess = await server.call('POST', '/v1/tokens/cosmos', { bearer: former.accessToken, body: {} })
  const byRefresh = await server.api('GetResourceTokens', { refresh_token: former.refreshToken })
  expect([byAccess.status, byRefresh.status]).toEqual([401, 400])
  expect(await permissionsOf(localAzure, `${subject}.admin`)).toEqual(given)
})
