/**
 * Rules that somebody made by hand, as all of them were in the original: with any id, the role in any case, and more
 * than one row about the same thing.
 */

import { type Container, CosmosClient } from '@azure/cosmos'
import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { createLocalServer } from './support/local-server.ts'
import { alice } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

interface Row {
  readonly id: string
  readonly role: string
  readonly table: string
  readonly permission: string
  readonly note?: string
}

/** Rules of editors about `User`, made by hand and none else; and an admin who changes them. */
async function prepare(localAzure: LocalAzure, rows: readonly Row[]) {
  const { endpoint, key, systemDatabase } = localAzure.endpoints.cosmos
  const container = new CosmosClient({ endpoint, key }).database(systemDatabase).container('RolePermissions')
  for (const { id, role } of await rowsIn(container)) await container.item(id, role).delete()
  for (const row of rows) {
    await container.items.create(row)
    localAzure.clock.advanceSeconds(1)
  }
  const server = createLocalServer(localAzure, { app: unlimited })
  const admin = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...alice } })
  const bearer: string = admin.json.accessToken
  const headers = { 'x-functions-key': localAzure.endpoints.api.functionKey }
  return {
    rows: () => rowsIn(container),
    list: () => server.call('GET', '/v1/role-permissions', { bearer }),
    set: (permission: string) =>
      server.call('POST', '/api/CreateRolePermission', {
        headers,
        body: {
          auth_token: bearer,
          role: 'editor',
          permissions: [{ role: 'editor', table: 'User', permission }],
        },
      }),
    replace: (etag: string, value: unknown) =>
      server.call('PUT', '/v1/role-permissions', { bearer, headers: { 'if-match': etag }, body: { value } }),
    opens: async () => {
      const { parts } = createLocalServer(localAzure).latchkey
      const person = { id: 'somebody', subject: { issuer: 'i', subject: 's' }, name: 'S' }
      const { accessToken } = await parts.sessions.begin({ person, role: 'editor' })
      const { json } = await createLocalServer(localAzure).call('POST', '/v1/tokens/cosmos', {
        bearer: accessToken,
        body: {},
      })
      return json.permissions.map((one: { mode: string }) => one.mode)
    },
  }
}

async function rowsIn(container: Container): Promise<Row[]> {
  const { resources } = await container.items.readAll<Row>().fetchAll()
  return resources
    .filter(({ permission }) => permission !== undefined)
    .map(({ id, role, table, permission, note }) => ({ id, role, table, permission, ...(note && { note }) }))
}

const byHand = { id: 'e5b1c7e2', role: 'Editor', table: 'user', permission: 'read', note: 'asked for by Ann' }
const counts = { created: 0, updated: 0, deleted: 0, unchanged: 0, failed: 0 }

describe('a row with an id of its own and the role in capitals', () => {
  test('is changed where it stands, with what else is in it', async ({ localAzure }) => {
    const world = await prepare(localAzure, [byHand])
    expect(await world.opens()).toEqual(['Read'])
    expect((await world.set('write')).json).toEqual({ success: true, ...counts, updated: 1 })
    expect(await world.rows()).toEqual([{ ...byHand, permission: 'read-write' }])
    expect(await world.opens()).toEqual(['All'])
  })

  test('is removed, and what it gave', async ({ localAzure }) => {
    const world = await prepare(localAzure, [byHand])
    expect((await world.set('none')).json).toEqual({ success: true, ...counts, deleted: 1 })
    expect(await world.rows()).toEqual([])
    expect(await world.opens()).toEqual([])
  })

  test('goes with a list that does not name it', async ({ localAzure }) => {
    const world = await prepare(localAzure, [byHand])
    const etag = (await world.list()).headers.get('etag') ?? ''
    expect((await world.replace(etag, [])).json).toEqual({ ...counts, deleted: 1 })
    expect(await world.rows()).toEqual([])
  })
})

