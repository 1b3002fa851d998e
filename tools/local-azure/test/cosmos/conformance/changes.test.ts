import { ChangeFeedStartFrom, type Container, type PatchOperation } from '@azure/cosmos'
import { describe, expect } from 'vitest'
import { check, checkLocally, query, useTarget } from './target.ts'

const target = useTarget()

async function patched(before: object, operations: PatchOperation[]): Promise<Record<string, unknown>> {
  const container = await target.container()
  await container.items.create({ id: 'a', pk: 'p', ...before })
  return (await container.item('a', 'p').patch(operations)).resource ?? {}
}

describe('patch', () => {
  check('patch: set and add properties', async () => {
    const operations: PatchOperation[] = [
      { op: 'set', path: '/n', value: 2 },
      { op: 'add', path: '/deep/m', value: [1] },
    ]
    expect(await patched({ n: 1, deep: {} }, operations)).toMatchObject({ n: 2, deep: { m: [1] } })
  })

  check('patch: replace needs something to replace', async () => {
    await expect(patched({}, [{ op: 'replace', path: '/n', value: 1 }])).rejects.toMatchObject({ code: 400 })
  })

  check('patch: remove', async () => {
    expect(await patched({ n: 1 }, [{ op: 'remove', path: '/n' }])).not.toHaveProperty('n')
  })

  check('patch: remove of nothing is 400', async () => {
    await expect(patched({}, [{ op: 'remove', path: '/n' }])).rejects.toMatchObject({ code: 400 })
  })

  check('patch: incr up, down and from nothing', async () => {
    const operations: PatchOperation[] = [
      { op: 'incr', path: '/n', value: 2 },
      { op: 'incr', path: '/m', value: -1.5 },
      { op: 'incr', path: '/fresh', value: 3 },
    ]
    expect(await patched({ n: 1, m: 1 }, operations)).toMatchObject({ n: 3, m: -0.5, fresh: 3 })
  })

  check('patch: incr of a text is 400', async () => {
    await expect(patched({ n: 'x' }, [{ op: 'incr', path: '/n', value: 1 }])).rejects.toMatchObject({
      code: 400,
    })
  })

  check('patch: arrays insert, append, replace and remove', async () => {
    const operations: PatchOperation[] = [
      { op: 'add', path: '/list/0', value: 'first' },
      { op: 'add', path: '/list/-', value: 'last' },
      { op: 'set', path: '/list/1', value: 'A' },
      { op: 'remove', path: '/list/2' },
    ]
    expect(await patched({ list: ['a', 'b'] }, operations)).toMatchObject({ list: ['first', 'A', 'last'] })
  })

  check('patch: move', async () => {
    const operations: PatchOperation[] = [{ op: 'move', from: '/a', path: '/b' } as never]
    const item = await patched({ a: { x: 1 } }, operations)
    expect(item).toMatchObject({ b: { x: 1 } })
    expect(item).not.toHaveProperty('a')
  })

  check('patch: a condition that holds', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p', n: 1 })
    const body = {
      condition: 'FROM c WHERE c.n = 1',
      operations: [{ op: 'set' as const, path: '/n', value: 2 }],
    }
    expect((await container.item('a', 'p').patch(body)).resource).toMatchObject({ n: 2 })
  })

  check('patch: a condition that does not is 412', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p', n: 1 })
    const body = {
      condition: 'FROM c WHERE c.n = 5',
      operations: [{ op: 'set' as const, path: '/n', value: 2 }],
    }
    await expect(container.item('a', 'p').patch(body)).rejects.toMatchObject({ code: 412 })
  })

  check('patch: the id, the partition key and system properties stay', async () => {
    for (const path of ['/id', '/pk', '/_ts', '/_etag']) {
      await expect(patched({}, [{ op: 'set', path, value: 'x' }])).rejects.toMatchObject({ code: 400 })
    }
  })

  check('patch: more than ten operations are refused', async () => {
    const operations = Array.from(
      { length: 11 },
      (_, i): PatchOperation => ({ op: 'set', path: `/n${i}`, value: i }),
    )
    await expect(patched({}, operations)).rejects.toMatchObject({ code: 400 })
  })

  check('patch: all operations or none', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p', n: 1 })
    const operations: PatchOperation[] = [
      { op: 'set', path: '/n', value: 2 },
      { op: 'remove', path: '/none' },
    ]
    await expect(container.item('a', 'p').patch(operations)).rejects.toMatchObject({ code: 400 })
    expect((await container.item('a', 'p').read()).resource).toMatchObject({ n: 1 })
  })
})

