/**
 * Ways to step outside a resource token. None may succeed.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bulkOperations } from './token-attacks/bulk.ts'
import { credentials } from './token-attacks/credentials.ts'
import { prefix } from './token-attacks/prefix.ts'
import { reading } from './token-attacks/reading.ts'
import {
  all,
  batch,
  closeShop,
  container,
  docs,
  everything,
  masterKey,
  openShop,
  secret,
  send,
  tokens,
} from './token-attacks/shop.ts'
import { singleItem } from './token-attacks/single-item.ts'
import { writing } from './token-attacks/writing.ts'

const ways = [...reading, ...writing, ...bulkOperations, ...prefix, ...singleItem, ...credentials]

beforeAll(openShop)
afterAll(closeShop)

describe('a resource token', () => {
  test('opens what it is for', async () => {
    expect((await send({ path: `${docs}/a`, key: ['mine'] })).text).toContain('hello')
    expect((await send({ path: docs, key: ['mine'], ...all })).text).toContain('again')
    expect(
      (await send({ path: docs, key: ['mine'], headers: { 'a-im': 'Incremental Feed' } })).text,
    ).toContain('again')
    expect(
      (await send({ token: tokens.prefix, path: 'dbs/shop/colls/tree/docs', key: ['t1'], ...all })).text,
    ).toContain('hello')
    expect((await send({ token: tokens.item, path: `${docs}/b`, key: ['mine'] })).status).toBe(200)
    expect(
      (await send({ token: tokens.leaf, path: 'dbs/shop/colls/tree/docs/a', key: ['t1', 'o'] })).status,
    ).toBe(200)
    for (const path of ['', container, `${container}/pkranges`])
      expect((await send({ path })).status).toBe(200)
  })

  test.each(ways)('does not let its holder %s', async (_, make, status) => {
    const before = await everything()
    const sent = make()
    const answer = await send(sent)
    expect(answer.text).not.toContain(secret)
    if (status === undefined) expect(answer.status).toBeGreaterThanOrEqual(400)
    else expect(answer.status, answer.text).toBe(status)
    if (answer.status === 207)
      for (const { statusCode } of JSON.parse(answer.text)) expect(statusCode).toBeGreaterThanOrEqual(400)
    if (answer.status >= 400) expect(JSON.parse(answer.text)).toHaveProperty('code')
    expect(await everything()).toBe(before)
  })

  test('opens, of bulk, the operations on its own partition key', async () => {
    const before = await everything()
    const note = (id: string, owner: string): object => ({
      operationType: 'Create',
      resourceBody: { id, owner },
      partitionKey: JSON.stringify([owner]),
    })
    const operations = [note('new', 'mine'), note('stolen', 'yours'), note('newer', 'mine')]
    const { status, text } = await send({ path: docs, ...batch(operations, false) })
    expect(status).toBe(207)
    expect(JSON.parse(text)).toMatchObject([{ statusCode: 201 }, { statusCode: 403 }, { statusCode: 201 }])
    const remove = (id: string): object => ({ operationType: 'Delete', id, partitionKey: '["mine"]' })
    const back = await send({ path: docs, ...batch([remove('new'), remove('newer')], false) })
    expect(back.status).toBe(200)
    expect(await everything()).toBe(before)
  })

  test('says neither key nor token in a refusal', async () => {
    const key = masterKey()
    for (const [, make] of ways) {
      const { status, text } = await send(make())
      if (status < 400) continue
      expect(text).not.toContain(key)
      for (const token of Object.values(tokens))
        if (token !== '') expect(text).not.toContain(token.split(';')[1])
    }
  })
})
