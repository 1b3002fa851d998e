import { type Container, type CosmosClient, PermissionMode, type User } from '@azure/cosmos'
import { describe, expect } from 'vitest'
import { check, checkLocally, query, useTarget } from './target.ts'

const target = useTarget()

interface Granted {
  readonly container: Container
  readonly user: User
  /** The container as the holder of the token sees it. */
  readonly open: Container
  readonly token: string
  readonly client: CosmosClient
}

interface Wanted {
  readonly mode?: PermissionMode
  readonly key?: unknown[]
  readonly item?: string
  readonly seconds?: number
}

async function grant({ mode = PermissionMode.All, key, item, seconds }: Wanted = {}): Promise<Granted> {
  const container = await target.container()
  for (const [id, pk] of [
    ['a', 'p'],
    ['b', 'q'],
  ])
    await container.items.create({ id: id ?? '', pk })
  const { user } = await target.database.users.create({ id: target.unique('u') })
  const link = `dbs/${target.database.id}/colls/${container.id}`
  const definition = {
    id: 'permission',
    permissionMode: mode,
    resource: item ? `${link}/docs/${item}` : link,
    ...(key ? { resourcePartitionKey: key } : {}),
  }
  const { resource } = await user.permissions.create(
    definition as never,
    seconds ? { resourceTokenExpirySeconds: seconds } : {},
  )
  const token = tokenOf(resource)
  const client = target.connect({ resourceTokens: { [link]: token } })
  return { container, user, token, client, open: client.database(target.database.id).container(container.id) }
}

function tokenOf(permission: object | undefined): string {
  return (permission as { _token: string } | undefined)?._token ?? ''
}

describe('users', () => {
  check('user: create, read, list, query, replace, delete', async () => {
    const id = target.unique('u')
    const { user, statusCode } = await target.database.users.create({ id })
    expect(statusCode).toBe(201)
    expect((await user.read()).resource).toMatchObject({ id, _permissions: 'permissions/' })
    const ids = (await target.database.users.readAll().fetchAll()).resources.map((entry) => entry.id)
    expect(ids).toContain(id)
    const found = await target.database.users
      .query({ query: `SELECT * FROM c WHERE c.id = "${id}"` })
      .fetchAll()
    expect(found.resources).toHaveLength(1)
    const renamed = await user.replace({ id: `${id}-2` })
    expect(renamed.resource?.id).toBe(`${id}-2`)
    expect((await target.database.user(`${id}-2`).delete()).statusCode).toBe(204)
  })

  check('user: twice is 409, upsert is not', async () => {
    const id = target.unique('u')
    await target.database.users.create({ id })
    await expect(target.database.users.create({ id })).rejects.toMatchObject({ code: 409 })
    expect((await target.database.users.upsert({ id })).statusCode).toBe(200)
  })

  check('user: unknown is 404', async () => {
    await expect(target.database.user('nobody').read()).rejects.toMatchObject({ code: 404 })
  })
})

