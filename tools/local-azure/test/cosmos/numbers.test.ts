/**
 * Numbers of changes and resource ids: given out once, whatever became of the item and however often the file was opened.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChangeFeedStartFrom, type Container, CosmosClient } from '@azure/cosmos'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type InProcessCosmos, openInProcessCosmos } from '../../src/cosmos/index.ts'
import { Database } from '../../src/host/database.ts'

let folder: string
let account: InProcessCosmos
let container: Container
let now = 1_800_000_000_000

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-cosmos-'))
  await open()
})
afterEach(() => {
  account.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<void> {
  const clock = { now: () => now, schedule: () => () => undefined }
  account = openInProcessCosmos({ file: join(folder, 'cosmos.sqlite'), clock })
  const { endpoint, key, httpClient } = account
  const client = new CosmosClient({ endpoint, key, httpClient, consistencyLevel: 'Session' })
  const { database } = await client.databases.createIfNotExists({ id: 'shop' })
  const definition = { id: 'items', partitionKey: '/pk', defaultTtl: -1 }
  container = (await database.containers.createIfNotExists(definition)).container
}

async function reopen(): Promise<void> {
  account.close()
  await open()
}

const create = async (id: string, ttl?: number): Promise<{ rid: string; lsn: number }> => {
  const { resource, headers } = await container.items.create({ id, pk: 'p', ...(ttl ? { ttl } : {}) })
  return { rid: String(resource?._rid), lsn: lsnOf(headers) }
}
const lsnOf = (headers: object): number =>
  Number(String(Reflect.get(headers, 'x-ms-session-token')).split('#')[1])

async function changes(from: ChangeFeedStartFrom): Promise<{ ids: string[]; next: string }> {
  const iterator = container.items.getChangeFeedIterator<{ id: string }>({ changeFeedStartFrom: from })
  const ids: string[] = []
  for (;;) {
    const page = await iterator.readNext()
    if (page.statusCode === 304) return { ids, next: page.continuationToken }
    ids.push(...page.result.map(({ id }) => id))
  }
}

const endings: [name: string, end: () => Promise<unknown>][] = [
  [
    'its time to live is over',
    async () => {
      now += 11_000
      await container.item('b', 'p').read()
    },
  ],
  ['it was deleted', () => container.item('b', 'p').delete()],
  ['its partition key was emptied', () => container.deleteAllItemsForPartitionKey('p')],
]

describe.each(endings)('when the newest item is gone because %s, after a restart', (_, end) => {
  test('the change feed loses nothing and session tokens do not go back', async () => {
    await create('a')
    const before = await create('b', 10)
    const { next } = await changes(ChangeFeedStartFrom.Beginning())
    await end()
    await reopen()
    const after = await create('c')
    expect(after.lsn).toBeGreaterThan(before.lsn)
    expect((await changes(ChangeFeedStartFrom.Continuation(next))).ids).toEqual(['c'])
  })

  test('its resource id stays its own', async () => {
    const before = await create('b', 10)
    await end()
    await reopen()
    expect((await create('c')).rid).not.toBe(before.rid)
  })
})

test('the end of an item is a change of its container', async () => {
  await create('b', 10)
  const { lsn } = await create('a')
  now += 11_000
  expect(lsnOf((await container.item('a', 'p').read()).headers)).toBe(lsn + 1)
  expect(lsnOf((await container.item('a', 'p').read()).headers)).toBe(lsn + 1)
})

test('a file of format 1 is taken over', async () => {
  await create('a')
  account.close()
  const file = new Database(join(folder, 'cosmos.sqlite'))
  file.exec('ALTER TABLE containers DROP COLUMN last_seq; PRAGMA user_version = 1')
  file.close()
  await open()
  const { rid } = await create('b')
  expect((await container.item('a', 'p').read()).resource).toMatchObject({ id: 'a' })
  await container.item('b', 'p').delete()
  await reopen()
  expect((await create('c')).rid).not.toBe(rid)
})

test('of format 1, what is unique stays so: also objects whose names were in another order', async () => {
  const shop = container.database
  const definition = {
    id: 'unique',
    partitionKey: '/pk',
    uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/o'] }] },
  }
  const unique = async () => (await shop.containers.createIfNotExists(definition)).container
  await (await unique()).items.create({ id: '1', pk: 'p', o: { z: 1, a: 2 } })
  account.close()
  const file = new Database(join(folder, 'cosmos.sqlite'))
  expect(file.run('UPDATE unique_values SET value = ?', '0:[{"z":1,"a":2}]')).toBe(1)
  file.exec('ALTER TABLE containers DROP COLUMN last_seq; PRAGMA user_version = 1')
  file.close()
  await open()
  const again = container.database.container('unique')
  await expect(again.items.create({ id: '2', pk: 'p', o: { a: 2, z: 1 } })).rejects.toMatchObject({
    code: 409,
  })
  const replaced = await again.item('1', 'p').replace({ id: '1', pk: 'p', o: { a: 2, z: 1 } })
  expect(replaced.statusCode).toBe(200)
})
