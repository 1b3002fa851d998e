import type { Container } from '@azure/cosmos'
import { describe, expect } from 'vitest'
import { check, useTarget } from './target.ts'

const target = useTarget()

describe('databases', () => {
  check('database: create, read, list, delete', async () => {
    const id = target.unique('db')
    const { database, statusCode } = await target.client.databases.create({ id })
    expect(statusCode).toBe(201)
    expect((await database.read()).resource).toMatchObject({ id, _colls: 'colls/', _users: 'users/' })
    const ids = (await target.client.databases.readAll().fetchAll()).resources.map((entry) => entry.id)
    expect(ids).toContain(id)
    expect((await database.delete()).statusCode).toBe(204)
    await expect(database.read()).rejects.toMatchObject({ code: 404 })
  })

  check('database: twice is 409', async () => {
    const id = target.unique('db')
    const { database } = await target.client.databases.create({ id })
    await expect(target.client.databases.create({ id })).rejects.toMatchObject({ code: 409 })
    await database.delete()
  })

  check('database: createIfNotExists is idempotent', async () => {
    const id = target.unique('db')
    expect((await target.client.databases.createIfNotExists({ id })).statusCode).toBe(201)
    const again = await target.client.databases.createIfNotExists({ id })
    expect(again.statusCode).toBe(200)
    await again.database.delete()
  })

  check('database: query by id', async () => {
    const spec = {
      query: 'SELECT * FROM root r WHERE r.id = @id',
      parameters: [{ name: '@id', value: target.database.id }],
    }
    const { resources } = await target.client.databases.query(spec).fetchAll()
    expect(resources).toHaveLength(1)
  })

  check('database: resource id is four bytes', async () => {
    const { resource } = await target.database.read()
    expect(Buffer.from(String(resource?._rid), 'base64')).toHaveLength(4)
  })

  check('database: system properties', async () => {
    const { resource } = await target.database.read()
    expect(resource).toMatchObject({
      _etag: expect.stringMatching(/^".+"$/),
      _ts: expect.any(Number),
      _self: expect.stringMatching(/^dbs\/.+\/$/),
    })
  })

  check('database: an id with a slash is refused', async () => {
    await expect(target.client.databases.create({ id: 'a/b' })).rejects.toThrow()
  })
})

describe('containers', () => {
  check('container: create, read, list, delete', async () => {
    const container = await target.container()
    const { resource } = await container.read()
    expect(resource).toMatchObject({ id: container.id, partitionKey: { paths: ['/pk'], kind: 'Hash' } })
    const ids = (await target.database.containers.readAll().fetchAll()).resources.map((entry) => entry.id)
    expect(ids).toContain(container.id)
    expect((await container.delete()).statusCode).toBe(204)
    await expect(container.read()).rejects.toMatchObject({ code: 404 })
  })

  check('container: twice is 409', async () => {
    const { id } = await target.container()
    await expect(target.database.containers.create({ id, partitionKey: '/pk' })).rejects.toMatchObject({
      code: 409,
    })
  })

  check('container: a name in any script', async () => {
    const container = await target.container({ id: target.unique('数据 ü') })
    await container.items.create({ id: '项', pk: 'ключ' })
    const { resources } = await container.items
      .query('SELECT VALUE c.id FROM c', { partitionKey: 'ключ' })
      .fetchAll()
    expect(resources).toEqual(['项'])
    expect((await container.item('项', 'ключ').read()).statusCode).toBe(200)
  })

  check('container: createIfNotExists is idempotent', async () => {
    const { id } = await target.container()
    const again = await target.database.containers.createIfNotExists({ id, partitionKey: '/pk' })
    expect(again.statusCode).toBe(200)
  })

  check('container: unknown database is 404', async () => {
    const nowhere = target.client.database(target.unique('none'))
    await expect(nowhere.containers.create({ id: 'x', partitionKey: '/pk' })).rejects.toMatchObject({
      code: 404,
    })
  })

  check('container: resource id is eight bytes', async () => {
    const { resource } = await (await target.container()).read()
    expect(Buffer.from(String(resource?._rid).replaceAll('-', '/'), 'base64')).toHaveLength(8)
  })

  check('container: query the list', async () => {
    const { id } = await target.container()
    const spec = { query: 'SELECT c.id FROM c WHERE c.id = @id', parameters: [{ name: '@id', value: id }] }
    expect((await target.database.containers.query(spec).fetchAll()).resources).toEqual([{ id }])
  })

  check('container: indexing policy is kept', async () => {
    const indexingPolicy = {
      indexingMode: 'consistent' as const,
      automatic: true,
      includedPaths: [{ path: '/*' }],
      excludedPaths: [{ path: '/secret/?' }],
    }
    const { resource } = await (await target.container({ indexingPolicy })).read()
    expect(resource?.indexingPolicy?.excludedPaths).toContainEqual({ path: '/secret/?' })
  })

  check('container: the default indexing policy is everything', async () => {
    const { resource } = await (await target.container()).read()
    expect(resource?.indexingPolicy).toMatchObject({
      indexingMode: 'consistent',
      automatic: true,
      includedPaths: [expect.objectContaining({ path: '/*' })],
    })
  })

  check('container: replace changes the time to live', async () => {
    const container = await target.container()
    const { resource } = await container.read()
    if (!resource) throw new Error('no container')
    const replaced = await container.replace({ ...resource, id: container.id, defaultTtl: 60 } as never)
    expect(replaced.resource?.defaultTtl).toBe(60)
    expect((await container.read()).resource?.defaultTtl).toBe(60)
  })

  check('container: the partition key cannot be changed', async () => {
    const container = await target.container()
    const changed = { id: container.id, partitionKey: { paths: ['/other'] } }
    await expect(container.replace(changed as never)).rejects.toMatchObject({ code: 400 })
  })

  check('container: a wrong time to live is refused', async () => {
    await expect(target.container({ defaultTtl: 0 })).rejects.toMatchObject({ code: 400 })
  })

  check('container: partition key ranges cover everything', async () => {
    const { resources } = await (await target.container()).readPartitionKeyRanges().fetchAll()
    expect(resources[0]).toMatchObject({ id: '0', minInclusive: '', maxExclusive: 'FF' })
  })

  check('container: feed ranges', async () => {
    expect(await (await target.container()).getFeedRanges()).toHaveLength(1)
  })

  check('container: deleting the database takes its containers along', async () => {
    const { database } = await target.client.databases.create({ id: target.unique('db') })
    const { container } = await database.containers.create({ id: 'x', partitionKey: '/pk' })
    await container.items.create({ id: '1', pk: 'p' })
    await database.delete()
    const { database: again } = await target.client.databases.create({ id: database.id })
    await expect(again.container('x').read()).rejects.toMatchObject({ code: 404 })
    await again.delete()
  })

  check('container: a new one under an old name is empty', async () => {
    const container = await target.container()
    await container.items.create({ id: '1', pk: 'p' })
    await container.delete()
    await target.database.containers.create({ id: container.id, partitionKey: '/pk' })
    expect((await container.items.readAll().fetchAll()).resources).toEqual([])
  })
})