describe('batch', () => {
  check('batch: every kind of operation', async () => {
    const container = await target.container()
    for (const id of ['r', 'd', 'p']) await container.items.create({ id, pk: 'p', n: 1 })
    const { result } = await container.items.batch(
      [
        { operationType: 'Create', resourceBody: { id: 'c', pk: 'p' } },
        { operationType: 'Upsert', resourceBody: { id: 'u', pk: 'p' } },
        { operationType: 'Read', id: 'r' },
        { operationType: 'Replace', id: 'r', resourceBody: { id: 'r', pk: 'p', n: 2 } },
        { operationType: 'Delete', id: 'd' },
        {
          operationType: 'Patch',
          id: 'p',
          resourceBody: { operations: [{ op: 'incr', path: '/n', value: 1 }] },
        },
      ],
      'p',
    )
    expect(result?.map((entry) => entry.statusCode)).toEqual([201, 201, 200, 200, 204, 200])
    expect(result?.[2]?.resourceBody).toMatchObject({ id: 'r', n: 1 })
  })

  check('batch: one failure takes everything back', async () => {
    const container = await target.container()
    await container.items.create({ id: 'there', pk: 'p' })
    const { result, code } = await container.items.batch(
      [
        { operationType: 'Create', resourceBody: { id: 'new', pk: 'p' } },
        { operationType: 'Create', resourceBody: { id: 'there', pk: 'p' } },
        { operationType: 'Create', resourceBody: { id: 'later', pk: 'p' } },
      ],
      'p',
    )
    expect(code).toBe(207)
    expect(result?.map((entry) => entry.statusCode)).toEqual([424, 409, 424])
    expect(await query(container, 'SELECT VALUE c.id FROM c')).toEqual(['there'])
  })

  check('batch: after a rollback queries and reads see the old values', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p', n: 1 })
    expect(await query(container, 'SELECT VALUE c.n FROM c')).toEqual([1])
    await container.items.batch(
      [
        { operationType: 'Upsert', resourceBody: { id: 'a', pk: 'p', n: 2 } },
        { operationType: 'Delete', id: 'none' },
      ],
      'p',
    )
    expect(await query(container, 'SELECT VALUE c.n FROM c')).toEqual([1])
    expect((await container.item('a', 'p').read()).resource).toMatchObject({ n: 1 })
  })

  check('batch: an operation may name an etag', async () => {
    const container = await target.container()
    await container.items.create({ id: 'a', pk: 'p' })
    const operation = {
      operationType: 'Replace' as const,
      id: 'a',
      ifMatch: '"x"',
      resourceBody: { id: 'a', pk: 'p' },
    }
    const { result } = await container.items.batch([operation], 'p')
    expect(result?.[0]?.statusCode).toBe(412)
  })

  check('batch: more than a hundred operations are refused', async () => {
    const container = await target.container()
    const operations = Array.from({ length: 101 }, (_, i) => ({
      operationType: 'Create' as const,
      resourceBody: { id: `${i}`, pk: 'p' },
    }))
    await expect(container.items.batch(operations, 'p')).rejects.toThrow()
  })

  check('batch: more than 2 MB together are refused', async () => {
    const container = await target.container()
    const operations = Array.from({ length: 3 }, (_, i) => ({
      operationType: 'Create' as const,
      resourceBody: { id: `${i}`, pk: 'p', pad: 'x'.repeat(700_000) },
    }))
    await expect(container.items.batch(operations, 'p')).rejects.toThrow(/Request size is too large/)
    expect(await query(container, 'SELECT VALUE c.id FROM c')).toEqual([])
    const { result } = await container.items.batch(operations.slice(1), 'p')
    expect(result?.map((entry) => entry.statusCode)).toEqual([201, 201])
  })

  check('batch: an item of another partition key fails', async () => {
    const container = await target.container()
    const { result } = await container.items.batch(
      [{ operationType: 'Create', resourceBody: { id: 'a', pk: 'q' } }],
      'p',
    )
    expect(result?.[0]?.statusCode).toBe(400)
  })
})

