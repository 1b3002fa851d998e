/**
 * Ways through bulk, whose operations each name a partition key and which the SDK sends without one for all of them.
 */

import { batch, docs, type Sent, stolen, tokens, type Way } from './shop.ts'

const bulk = (...operations: object[]): Sent => ({ path: docs, ...batch(operations, false) })
const tree = (...operations: object[]): Sent => ({
  ...bulk(...operations),
  token: tokens.prefix,
  path: 'dbs/shop/colls/tree/docs',
})
const yours = '["yours"]'
const read = { operationType: 'Read', id: 'a' }
const text = { operationType: 'Patch', id: 'a', resourceBody: [{ op: 'set', path: '/text', value: 'x' }] }

export const bulkOperations: Way[] = [
  ['bulk: read theirs', () => bulk({ ...read, partitionKey: yours }), 207],
  ['bulk: read theirs by a key that is no text', () => bulk({ ...read, partitionKey: ['yours'] }), 207],
  [
    'bulk: create as theirs',
    () => bulk({ operationType: 'Create', resourceBody: stolen, partitionKey: yours }),
    207,
  ],
  [
    'bulk: create as theirs under my key',
    () => bulk({ operationType: 'Create', resourceBody: stolen, partitionKey: '["mine"]' }),
    207,
  ],
  ['bulk: create as theirs under no key', () => bulk({ operationType: 'Create', resourceBody: stolen }), 207],
  [
    'bulk: upsert theirs under no key',
    () => bulk({ operationType: 'Upsert', resourceBody: { ...stolen, id: 'a' } }),
    207,
  ],
  [
    'bulk: replace theirs',
    () =>
      bulk({
        operationType: 'Replace',
        id: 'a',
        resourceBody: { id: 'a', owner: 'yours' },
        partitionKey: yours,
      }),
    207,
  ],
  [
    'bulk: move mine to theirs',
    () =>
      bulk({
        operationType: 'Replace',
        id: 'a',
        resourceBody: { id: 'a', owner: 'yours' },
        partitionKey: '["mine"]',
      }),
    207,
  ],
  ['bulk: patch theirs', () => bulk({ ...text, partitionKey: yours }), 207],
  ['bulk: delete theirs', () => bulk({ operationType: 'Delete', id: 'a', partitionKey: yours }), 207],
  ['bulk: read with no key', () => bulk(read), 207],
  ['bulk: read with an empty key', () => bulk({ ...read, partitionKey: '[]' }), 207],
  ['bulk: read with the key null', () => bulk({ ...read, id: 'n', partitionKey: '[null]' }), 207],
  ['bulk: read with no key spelt null', () => bulk({ ...read, partitionKey: null }), 400],
  ['bulk: read with both keys', () => bulk({ ...read, partitionKey: '["mine","yours"]' }), 207],
  ['bulk: read with a key in a key', () => bulk({ ...read, partitionKey: '[["yours"]]' }), 400],
  ['bulk: read with two texts', () => bulk({ ...read, partitionKey: '["mine"],["yours"]' }), 400],
  ['bulk: all of theirs at once', () => bulk(...Array(100).fill({ ...read, partitionKey: yours })), 207],
  [
    'bulk: that calls itself a query',
    () => {
      const sent = bulk({ ...read, partitionKey: yours })
      return { ...sent, headers: { ...sent.headers, 'x-ms-documentdb-isquery': 'true' } }
    },
    207,
  ],
  [
    'bulk: on a reading token',
    () => ({
      ...bulk({ operationType: 'Delete', id: 'a', partitionKey: '["mine"]' }),
      token: tokens.read,
    }),
    403,
  ],
  [
    'bulk: in another container',
    () => ({ ...bulk({ ...read, partitionKey: '["mine"]' }), path: 'dbs/shop/colls/vault/docs' }),
    403,
  ],
  ['bulk: beside a prefix', () => tree({ ...read, partitionKey: '["t10","o"]' }), 207],
  ['bulk: the prefix alone', () => tree({ ...read, partitionKey: '["t1"]' }), 207],
  ['bulk: above a prefix', () => tree({ ...read, partitionKey: '[]' }), 207],
  ['bulk: more than the key has', () => tree({ ...read, partitionKey: '["t1","o","x"]' }), 207],
  [
    'bulk: out of a prefix',
    () =>
      tree({
        operationType: 'Upsert',
        resourceBody: { id: 'a', tenant: 't10', owner: 'o' },
        partitionKey: '["t1","o"]',
      }),
    207,
  ],
]