describe('hierarchical partition keys', () => {
  const definition = { partitionKey: { paths: ['/tenant', '/user'], kind: 'MultiHash' as never, version: 2 } }

  check('hierarchical: create and read by the whole key', async () => {
    const container = await target.container(definition)
    await container.items.create({ id: '1', tenant: 't1', user: 'u1' })
    await container.items.create({ id: '1', tenant: 't1', user: 'u2' })
    expect((await container.item('1', ['t1', 'u2']).read()).resource).toMatchObject({ user: 'u2' })
    expect((await container.item('1', ['t2', 'u2']).read()).statusCode).toBe(404)
  })

  check('hierarchical: twice under one key is 409', async () => {
    const container = await target.container(definition)
    await container.items.create({ id: '1', tenant: 't1', user: 'u1' })
    await expect(container.items.create({ id: '1', tenant: 't1', user: 'u1' })).rejects.toMatchObject({
      code: 409,
    })
  })

  check('hierarchical: query by the whole key', async () => {
    const container = await target.container(definition)
    for (const user of ['u1', 'u2']) await container.items.create({ id: user, tenant: 't1', user })
    const { resources } = await container.items
      .query('SELECT VALUE c.id FROM c', { partitionKey: ['t1', 'u2'] })
      .fetchAll()
    expect(resources).toEqual(['u2'])
  })

  check('hierarchical: query by a prefix of the key', async () => {
    const container = await target.container(definition)
    for (const [id, tenant] of [
      ['a', 't1'],
      ['b', 't1'],
      ['c', 't10'],
    ]) {
      await container.items.create({ id: id ?? '', tenant, user: 'u' })
    }
    const { resources } = await container.items
      .query('SELECT VALUE c.id FROM c', { partitionKey: ['t1'] })
      .fetchAll()
    expect(resources).toEqual(['a', 'b'])
  })

  check('hierarchical: a point read needs the whole key', async () => {
    const container = await target.container(definition)
    await container.items.create({ id: '1', tenant: 't1', user: 'u1' })
    await expect(container.item('1', ['t1']).read()).rejects.toMatchObject({ code: 400 })
  })
})

