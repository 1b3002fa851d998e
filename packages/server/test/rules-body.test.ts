/**
 * Rules as a body: what is answered can be sent back, at any size and under any version.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createMemoryStores } from '../src/index.ts'
import type { RolePermission } from '../src/resource-tokens/wanted-permissions.ts'
import { createLocalServer } from './support/local-server.ts'
import { alice } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

const roles = ['admin', 'editor', 'new', 'guest']
// The longest name of a container, in a script of three bytes a character.
const containers = Array.from({ length: 250 }, (_none, index) => `${index}`.padEnd(255, '語'))
const most: readonly RolePermission[] = containers.flatMap((table) =>
  roles.map((role) => ({ role, table, permission: 'id-read-write' as const })),
)

async function open(localAzure: LocalAzure, rolePermissions: readonly RolePermission[]) {
  const stores = createMemoryStores({ containers, rolePermissions })
  const server = createLocalServer(localAzure, { app: unlimited, ports: { stores } })
  const { json } = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...alice } })
  const bearer: string = json.accessToken
  const put = (etag: string, value: unknown, dryRun = true) =>
    server.call('PUT', `/v1/role-permissions?dryRun=${dryRun}`, {
      bearer,
      headers: { 'if-match': etag },
      body: { value },
    })
  return { server, stores, put, get: () => server.call('GET', '/v1/role-permissions', { bearer }), bearer }
}

test('a thousand rules that were answered can be sent back', async ({ localAzure }) => {
  const { get, put } = await open(localAzure, most)
  const { json, headers } = await get()
  expect(json.value).toHaveLength(1_000)
  const answer = await put(headers.get('etag') ?? '', json.value)
  expect(answer).toMatchObject({ status: 200, json: { unchanged: 1_000, failed: 0 } })
})

test('one more, and more than the longest, are refused before they are taken in', async ({ localAzure }) => {
  const { put } = await open(localAzure, [])
  const [rule] = most
  expect((await put('*', [...most, { ...rule, role: 'other' }])).status).toBe(400)
  expect(
    (
      await put(
        '*',
        most.map((each) => ({ ...each, more: 'x'.repeat(300) })),
      )
    ).status,
  ).toBe(413)
})

test('CreateRolePermission takes as many', async ({ localAzure }) => {
  const { server, bearer } = await open(localAzure, [])
  const permissions = most.filter(({ role }) => role === 'editor')
  const answer = await server.call('POST', '/api/CreateRolePermission', {
    body: { auth_token: bearer, role: 'editor', permissions, dryRun: true },
    headers: { 'x-functions-key': localAzure.endpoints.api.functionKey },
  })
  expect(answer).toMatchObject({ status: 200, json: { created: 250 } })
})

test('If-Match: * replaces whatever there is, and no If-Match nothing', async ({ localAzure }) => {
  const [rule] = most
  const { server, stores, put, bearer } = await open(localAzure, most.slice(1, 3))
  expect(await put('*', [rule], false)).toMatchObject({ status: 200, json: { created: 1, deleted: 2 } })
  expect((await stores.rolePermissions.all()).rules).toEqual([rule])
  const without = await server.call('PUT', '/v1/role-permissions', { bearer, body: { value: [] } })
  expect(without).toMatchObject({ status: 428, json: { code: 'precondition_required' } })
  expect((await put('W/"x"', [])).status).toBe(400)
})
