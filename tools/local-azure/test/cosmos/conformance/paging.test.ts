import type { Container } from '@azure/cosmos'
import { beforeAll, describe, expect } from 'vitest'
import { check, useTarget } from './target.ts'

const target = useTarget()

/** Reads a query page by page, each with a new iterator, as a client that was away does. */
async function pages(
  container: Container,
  text: string,
  maxItemCount: number,
  partitionKey?: string,
): Promise<string[][]> {
  const found: string[][] = []
  let continuationToken: string | undefined
  do {
    const options = {
      maxItemCount,
      ...(continuationToken ? { continuationToken } : {}),
      ...(partitionKey ? { partitionKey } : {}),
    }
    const page = await container.items.query<string>(text, options).fetchNext()
    found.push(page.resources ?? [])
    continuationToken = page.continuationToken
  } while (continuationToken)
  return found
}

describe('paging', () => {
  let container: Container
  const ids = Array.from({ length: 25 }, (_, i) => `i${String(i).padStart(2, '0')}`)
  beforeAll(async () => {
    container = await target.container()
    for (const [i, id] of ids.entries()) {
      await container.items.create({
        id,
        pk: i % 2 ? 'odd' : 'even',
        group: i % 3,
        tags: ['x', 'y'],
        ...(i % 5 ? { name: `ü${i % 4}` } : {}),
      })
    }
  })

  check('paging: a list of items', async () => {
    const iterator = container.items.readAll<{ id: string }>({ maxItemCount: 10 })
    const sizes: number[] = []
    const found: string[] = []
    while (iterator.hasMoreResults()) {
      const { resources } = await iterator.fetchNext()
      sizes.push(resources.length)
      found.push(...resources.map((item) => item.id))
    }
    expect(sizes).toEqual([10, 10, 5])
    expect(found).toEqual(ids)
  })

  check('paging: a scan', async () => {
    const found = await pages(container, 'SELECT VALUE c.id FROM c', 10)
    expect(found.map((page) => page.length)).toEqual([10, 10, 5])
    expect(found.flat()).toEqual(ids)
  })

  check('paging: exactly full pages end without an empty one', async () => {
    expect((await pages(container, 'SELECT VALUE c.id FROM c', 5)).map((page) => page.length)).toEqual([
      5, 5, 5, 5, 5,
    ])
  })

  check('paging: within a partition key', async () => {
    const found = await pages(container, 'SELECT VALUE c.id FROM c', 5, 'odd')
    expect(found.flat()).toEqual(ids.filter((_, i) => i % 2))
  })

  check('paging: an order', async () => {
    const found = await pages(container, 'SELECT VALUE c.id FROM c ORDER BY c.id DESC', 7)
    expect(found.flat()).toEqual(ids.toReversed())
  })

  check('paging: an order with equal and absent values', async () => {
    const found = (await pages(container, 'SELECT VALUE c.id FROM c ORDER BY c.name', 3)).flat()
    const name = (i: number): string => (i % 5 ? `ü${i % 4}` : '')
    const expected = ids
      .map((id, i) => ({ id, i }))
      .sort((a, b) => (name(a.i) < name(b.i) ? -1 : name(a.i) > name(b.i) ? 1 : a.i - b.i))
    expect(found).toEqual(expected.map(({ id }) => id))
  })

  check('paging: a join ends a page within an item', async () => {
    const found = await pages(container, 'SELECT VALUE CONCAT(c.id, t) FROM c JOIN t IN c.tags', 3)
    expect(found.flat()).toEqual(ids.flatMap((id) => [`${id}x`, `${id}y`]))
    expect(found[0]).toHaveLength(3)
  })

  check('paging: OFFSET LIMIT', async () => {
    const found = await pages(container, 'SELECT VALUE c.id FROM c ORDER BY c.id OFFSET 3 LIMIT 12', 5)
    expect(found.map((page) => page.length)).toEqual([5, 5, 2])
    expect(found.flat()).toEqual(ids.slice(3, 15))
  })

  check('paging: TOP', async () => {
    expect((await pages(container, 'SELECT TOP 12 VALUE c.id FROM c', 5)).flat()).toEqual(ids.slice(0, 12))
  })

  check('paging: DISTINCT', async () => {
    expect((await pages(container, 'SELECT DISTINCT VALUE c["group"] FROM c', 2)).flat()).toEqual([0, 1, 2])
  })

  check('paging: GROUP BY', async () => {
    const found = await pages(container, 'SELECT c["group"], COUNT(1) AS n FROM c GROUP BY c["group"]', 2)
    expect(found.flat()).toEqual([
      { group: 0, n: 9 },
      { group: 1, n: 8 },
      { group: 2, n: 8 },
    ])
  })

  check('paging: a page deleted in between is not missed from the next', async () => {
    const own = await target.container()
    for (const id of ['a', 'b', 'c', 'd']) await own.items.create({ id, pk: 'p' })
    const first = await own.items.query<string>('SELECT VALUE c.id FROM c', { maxItemCount: 2 }).fetchNext()
    await own.item('a', 'p').delete()
    const options = { maxItemCount: 2, continuationToken: first.continuationToken }
    expect((await own.items.query('SELECT VALUE c.id FROM c', options).fetchNext()).resources).toEqual([
      'c',
      'd',
    ])
  })

  check('paging: a forged token is 400', async () => {
    for (const continuationToken of ['x', '{}', '{"s":-1,"d":0}', '[]']) {
      const iterator = container.items.query('SELECT * FROM c', { continuationToken })
      await expect(iterator.fetchNext()).rejects.toMatchObject({ code: 400 })
    }
  })
})