describe('permissions', () => {
  check('permission: create answers with a token', async () => {
    const { user, token } = await grant({ key: ['p'] })
    expect(token).toMatch(/^type=resource&ver=1(\.0)?&sig=[A-Za-z0-9+/]{22}==;[A-Za-z0-9+/=]+;$/)
    const { resource } = await user.permission('permission').read()
    expect(resource).toMatchObject({ id: 'permission', permissionMode: 'all', resourcePartitionKey: ['p'] })
  })

  check('permission: read and list make new tokens', async () => {
    const { user, token } = await grant()
    const { resource } = await user
      .permission('permission')
      .read({ resourceTokenExpirySeconds: 700 } as never)
    expect(tokenOf(resource)).not.toBe(token)
    const { resources } = await user.permissions
      .readAll({ initialHeaders: { 'x-ms-documentdb-expiry-seconds': '800' } } as never)
      .fetchAll()
    expect(resources).toHaveLength(1)
    expect([token, tokenOf(resource)]).not.toContain(tokenOf(resources[0]))
  })

  check('permission: one a resource and user', async () => {
    const { user, container } = await grant({ key: ['p'] })
    const second = {
      id: 'second',
      permissionMode: PermissionMode.Read,
      resource: `dbs/${target.database.id}/colls/${container.id}`,
    }
    await expect(user.permissions.create(second as never)).rejects.toMatchObject({ code: 409 })
  })

  check('permission: one id a user', async () => {
    const { user } = await grant()
    const other = await target.container()
    const same = {
      id: 'permission',
      permissionMode: PermissionMode.Read,
      resource: `dbs/${target.database.id}/colls/${other.id}`,
    }
    await expect(user.permissions.create(same as never)).rejects.toMatchObject({ code: 409 })
  })

  check('permission: upsert, replace, delete', async () => {
    const { user, container } = await grant()
    const resource = `dbs/${target.database.id}/colls/${container.id}`
    const definition = { id: 'permission', permissionMode: PermissionMode.Read, resource }
    expect((await user.permissions.upsert(definition as never)).resource).toMatchObject({
      permissionMode: 'read',
    })
    const replaced = await user
      .permission('permission')
      .replace({ ...definition, permissionMode: PermissionMode.All } as never)
    expect(replaced.resource).toMatchObject({ permissionMode: 'all' })
    expect((await user.permission('permission').delete()).statusCode).toBe(204)
    await expect(user.permission('permission').read()).rejects.toMatchObject({ code: 404 })
  })

  check('permission: a database is no resource', async () => {
    const { user } = await target.database.users.create({ id: target.unique('u') })
    const definition = { id: 'x', permissionMode: PermissionMode.Read, resource: `dbs/${target.database.id}` }
    await expect(user.permissions.create(definition as never)).rejects.toMatchObject({ code: 400 })
  })

  check('permission: a link of 256 characters is refused', async () => {
    const { user } = await target.database.users.create({ id: target.unique('u') })
    const resource = `dbs/${target.database.id}/colls/`.padEnd(256, 'c')
    await expect(
      user.permissions.create({ id: 'x', permissionMode: PermissionMode.Read, resource } as never),
    ).rejects.toMatchObject({ code: 400 })
  })

  check('permission: a partition key must be an array', async () => {
    const { user } = await target.database.users.create({ id: target.unique('u') })
    const resource = `dbs/${target.database.id}/colls/${(await target.container()).id}`
    const definition = { id: 'x', permissionMode: PermissionMode.Read, resource, resourcePartitionKey: 'p' }
    await expect(user.permissions.create(definition as never)).rejects.toMatchObject({ code: 400 })
  })

  check('permission: on an item it needs the whole partition key', async () => {
    await expect(grant({ item: 'a' })).rejects.toMatchObject({
      code: 400,
      body: { message: expect.stringContaining('resourcePartitionKey') },
    })
    const container = await target.container({
      partitionKey: { paths: ['/tenant', '/user'], kind: 'MultiHash' as never, version: 2 },
    })
    const { user } = await target.database.users.create({ id: target.unique('u') })
    const resource = `dbs/${target.database.id}/colls/${container.id}/docs/a`
    const create = (resourcePartitionKey: string[]): Promise<{ statusCode: number }> =>
      user.permissions.create({ id: 'x', permissionMode: 'read', resource, resourcePartitionKey } as never)
    await expect(create(['t1'])).rejects.toMatchObject({ code: 400 })
    expect((await create(['t1', 'u'])).statusCode).toBe(201)
  })

  for (const [seconds, outcome] of [
    [599, 400],
    [600, 201],
    [86_400, 201],
    [86_401, 400],
  ] as const) {
    check(`permission: a life of ${seconds} s is ${outcome}`, async () => {
      const status = await grant({ seconds }).then(
        () => 201,
        (error: { code: number }) => error.code,
      )
      expect(status).toBe(outcome)
    })
  }
})

