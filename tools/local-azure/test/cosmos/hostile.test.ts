/**
 * Requests made to break the service rather than to get past it: refused, quickly, and never with a 500.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeShop, docs, openShop, query, type Sent, send } from './token-attacks/shop.ts'

beforeAll(openShop)
afterAll(closeShop)

const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
const create = (body: unknown): Sent => ({ path: docs, key: ['mine'], method: 'POST', body })
const ask = (text: string): Sent => ({ path: docs, key: ['mine'], ...query(text) })

const hostile: [name: string, sent: Sent][] = [
  ['no JSON', create('{"id":')],
  ['an empty body', create('')],
  ['JSON that is no object', create('[]')],
  ['a null', create('null')],
  ['an id that is a number', create({ id: 1, owner: 'mine' })],
  ['an empty id', create({ id: '', owner: 'mine' })],
  ['an id with half a surrogate pair', create('{"id":"x\\ud800","owner":"mine"}')],
  [
    'a batch that reads by half a surrogate pair',
    {
      ...create('[{"operationType":"Read","id":"\\udc00"}]'),
      headers: { 'x-ms-cosmos-is-batch-request': 'true', 'x-ms-cosmos-batch-atomic': 'true' },
    },
  ],
  ['an id with a slash', create({ id: 'a/b', owner: 'mine' })],
  ['an item nested 200,000 deep', create(`{"id":"d","owner":"mine","x":${deep(200_000)}}`)],
  ['a body of 5 MB', create({ id: 'l', owner: 'mine', x: 'x'.repeat(5_000_000) })],
  ['a partition key of 3 kB', { path: docs, key: ['x'.repeat(3000)], method: 'POST', body: {} }],
  [
    'a partition key that is infinite',
    { path: docs, headers: { 'x-ms-documentdb-partitionkey': '[1e999]' } },
  ],
  ['a partition key that is an object', { path: docs, key: [{ a: 1 }] }],
  ['an item with a number out of range', create('{"id":"i","owner":"mine","x":[{"n":-1e400}]}')],
  ['an item with a number of 400 digits', create(`{"id":"j","owner":"mine","x":${'9'.repeat(400)}}`)],
  [
    'an item with 300 digits and an exponent',
    create(`{"id":"k","owner":"mine","x":${'9'.repeat(300)}.0E+10}`),
  ],
  [
    'an upsert with a number out of range',
    {
      ...create('{"id":"i","owner":"mine","x":1e0000400}'),
      headers: { 'x-ms-documentdb-is-upsert': 'true' },
    },
  ],
  [
    'a replace with a number out of range',
    { ...create('{"id":"a","owner":"mine","x":1e400}'), path: `${docs}/a`, method: 'PUT' },
  ],
  [
    'a patch with a number out of range',
    { ...create('[{"op":"set","path":"/x","value":1e400}]'), path: `${docs}/a`, method: 'PATCH' },
  ],
  [
    'a patch that adds up to more than a number holds',
    {
      ...create('[{"op":"set","path":"/x","value":1.7e308},{"op":"incr","path":"/x","value":1.7e308}]'),
      path: `${docs}/a`,
      method: 'PATCH',
    },
  ],
  [
    'a batch with a number out of range',
    {
      ...create('[{"operationType":"Create","resourceBody":{"id":"i","owner":"mine","x":1e400}}]'),
      headers: { 'x-ms-cosmos-is-batch-request': 'true', 'x-ms-cosmos-batch-atomic': 'true' },
    },
  ],
  [
    'bulk with a number out of range',
    {
      ...create('[{"operationType":"Upsert","resourceBody":{"id":"i","owner":"mine","x":1e400}}]'),
      headers: { 'x-ms-cosmos-is-batch-request': 'true' },
    },
  ],
  ['a patch that is no list', { path: `${docs}/a`, key: ['mine'], method: 'PATCH', body: { operations: 1 } }],
  [
    'a patch of the prototype',
    {
      path: `${docs}/a`,
      key: ['mine'],
      method: 'PATCH',
      body: [{ op: 'set', path: '/none/__proto__/x', value: 1 }],
    },
  ],
  [
    'a patch condition that is no query',
    {
      path: `${docs}/a`,
      key: ['mine'],
      method: 'PATCH',
      body: { condition: '; DROP', operations: [{ op: 'set', path: '/x', value: 1 }] },
    },
  ],
  [
    'a patch with an element far out',
    {
      path: `${docs}/a`,
      key: ['mine'],
      method: 'PATCH',
      body: [
        { op: 'set', path: '/list', value: [] },
        { op: 'add', path: '/list/999999999', value: 1 },
      ],
    },
  ],
  ['a query that is no text', { ...ask(''), body: { query: 1 } }],
  ['an empty query', ask('')],
  ['brackets 100,000 deep', ask(`SELECT VALUE ${'('.repeat(100_000)}1${')'.repeat(100_000)} FROM c`)],
  ['subqueries 5,000 deep', ask(`${'SELECT VALUE ('.repeat(5_000)}1${')'.repeat(5_000)}`)],
  ['100,000 conditions', ask(`SELECT * FROM c WHERE ${'c.x = 1 OR '.repeat(40_000)}false`)],
  ['a path of 100,000 names', ask(`SELECT * FROM c WHERE c${'.a'.repeat(100_000)} = 1`)],
  ['100,000 times not', ask(`SELECT * FROM c WHERE ${'NOT '.repeat(100_000)}true`)],
  ['a query of 600 kB', ask(`SELECT * FROM c WHERE c.x = "${'x'.repeat(600_000)}"`)],
  ['an unended comment', ask('SELECT * FROM c /*')],
  ['parameters that are no list', { ...ask(''), body: { query: 'SELECT * FROM c', parameters: {} } }],
  ['a page size that is no number', { path: docs, key: ['mine'], headers: { 'x-ms-max-item-count': '1e9' } }],
  [
    'a place in the change feed that is none',
    { path: docs, key: ['mine'], headers: { 'a-im': 'Incremental Feed', 'if-none-match': '"x"' } },
  ],
  [
    'a date that is none',
    { path: docs, key: ['mine'], headers: { 'a-im': 'Incremental Feed', 'if-modified-since': 'soon' } },
  ],
  [
    'a batch that is no list',
    {
      path: docs,
      key: ['mine'],
      method: 'POST',
      body: {},
      headers: { 'x-ms-cosmos-is-batch-request': 'true' },
    },
  ],
  ['an unknown method', { path: docs, key: ['mine'], method: 'PURGE' }],
  ['an unknown route', { path: `${docs}/a/b/c/d` }],
  ['a path that is not percent-encoded well', { path: `${docs}/%E0%A4%A` }],
]

describe('a hostile request is refused', () => {
  test.each(hostile)('%s', async (_, sent) => {
    const began = performance.now()
    const { status, text } = await send(sent)
    expect(status, text.slice(0, 300)).toBeGreaterThanOrEqual(400)
    expect(status, text.slice(0, 300)).toBeLessThan(500)
    expect(JSON.parse(text)).toMatchObject({
      code: expect.any(String),
      message: expect.stringContaining('ActivityId'),
    })
    // Far above what it takes, far below what a runaway parser takes.
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  test('and nothing was written', async () => {
    const { text } = await send({ path: docs, key: ['mine'], ...query('SELECT VALUE [c.id, c.x] FROM c') })
    expect(JSON.parse(text).Documents).toEqual([['a'], ['b']])
  })

  test('a large number that is one is kept', async () => {
    const x = `{"f":1.7976931348623157e308,"s":1e-400,"t":"1e400","l":"${'9'.repeat(400)}"}`
    const { status, text } = await send(create(`{"id":"large","owner":"mine","x":${x}}`))
    expect([status, JSON.parse(text).x]).toEqual([201, JSON.parse(x)])
  })

  test('and the service goes on', async () => {
    expect((await send({ path: `${docs}/a`, key: ['mine'] })).status).toBe(200)
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
  })
})