describe('bulk', () => {
  check('bulk: operations of many partition keys stand alone', async () => {
    const container = await target.container()
    await container.items.create({ id: 'there', pk: 'p' })
    const results = await container.items.executeBulkOperations([
      { operationType: 'Create', partitionKey: 'p', resourceBody: { id: 'a', pk: 'p' } },
      { operationType: 'Create', partitionKey: 'p', resourceBody: { id: 'there', pk: 'p' } },
      { operationType: 'Upsert', partitionKey: 'q', resourceBody: { id: 'b', pk: 'q' } },
      { operationType: 'Read', partitionKey: 'p', id: 'there' },
    ])
    expect(results.map((entry) => entry.response?.statusCode ?? entry.error?.code)).toEqual([
      201, 409, 201, 200,
    ])
  })

  checkLocally('bulk: an id that is none fails its operation alone', async () => {
    const container = await target.container()
    const results = await container.items.bulk([
      { operationType: 'Create', resourceBody: { id: '1', pk: 'p' }, partitionKey: 'p' },
      { operationType: 'Delete', id: 'a/b', partitionKey: 'p' },
    ])
    expect(results.map(({ statusCode }) => statusCode)).toEqual([201, 400])
  })
  check('bulk: stops at a failure when it is told to', async () => {
    const container = await target.container()
    const operations = ['a', 'a', 'b'].map((id) => ({
      operationType: 'Create' as const,
      partitionKey: 'p',
      resourceBody: { id, pk: 'p' },
    }))
    const results = await container.items.bulk(operations, { continueOnError: false })
    expect(results.map(({ statusCode }) => statusCode)).toEqual([201, 409, 424])
    expect(await query(container, 'SELECT VALUE c.id FROM c')).toEqual(['a'])
  })

  check('bulk: 250 items', async () => {
    const container = await target.container()
    const operations = Array.from({ length: 250 }, (_, i) => ({
      operationType: 'Create' as const,
      partitionKey: `p${i % 7}`,
      resourceBody: { id: `${i}`, pk: `p${i % 7}` },
    }))
    const results = await container.items.executeBulkOperations(operations)
    expect(results.every((entry) => entry.response?.statusCode === 201)).toBe(true)
    expect(await query(container, 'SELECT VALUE COUNT(1) FROM c')).toEqual([250])
  })
})