describe('several rows about one thing', () => {
  const older = { id: 'a', role: 'EDITOR', table: 'User', permission: 'read-write' }
  const newer = { id: 'b', role: 'editor', table: 'User', permission: 'read' }

  test.for([
    { rows: [older, newer], mode: 'Read' },
    { rows: [newer, older], mode: 'All' },
  ])('are one rule, and the one written last counts: $mode', async ({ rows, mode }, { localAzure }) => {
    const world = await prepare(localAzure, rows)
    expect((await world.list()).json.value).toEqual([
      { role: 'editor', table: 'User', permission: rows[1]?.permission },
    ])
    expect(await world.opens()).toEqual([mode])
  })

  test('become one row when the list is put back as it was read, and then nothing changes', async ({
    localAzure,
  }) => {
    const world = await prepare(localAzure, [older, newer])
    for (const report of [
      { ...counts, updated: 1 },
      { ...counts, unchanged: 1 },
    ]) {
      const { json, headers } = await world.list()
      expect(await world.replace(headers.get('etag') ?? '', json.value)).toMatchObject({
        status: 200,
        json: report,
      })
      expect(await world.rows()).toEqual([newer])
    }
  })

  test('all go when the rule is taken away', async ({ localAzure }) => {
    const world = await prepare(localAzure, [older, newer, byHand])
    expect((await world.set('none')).json).toEqual({ success: true, ...counts, deleted: 1 })
    expect(await world.rows()).toEqual([])
  })
})

describe('a row that the server would have named so itself', () => {
  const named = { id: 'editor.User', role: 'editor', table: 'Profile', permission: 'read' }
  const second = { ...named, id: 'editor.User.2', table: 'Notes', note: 'kept' }

  test('and is about something else stays as it is', async ({ localAzure }) => {
    const world = await prepare(localAzure, [named, second])
    expect((await world.set('read-write')).json).toEqual({ success: true, ...counts, created: 1 })
    const own = { id: 'editor.User.3', role: 'editor', table: 'User', permission: 'read-write' }
    expect(await world.rows()).toEqual([named, second, own])
    expect((await world.set('read')).json).toEqual({ success: true, ...counts, updated: 1 })
    expect(await world.rows()).toEqual([named, second, { ...own, permission: 'read' }])
  })

  test('and appeared meanwhile, about the same, is changed where it stands', async ({ localAzure }) => {
    const same = { ...named, table: 'user', note: 'by hand' }
    const world = await prepare(localAzure, [same])
    const { rolePermissions } = createLocalServer(localAzure).latchkey.parts.stores
    await rolePermissions.put({ role: 'editor', table: 'User', permission: 'read-write' }, [])
    expect(await world.rows()).toEqual([{ ...same, permission: 'read-write' }])
  })

  test('is there once although the answer to its creation is lost', async ({ localAzure }) => {
    const world = await prepare(localAzure, [])
    const match = 'POST /dbs/latchkey-system/colls/RolePermissions/docs'
    const { rolePermissions } = createLocalServer(localAzure).latchkey.parts.stores
    localAzure.faults.add({ service: 'cosmos', match, kind: 'drop-response', times: 1 })
    await rolePermissions.put({ role: 'editor', table: 'User', permission: 'read' }, [])
    expect(await world.rows()).toEqual([{ ...named, table: 'User' }])
  })
})

test.for([
  { gone: ['a'], left: 'editor.User' },
  { gone: ['a', 'editor.User'], left: 'c' },
  { gone: ['a', 'editor.User', 'c'], left: 'editor.User' },
])(
  'of rows that went away after they were read, $gone, one is left: $left',
  async (given, { localAzure }) => {
    const rows = ['a', 'editor.User', 'c'].map((id) => ({
      id,
      role: 'editor',
      table: 'User',
      permission: 'read',
    }))
    const world = await prepare(localAzure, rows)
    const { rolePermissions } = createLocalServer(localAzure).latchkey.parts.stores
    await rolePermissions.remove(given.gone.map((id) => ({ id, role: 'editor' })))
    await rolePermissions.put({ role: 'editor', table: 'User', permission: 'read-write' }, rows)
    expect(await world.rows()).toEqual([
      { id: given.left, role: 'editor', table: 'User', permission: 'read-write' },
    ])
    expect(await world.opens()).toEqual(['All'])
  },
)