describe('headers', () => {
  check('headers: session tokens grow with writes', async () => {
    const container = await target.container()
    const lsn = (headers: Record<string, unknown>): number =>
      Number(String(headers['x-ms-session-token']).split('#')[1])
    const first = await container.items.create({ id: 'a', pk: 'p' })
    const second = await container.items.create({ id: 'b', pk: 'p' })
    expect(String(first.headers['x-ms-session-token'])).toMatch(/^0:-?\d*#?\d+/)
    expect(lsn(second.headers as never)).toBe(lsn(first.headers as never) + 1)
  })

  check('headers: a session client reads its own writes', async () => {
    const container = await target.container()
    const session = target
      .connect({ consistencyLevel: 'Session' })
      .database(target.database.id)
      .container(container.id)
    await session.items.create({ id: 'a', pk: 'p' })
    expect((await session.item('a', 'p').read()).statusCode).toBe(200)
  })

  check('headers: every answer has a charge', async () => {
    const container = await target.container()
    const { requestCharge } = await container.items.create({ id: 'a', pk: 'p' })
    expect(requestCharge).toBeGreaterThan(1)
    expect((await container.item('a', 'p').read()).requestCharge).toBe(1)
    const { requestCharge: ofQuery } = await container.items.query('SELECT * FROM c').fetchAll()
    expect(ofQuery).toBeGreaterThan(1)
  })

  check('headers: a larger item costs more', async () => {
    const container = await target.container()
    const small = await container.items.create({ id: 'a', pk: 'p' })
    const large = await container.items.create({ id: 'b', pk: 'p', pad: 'x'.repeat(100_000) })
    expect(large.requestCharge).toBeGreaterThan(small.requestCharge * 5)
  })

  check('headers: a batch without content when none is wanted', async () => {
    const container = await target.container()
    const operations = [{ operationType: 'Create' as const, resourceBody: { id: 'a', pk: 'p', n: 1 } }]
    const { result } = await container.items.batch(operations, 'p', { contentResponseOnWriteEnabled: false })
    expect(result).toMatchObject([{ statusCode: 201 }])
    expect(result?.[0]).not.toHaveProperty('resourceBody')
  })
})

describe('limits', () => {
  check('limit: an item of 2 MB is refused', async () => {
    const container = await target.container()
    const pad = 'x'.repeat(2 * 1024 * 1024)
    await expect(container.items.create({ id: 'a', pk: 'p', pad })).rejects.toMatchObject({ code: 413 })
    expect((await container.items.create({ id: 'b', pk: 'p', pad: pad.slice(2000) })).statusCode).toBe(201)
  })

  check('limit: an id of 1023 bytes', async () => {
    const container = await target.container()
    expect((await container.items.create({ id: 'x'.repeat(1023), pk: 'p' })).statusCode).toBe(201)
    await expect(container.items.create({ id: 'x'.repeat(1024), pk: 'p' })).rejects.toMatchObject({
      code: 400,
    })
    await expect(container.items.create({ id: 'ü'.repeat(512), pk: 'p' })).rejects.toMatchObject({
      code: 400,
    })
  })

  check('limit: an id is well-formed Unicode', async () => {
    const [id, request] = ['x\ud800', { partitionKey: '/pk' }]
    const container = await target.container()
    const { user } = await target.database.users.create({ id: target.unique('u') })
    const resource = `dbs/${target.database.id}/colls/${container.id}`
    const permission = (more: object): Promise<unknown> =>
      user.permissions.create({ id: 'p', permissionMode: 'read', resource, ...more } as never)
    for (const create of [
      () => target.client.databases.create({ id }),
      () => target.database.containers.create({ id, ...request }),
      () => target.database.users.create({ id }),
      () => user.replace({ id }),
      () => container.items.create({ id, pk: 'p' }),
      () => container.items.upsert({ id, pk: 'p' }),
      () => permission({ id }),
      () => permission({ resource: `${resource}/docs/${id}`, resourcePartitionKey: ['p'] }),
    ])
      await expect(create()).rejects.toMatchObject({ code: 400 })
    const ids = (await target.database.containers.readAll().fetchAll()).resources.map((entry) => entry.id)
    expect(ids).not.toContain('x\ufffd')
    expect((await container.items.create({ id: 'x😀', pk: 'p' })).resource?.id).toBe('x😀')
  })

  check('limit: stored procedures are not there, and say so', async () => {
    const container = await target.container()
    const body = 'function () {}'
    await expect(container.scripts.storedProcedures.create({ id: 's', body })).rejects.toMatchObject({
      code: 501,
    })
    await expect(container.scripts.storedProcedure('s').execute('p', [])).rejects.toMatchObject({
      code: 501,
      body: { code: 'NotImplemented' },
    })
    await expect(
      container.scripts.triggers.create({
        id: 's',
        body,
        triggerType: 'Pre',
        triggerOperation: 'All',
      } as never),
    ).rejects.toMatchObject({ code: 501 })
    await expect(container.scripts.userDefinedFunctions.create({ id: 's', body })).rejects.toMatchObject({
      code: 501,
    })
    await expect(container.items.query('SELECT udf.f(c.x) FROM c').fetchAll()).rejects.toMatchObject({
      code: 501,
    })
  })

  check('limit: an item is not written without the trigger that was asked for', async () => {
    const container = await target.container()
    const item = { id: 'a', pk: 'p' }
    for (const options of [{ preTriggerInclude: 't' }, { postTriggerInclude: ['t'] }]) {
      await expect(container.items.create(item, options as never)).rejects.toMatchObject({ code: 501 })
      await expect(container.items.upsert(item, options as never)).rejects.toMatchObject({ code: 501 })
    }
    expect((await container.items.readAll().fetchAll()).resources).toEqual([])
  })
})
