/**
 * What a query costs the machine: rows found through an index, and items that are parsed once.
 */

import { ChangeFeedStartFrom, CosmosClient } from '@azure/cosmos'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createInProcessCosmos } from '../../src/cosmos/in-process.ts'
import { createTestHost, type TestHost } from '../../src/host/test-host.ts'

const count = 300
let host: TestHost
let client: CosmosClient
beforeAll(async () => {
  host = createTestHost()
  client = new CosmosClient(createInProcessCosmos(host))
  const { database } = await client.databases.create({ id: 'shop' })
  const { container } = await database.containers.create({ id: 'items', partitionKey: '/pk' })
  for (let n = 0; n < count; n += 1) await container.items.create({ id: `i${n}`, pk: `p${n % 10}`, n })
})
afterAll(() => {
  client.dispose()
  host.close()
})

const ask = async (query: string, partitionKey?: string): Promise<unknown[]> => {
  const { items } = client.database('shop').container('items')
  return (await items.query(query, partitionKey === undefined ? {} : { partitionKey }).fetchAll()).resources
}

/** How SQLite finds the items that `work` asks it for. */
async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  const asked: string[] = []
  const spies = (['all', 'get', 'iterate'] as const).map((method) => {
    const original = host.database[method].bind(host.database)
    return vi.spyOn(host.database, method).mockImplementation(((sql: string, ...values: never[]) => {
      asked.push(sql)
      return original(sql, ...values)
    }) as never)
  })
  await work()
  for (const spy of spies) spy.mockRestore()
  const plans = asked
    .filter((sql) => / FROM items\b/.test(sql))
    .map((sql) => host.database.all(`EXPLAIN QUERY PLAN ${sql}`).map((row) => String(row['detail'])))
  return plans.flat()
}

describe('rows are found through an index', () => {
  test.each<[name: string, work: () => Promise<unknown>, rows: number]>([
    ['an id in WHERE', () => ask('SELECT * FROM c WHERE c.id = "i7"'), 1],
    ['several ids', () => ask('SELECT * FROM c WHERE c.id IN ("i7", "i8")'), 2],
    ['an id within a partition key', () => ask('SELECT * FROM c WHERE c.id = "i7"', 'p7'), 1],
    [
      'the changes since',
      async () => {
        const feed = client.database('shop').container('items').items.getChangeFeedIterator({
          changeFeedStartFrom: ChangeFeedStartFrom.Beginning(),
        })
        return (await feed.readNext()).result
      },
      100,
    ],
  ])('%s', async (_, work, rows) => {
    let found: unknown
    const plans = await plansOf(async () => {
      found = await work()
    })
    expect(found).toHaveLength(rows)
    expect(plans.length).toBeGreaterThan(0)
    for (const plan of plans)
      expect(plan).toMatch(/^SEARCH items USING (COVERING )?INDEX items_by_|^USE TEMP B-TREE/)
  })
})

describe('items are parsed once', () => {
  const parsesOf = async (work: () => Promise<unknown>): Promise<number> => {
    const spy = vi.spyOn(JSON, 'parse')
    await work()
    const items = spy.mock.calls.filter(([text]) => /^\{"id":"i\d/.test(text)).length
    spy.mockRestore()
    return items
  }

  test('a scan parses them at first, and never again', async () => {
    const scan = (): Promise<unknown> => ask('SELECT VALUE COUNT(1) FROM c WHERE c.n >= 0')
    expect(await parsesOf(scan)).toBe(count)
    expect(await parsesOf(scan)).toBe(0)
    expect(await parsesOf(() => ask('SELECT VALUE c.n FROM c WHERE c.n > 290'))).toBe(0)
  })

  test('a write parses its own', async () => {
    const { items } = client.database('shop').container('items')
    expect(await parsesOf(() => items.upsert({ id: 'i1', pk: 'p1', n: -1 }))).toBeLessThanOrEqual(3)
    expect(await parsesOf(() => ask('SELECT * FROM c WHERE c.n = -1'))).toBeLessThanOrEqual(1)
  })
})

test('a partition key longer than any there is finds nothing', async () => {
  expect(await ask(`SELECT * FROM c WHERE c.pk = "${'x'.repeat(3000)}"`)).toEqual([])
  expect(await ask(`SELECT * FROM c WHERE c.pk = "${'x'.repeat(3000)}"`, 'p1')).toEqual([])
})
