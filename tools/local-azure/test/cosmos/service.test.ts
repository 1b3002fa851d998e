/**
 * What the service does besides the protocol: seed, reset, overview, ledger.
 */

import { CosmosClient, PermissionMode } from '@azure/cosmos'
import { afterEach, describe, expect, test } from 'vitest'
import { createCosmosService } from '../../src/cosmos/cosmos-service.ts'
import { createInProcessCosmos } from '../../src/cosmos/in-process.ts'
import { seedRolePermissions, seedUsers } from '../../src/host/seed.ts'
import { createTestHost, type TestHost, type TestHostOptions } from '../../src/host/test-host.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

function open(options: TestHostOptions = {}): { host: TestHost; client: CosmosClient } {
  const host = createTestHost(options)
  const { httpClient, endpoint, key } = createInProcessCosmos(host)
  const client = new CosmosClient({
    endpoint,
    key,
    httpClient,
    connectionPolicy: {
      retryOptions: {
        maxRetryAttemptCount: 0,
        fixedRetryIntervalInMilliseconds: 0,
        maxWaitTimeInSeconds: 0,
      } as never,
    },
  })
  closers.push(() => {
    client.dispose()
    host.close()
  })
  return { host, client }
}

describe('a new account', () => {
  test("holds a row for each seeded person, in the person's own partition", async () => {
    const { client, host } = open()
    const { resources } = await client.database('latchkey').container('User').items.readAll().fetchAll()
    expect(resources).toHaveLength(seedUsers.length)
    for (const { alias, email } of seedUsers) {
      const id = host.keys.id(`user:${alias}`)
      expect(
        (await client.database('latchkey').container('User').item(id, id).read()).resource,
      ).toMatchObject({ email, partition: id })
    }
  })

  test("holds profiles in the default partition and in each person's", async () => {
    const { client } = open()
    const profiles = client.database('latchkey').container('Profile')
    const { resources } = await profiles.items
      .query('SELECT VALUE c.id FROM c', { partitionKey: 'default' })
      .fetchAll()
    expect(resources.length).toBeGreaterThan(0)
    expect((await profiles.items.readAll().fetchAll()).resources).toHaveLength(
      resources.length + seedUsers.length,
    )
  })

  test('holds the role permissions', async () => {
    const { client } = open()
    const { resources } = await client
      .database('latchkey-system')
      .container('RolePermissions')
      .items.readAll()
      .fetchAll()
    expect(resources).toHaveLength(seedRolePermissions.length)
    expect(resources).toContainEqual(
      expect.objectContaining({ id: 'guest.Profile', role: 'guest', table: 'Profile', permission: 'read' }),
    )
  })

  test.for([
    ['Sessions', -1],
    ['CommunicationUsers', -1],
    ['Audit', undefined],
  ] as const)('lets the items of %s end: %s', async ([id, defaultTtl]) => {
    const { client } = open()
    expect((await client.database('latchkey-system').container(id).read()).resource?.defaultTtl).toBe(
      defaultTtl,
    )
  })
})

describe('the service', () => {
  test('forgets everything and seeds again on reset', async () => {
    const host = createTestHost()
    const service = createCosmosService(host)
    closers.push(() => host.close())
    const count = (): number => Number(service.overview?.()[0]?.rows.length)
    const before = count()
    host.database.exec('DELETE FROM items')
    await service.reset()
    expect(count()).toBe(before)
    expect(service.overview?.()[0]?.rows.find((row) => row[1] === 'User')?.[4]).toBe(String(seedUsers.length))
  })

  test('shows who holds which permission, and records each token it hands out', async () => {
    const { client, host } = open()
    const { user } = await client.database('latchkey').users.create({ id: 'alice' })
    const definition = {
      id: 'Profile',
      permissionMode: PermissionMode.Read,
      resource: 'dbs/latchkey/colls/Profile',
      resourcePartitionKey: ['default'],
    }
    await user.permissions.create(definition as never, { resourceTokenExpirySeconds: 700 })
    const [issued] = host.tokens.list()
    expect(issued).toMatchObject({
      service: 'cosmos',
      holder: 'alice',
      grants: ['read dbs/latchkey/colls/Profile ["default"]'],
    })
    expect(Number(issued?.expiresAtMs) - Number(issued?.issuedAtMs)).toBe(700_000)
    const overview = createCosmosService(host).overview?.() ?? []
    expect(overview[1]?.rows).toEqual([
      ['latchkey', 'alice', 'Profile', 'read', 'dbs/latchkey/colls/Profile', '["default"]'],
    ])
    expect(JSON.stringify(overview)).not.toContain('type=resource')
  })
})
