/**
 * Writes that arrive together: one commit for all of them, and no answer that the disk does not keep.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CosmosAccount } from '../../src/cosmos/account.ts'
import { createHmacSigner } from '../../src/cosmos/authorization/hmac.ts'
import { CommitGroup } from '../../src/cosmos/commit-group.ts'
import type { CosmosAnswer } from '../../src/cosmos/request.ts'
import { Database } from '../../src/host/database.ts'
import { createTestHost, type TestHost } from '../../src/host/test-host.ts'

let folder: string
let host: TestHost
let account: CosmosAccount
let group: CommitGroup

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-cosmos-'))
  host = createTestHost({ database: join(folder, 'cosmos.sqlite') })
  account = new CosmosAccount(host)
  group = new CommitGroup(host.database, () => account.reload())
  account.state.catalog.createDatabase('shop')
  expect(send('POST', 'dbs/shop', 'colls', { id: 'items', partitionKey: { paths: ['/pk'] } }).status).toBe(
    201,
  )
})
afterEach(() => {
  host.close()
  rmSync(folder, { recursive: true, force: true })
})

function send(method: string, parent: string, type: string, body: object): CosmosAnswer {
  const date = new Date(host.clock.now()).toUTCString()
  const signer = createHmacSigner(Buffer.from(host.keys.key('cosmos'), 'base64'))
  const text = `${method}\n${type}\n${parent}\n${date}\n\n`
    .toLowerCase()
    .replace(parent.toLowerCase(), parent)
  const authorization = encodeURIComponent(`type=master&ver=1.0&sig=${signer(text).toString('base64')}`)
  const headers: Record<string, string> = { authorization, 'x-ms-date': date, 'x-ms-version': '2020-07-15' }
  return account.handle({
    method,
    path: `/${parent}/${type}`,
    header: (name) => headers[name],
    origin: () => 'http://127.0.0.1',
    body: JSON.stringify(body),
  })
}

const create = (id: string, characters = 10): CosmosAnswer =>
  send('POST', 'dbs/shop/colls/items', 'docs', { id, pk: 'a', text: 'x'.repeat(characters) })

/** The transactions in the log: https://sqlite.org/fileformat2.html#walformat */
function countCommits(): number {
  const log = readFileSync(join(folder, 'cosmos.sqlite-wal'))
  const frame = 24 + log.readUInt32BE(8)
  let commits = 0
  for (let at = 32; at + frame <= log.length; at += frame) if (log.readUInt32BE(at + 4) > 0) commits += 1
  return commits
}

function storedIds(): string[] {
  // Another connection sees what is committed, and nothing else.
  const other = new Database(join(folder, 'cosmos.sqlite'))
  const ids = other.all('SELECT id FROM items ORDER BY seq').map((row) => String(row['id']))
  other.close()
  return ids
}

test('ten writes of one turn are one commit, and nobody is answered before it', async () => {
  const before = countCommits()
  const seen: number[] = []
  const answers = Array.from({ length: 10 }, async (_, number) => {
    const { status } = await group.run(() => create(`item-${number}`))
    seen.push(storedIds().length)
    return status
  })
  expect(storedIds()).toEqual([])
  expect(await Promise.all(answers)).toEqual(Array<number>(10).fill(201))
  expect(seen).toEqual(Array<number>(10).fill(10))
  expect(countCommits() - before).toBe(1)
})

test('a refused write spoils none of those beside it', async () => {
  const statuses = await Promise.all(
    ['one', 'one', 'two'].map(async (id) => (await group.run(() => create(id))).status),
  )
  expect(statuses).toEqual([201, 409, 201])
  expect(storedIds()).toEqual(['one', 'two'])
})

test('when the disk is full, exactly those that were answered 201 are kept', async () => {
  const report = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const pages = Number(host.database.get('PRAGMA page_count')?.['page_count'])
  host.database.exec(`PRAGMA max_page_count = ${pages + 12}`)
  const ids = Array.from({ length: 8 }, (_, number) => `item-${number}`)
  const sizes = [10, 500_000, 10, 10, 900_000, 10, 10, 10]
  const answers = await Promise.all(
    ids.map(async (id, number) => (await group.run(() => create(id, sizes[number]))).status),
  )
  expect(answers).toEqual([201, 500, 201, 201, 500, 201, 201, 201])
  expect(storedIds()).toEqual(ids.filter((_, number) => answers[number] === 201))
  expect(report).toHaveBeenCalled()
  report.mockRestore()

  host.database.exec(`PRAGMA max_page_count = ${pages + 10_000}`)
  expect((await group.run(() => create('item-1', 500_000))).status).toBe(201)
  expect((await group.run(() => create('item-0'))).status).toBe(409)
  const lsns = host.database.all('SELECT lsn FROM items ORDER BY seq').map((row) => Number(row['lsn']))
  expect(lsns).toEqual(lsns.toSorted((a, b) => a - b))
  expect(new Set(lsns).size).toBe(lsns.length)
})

test('closing carries out what waits', async () => {
  const answers = [group.run(() => create('one')), group.run(() => create('two'))]
  group.flush()
  expect(storedIds()).toEqual(['one', 'two'])
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([201, 201])
})