describe('unique keys', () => {
  const unique = (...keys: string[][]): object => ({
    uniqueKeyPolicy: { uniqueKeys: keys.map((paths) => ({ paths })) },
  })

  check('unique key: a second holder is 409', async () => {
    const container = await target.container(unique(['/email']))
    await container.items.create({ id: '1', pk: 'p', email: 'a@x' })
    await expect(container.items.create({ id: '2', pk: 'p', email: 'a@x' })).rejects.toMatchObject({
      code: 409,
    })
  })

  check('unique key: another partition key is another space', async () => {
    const container = await target.container(unique(['/email']))
    await container.items.create({ id: '1', pk: 'p', email: 'a@x' })
    expect((await container.items.create({ id: '2', pk: 'q', email: 'a@x' })).statusCode).toBe(201)
  })

  check('unique key: of several paths, all must agree', async () => {
    const container = await target.container(unique(['/first', '/last']))
    await container.items.create({ id: '1', pk: 'p', first: 'a', last: 'b' })
    expect((await container.items.create({ id: '2', pk: 'p', first: 'a', last: 'c' })).statusCode).toBe(201)
    await expect(container.items.create({ id: '3', pk: 'p', first: 'a', last: 'b' })).rejects.toMatchObject({
      code: 409,
    })
  })

  check('unique key: an absent value counts as null', async () => {
    const container = await target.container(unique(['/email']))
    await container.items.create({ id: '1', pk: 'p' })
    await expect(container.items.create({ id: '2', pk: 'p', email: null })).rejects.toMatchObject({
      code: 409,
    })
  })

  check('unique key: objects are the same in any order of their properties', async () => {
    const container = await target.container(unique(['/e']))
    await container.items.create({ id: '1', pk: 'p', e: { a: 1, b: [{ c: 2, d: 3 }] } })
    const other = { b: [{ d: 3, c: 2 }], a: 1 }
    await expect(container.items.create({ id: '2', pk: 'p', e: other })).rejects.toMatchObject({ code: 409 })
  })

  check('unique key: ten of them, with 16 paths together', async () => {
    const paths = (count: number): string[] => Array.from({ length: count }, (_, i) => `/p${i}`)
    const keys = (count: number): string[][] => paths(count).map((path) => [path])
    for (const refused of [keys(11), [paths(17)], [paths(9), paths(8)]])
      await expect(target.container(unique(...refused))).rejects.toMatchObject({ code: 400 })
    await target.container(unique(...keys(10)))
    await target.container(unique(paths(8), paths(8)))
  })

  check('unique key: freed by a delete', async () => {
    const container = await target.container(unique(['/email']))
    await container.items.create({ id: '1', pk: 'p', email: 'a@x' })
    await container.item('1', 'p').delete()
    expect((await container.items.create({ id: '2', pk: 'p', email: 'a@x' })).statusCode).toBe(201)
  })

  check('unique key: moved by a replace', async () => {
    const container = await target.container(unique(['/email']))
    await container.items.create({ id: '1', pk: 'p', email: 'a@x' })
    await container.item('1', 'p').replace({ id: '1', pk: 'p', email: 'b@x' })
    expect((await container.items.create({ id: '2', pk: 'p', email: 'a@x' })).statusCode).toBe(201)
    await expect(container.item('2', 'p').replace({ id: '2', pk: 'p', email: 'b@x' })).rejects.toMatchObject({
      code: 409,
    })
  })
})

describe('offers', () => {
  check('offer: of a container with throughput', async () => {
    const container = await target.container({ throughput: 400 })
    const { resource } = await container.readOffer()
    expect(resource?.content?.offerThroughput).toBe(400)
  })

  check('offer: replace', async () => {
    const container = await target.container({ throughput: 400 })
    const { resource, offer } = await container.readOffer()
    if (!resource || !offer) throw new Error('no offer')
    await offer.replace({ ...resource, content: { ...resource.content, offerThroughput: 1000 } } as never)
    expect((await container.readOffer()).resource?.content?.offerThroughput).toBe(1000)
  })

  check('offer: autoscale', async () => {
    const container = await target.container({ maxThroughput: 4000 })
    expect((await container.readOffer()).resource?.content?.offerAutopilotSettings?.maxThroughput).toBe(4000)
  })

  check('offer: a replacement keeps to the rules of a new one', async () => {
    const replace = async (container: Container, content: object): Promise<unknown> => {
      const { resource, offer } = await container.readOffer()
      return offer?.replace({ ...resource, content: { ...resource?.content, ...content } } as never)
    }
    const manual = await target.container({ throughput: 400 })
    for (const offerThroughput of [0, 300, 450, -400, 400.5, '400', null])
      await expect(replace(manual, { offerThroughput })).rejects.toMatchObject({ code: 400 })
    const autoscale = await target.container({ maxThroughput: 1000 })
    for (const maxThroughput of [1, 900, 1500, -1000, '1000', null])
      await expect(replace(autoscale, { offerAutopilotSettings: { maxThroughput } })).rejects.toMatchObject({
        code: 400,
      })
    await replace(autoscale, { offerAutopilotSettings: { maxThroughput: 2000 } })
    expect((await autoscale.readOffer()).resource?.content).toMatchObject({
      offerAutopilotSettings: { maxThroughput: 2000 },
    })
  })

  check('offer: too little is refused', async () => {
    await expect(target.container({ throughput: 100 })).rejects.toMatchObject({ code: 400 })
  })
})