describe('resource tokens', () => {
  check('token: reads, queries and writes its container', async () => {
    const { open } = await grant()
    expect((await open.item('a', 'p').read()).resource?.id).toBe('a')
    expect(await query(open, 'SELECT VALUE c.id FROM c')).toEqual(['a', 'b'])
    expect((await open.items.create({ id: 'c', pk: 'p' })).statusCode).toBe(201)
  })

  check('token: a reading one does not write', async () => {
    const { open } = await grant({ mode: PermissionMode.Read })
    expect((await open.item('a', 'p').read()).resource?.id).toBe('a')
    await expect(open.items.create({ id: 'c', pk: 'p' })).rejects.toMatchObject({ code: 403 })
    await expect(open.item('a', 'p').delete()).rejects.toMatchObject({ code: 403 })
  })

  check('token: of a partition key opens that one only', async () => {
    const { open } = await grant({ key: ['p'] })
    expect((await open.item('a', 'p').read()).resource?.id).toBe('a')
    expect(await query(open, 'SELECT VALUE c.id FROM c', {}, { partitionKey: 'p' })).toEqual(['a'])
    await expect(open.item('b', 'q').read()).rejects.toMatchObject({ code: 403 })
    await expect(query(open, 'SELECT * FROM c')).rejects.toMatchObject({ code: 403 })
    await expect(open.items.create({ id: 'c', pk: 'q' })).rejects.toMatchObject({ code: 403 })
  })

  check('token: of a partition key opens the bulk operations on it', async () => {
    const { open, container } = await grant({ key: ['p'] })
    const create = (id: string, pk: string) => ({
      operationType: 'Create' as const,
      partitionKey: pk,
      resourceBody: { id, pk },
    })
    const operations = [create('c', 'p'), create('d', 'q'), create('e', 'p')]
    const results = await open.items.executeBulkOperations(operations)
    expect(results.map(({ response, error }) => response?.statusCode ?? error?.code)).toEqual([201, 403, 201])
    expect(await query(container, 'SELECT VALUE c.id FROM c')).toEqual(['a', 'b', 'c', 'e'])
  })

  check('token: of an item opens that one only', async () => {
    const { open } = await grant({ item: 'a', key: ['p'] })
    expect((await open.item('a', 'p').read()).resource?.id).toBe('a')
    await expect(open.item('b', 'p').read()).rejects.toMatchObject({ code: 403 })
    await expect(query(open, 'SELECT * FROM c', {}, { partitionKey: 'p' })).rejects.toMatchObject({
      code: 403,
    })
  })

  check('token: permissionFeed', async () => {
    const { user, container } = await grant()
    const { resources } = await user.permissions.readAll().fetchAll()
    const client = target.connect({ permissionFeed: resources as never })
    const open = client.database(target.database.id).container(container.id)
    expect((await open.item('a', 'p').read()).resource?.id).toBe('a')
  })

  check('token: opens no other container', async () => {
    const { token } = await grant()
    const other = await target.container()
    const client = target.connect({
      resourceTokens: { [`dbs/${target.database.id}/colls/${other.id}`]: token },
    })
    const open = client.database(target.database.id).container(other.id)
    await expect(open.item('a', 'p').read()).rejects.toMatchObject({ code: 403 })
  })

  checkLocally('token: ends when its life is over', async () => {
    const { open } = await grant({ seconds: 600 })
    // The machine's own seconds go by as well.
    target.advance(570)
    expect((await open.item('a', 'p').read()).resource?.id).toBe('a')
    target.advance(30)
    await expect(open.item('a', 'p').read()).rejects.toMatchObject({ code: 403 })
  })

  checkLocally('token: lives an hour when nothing else is asked', async () => {
    const { open } = await grant()
    // The machine's own seconds go by as well.
    target.advance(3570)
    expect((await open.item('a', 'p').read()).resource?.id).toBe('a')
    target.advance(30)
    await expect(open.item('a', 'p').read()).rejects.toMatchObject({ code: 403 })
  })

  check('token: outlives its permission and its user', async () => {
    const { user, open } = await grant()
    await user.delete()
    expect((await open.item('a', 'p').read()).resource?.id).toBe('a')
  })

  check('token: of a container made anew under the old name opens nothing', async () => {
    const { container, open } = await grant()
    await container.delete()
    await target.database.containers.create({ id: container.id, partitionKey: '/pk' })
    await expect(open.items.readAll().fetchAll()).rejects.toMatchObject({ code: 403 })
  })

  check('token: hierarchical, by a prefix', async () => {
    const container = await target.container({
      partitionKey: { paths: ['/tenant', '/user'], kind: 'MultiHash' as never, version: 2 },
    })
    for (const [id, tenant] of [
      ['a', 't1'],
      ['b', 't2'],
    ])
      await container.items.create({ id: id ?? '', tenant, user: 'u' })
    const link = `dbs/${target.database.id}/colls/${container.id}`
    const { user } = await target.database.users.create({ id: target.unique('u') })
    const definition = {
      id: 'x',
      permissionMode: PermissionMode.All,
      resource: link,
      resourcePartitionKey: ['t1'],
    }
    const token = tokenOf((await user.permissions.create(definition as never)).resource)
    const open = target
      .connect({ resourceTokens: { [link]: token } })
      .database(target.database.id)
      .container(container.id)
    expect((await open.item('a', ['t1', 'u']).read()).resource?.id).toBe('a')
    expect(await query(open, 'SELECT VALUE c.id FROM c', {}, { partitionKey: ['t1'] })).toEqual(['a'])
    await expect(open.item('b', ['t2', 'u']).read()).rejects.toMatchObject({ code: 403 })
  })
})

describe('the master key', () => {
  check('key: a wrong one is 401', async () => {
    const wrong = target.connect({ key: Buffer.alloc(64, 1).toString('base64') })
    await expect(wrong.databases.readAll().fetchAll()).rejects.toMatchObject({ code: 401 })
  })

  check('key: none is 401', async () => {
    const response = await fetch(new URL('dbs', target.endpoint), {
      headers: { 'x-ms-version': '2020-07-15' },
    })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({
      code: 'Unauthorized',
      message: expect.stringContaining('ActivityId'),
    })
  })
})