describe('change feed', () => {
  async function changes(
    container: Container,
    from: ChangeFeedStartFrom,
    max = 100,
  ): Promise<{ ids: string[]; next: string }> {
    const iterator = container.items.getChangeFeedIterator<{ id: string }>({
      maxItemCount: max,
      changeFeedStartFrom: from,
    })
    const ids: string[] = []
    for (;;) {
      const page = await iterator.readNext()
      if (page.statusCode === 304) return { ids, next: page.continuationToken }
      ids.push(...page.result.map((item) => item.id))
    }
  }

  async function filled(): Promise<Container> {
    const container = await target.container()
    for (const [id, pk] of [
      ['a', 'p'],
      ['b', 'q'],
      ['c', 'p'],
    ])
      await container.items.create({ id: id ?? '', pk })
    return container
  }

  check('change feed: of the whole container from the beginning', async () => {
    expect((await changes(await filled(), ChangeFeedStartFrom.Beginning())).ids).toEqual(['a', 'b', 'c'])
  })

  check('change feed: of one partition key', async () => {
    expect((await changes(await filled(), ChangeFeedStartFrom.Beginning('p'))).ids).toEqual(['a', 'c'])
  })

  check('change feed: page by page', async () => {
    expect((await changes(await filled(), ChangeFeedStartFrom.Beginning(), 1)).ids).toEqual(['a', 'b', 'c'])
  })

  check('change feed: an item shows once, in the order of its last change', async () => {
    const container = await filled()
    await container.items.upsert({ id: 'a', pk: 'p', n: 2 })
    expect((await changes(container, ChangeFeedStartFrom.Beginning())).ids).toEqual(['b', 'c', 'a'])
  })

  check('change feed: goes on where it stopped', async () => {
    const container = await filled()
    const { next } = await changes(container, ChangeFeedStartFrom.Beginning())
    await container.items.create({ id: 'd', pk: 'z' })
    expect((await changes(container, ChangeFeedStartFrom.Continuation(next))).ids).toEqual(['d'])
  })

  check('change feed: goes on within a partition key', async () => {
    const container = await filled()
    const { next } = await changes(container, ChangeFeedStartFrom.Beginning('p'))
    await container.items.create({ id: 'd', pk: 'q' })
    await container.items.create({ id: 'e', pk: 'p' })
    expect((await changes(container, ChangeFeedStartFrom.Continuation(next))).ids).toEqual(['e'])
  })

  check('change feed: from now on', async () => {
    const container = await filled()
    const iterator = container.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Now() })
    expect((await iterator.readNext()).statusCode).toBe(304)
    await container.items.create({ id: 'd', pk: 'p' })
    expect((await iterator.readNext()).result).toMatchObject([{ id: 'd' }])
  })

  checkLocally('change feed: from a moment', async () => {
    const container = await target.container()
    await container.items.create({ id: 'before', pk: 'p' })
    target.advance(100)
    const { resource } = await container.items.create({ id: 'after', pk: 'p' })
    const moment = new Date(Number(resource?._ts) * 1000)
    expect((await changes(container, ChangeFeedStartFrom.Time(moment))).ids).toEqual(['after'])
  })

  check('change feed: deleted items do not show', async () => {
    const container = await filled()
    await container.item('a', 'p').delete()
    expect((await changes(container, ChangeFeedStartFrom.Beginning())).ids).toEqual(['b', 'c'])
  })

  check('change feed: under a prefix of a hierarchical key', async () => {
    const container = await target.container({
      partitionKey: { paths: ['/tenant', '/user', '/n'], kind: 'MultiHash' as never, version: 2 },
    })
    for (const tenant of ['t1', 't10', 'ü']) {
      for (const n of [1, -2.5, true, null])
        await container.items.create({ id: `${tenant} ${n}`, tenant, user: 'u', n })
    }
    for (const tenant of ['t1', 't10', 'ü']) {
      const { ids } = await changes(container, ChangeFeedStartFrom.Beginning([tenant]))
      expect(ids).toEqual([1, -2.5, true, null].map((n) => `${tenant} ${n}`))
    }
    expect((await changes(container, ChangeFeedStartFrom.Beginning(['t1', 'u']))).ids).toHaveLength(4)
    expect((await changes(container, ChangeFeedStartFrom.Beginning(['t1', 'u', -2.5]))).ids).toEqual([
      't1 -2.5',
    ])
    expect((await changes(container, ChangeFeedStartFrom.Beginning(['t1', 'v']))).ids).toEqual([])
  })

  check('change feed: changes carry their number', async () => {
    const iterator = (await filled()).items.getChangeFeedIterator({
      changeFeedStartFrom: ChangeFeedStartFrom.Beginning(),
    })
    const numbers = (await iterator.readNext()).result.map((item) => Number(Reflect.get(item, '_lsn')))
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  })
})
