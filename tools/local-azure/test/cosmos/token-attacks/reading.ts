/**
 * Ways to read what is not the holder's.
 */

import { all, container, containerRid, docs, query, stolen, type Way } from './shop.ts'

export const reading: Way[] = [
  ['read with the other partition key', () => ({ path: `${docs}/a`, key: ['yours'] }), 403],
  ['read with no partition key', () => ({ path: `${docs}/a` }), 403],
  ['read with an empty partition key', () => ({ path: `${docs}/a`, key: [] }), 403],
  ['read with null as the key', () => ({ path: `${docs}/n`, key: [null] }), 403],
  ['read with nothing as the key', () => ({ path: `${docs}/a`, key: [{}] }), 403],
  ['read with both keys', () => ({ path: `${docs}/a`, key: ['mine', 'yours'] }), 400],
  [
    'read with the keys in two headers',
    () => ({ path: `${docs}/a`, headers: { 'x-ms-documentdb-partitionkey': '["mine"], ["yours"]' } }),
    400,
  ],
  [
    'read with a key that is text',
    () => ({ path: `${docs}/a`, headers: { 'x-ms-documentdb-partitionkey': '"yours"' } }),
    400,
  ],
  ['read another container', () => ({ path: 'dbs/shop/colls/vault/docs/a', key: ['mine'] }), 403],
  [
    'read by resource ids',
    () => ({ path: `dbs/${containerRid().slice(0, 6)}==/colls/${containerRid()}/docs/a`, key: ['yours'] }),
  ],
  ['read by a path with dots', () => ({ path: `${container}/../vault/docs/a`, key: ['mine'] })],
  [
    'read by a path with encoded slashes',
    () => ({ path: `${container}%2F..%2Fvault/docs/a`, key: ['mine'] }),
  ],
  ['read by a doubled path', () => ({ path: `${container}/docs/a/docs/a`, key: ['yours'] })],
  ['list the container without a key', () => ({ path: docs }), 403],
  ['list the other partition key', () => ({ path: docs, key: ['yours'] }), 403],
  ['query without a key', () => ({ path: docs, ...all }), 403],
  ['query with the other key', () => ({ path: docs, key: ['yours'], ...all }), 403],
  [
    'query with the key range of everything',
    () => ({ path: docs, ...all, headers: { ...all.headers, 'x-ms-documentdb-partitionkeyrangeid': '0' } }),
    403,
  ],
  [
    'query with a range of hashed keys',
    () => ({ path: docs, ...all, headers: { ...all.headers, 'x-ms-start-epk': '', 'x-ms-end-epk': 'FF' } }),
    403,
  ],
  [
    'query one key with another in WHERE',
    () => ({ path: docs, key: ['mine'], ...query("SELECT * FROM c WHERE c.owner = 'yours'") }),
    200,
  ],
  [
    'query one key with either in WHERE',
    () => ({ path: docs, key: ['mine'], ...query("SELECT * FROM c WHERE c.owner = 'mine' OR true") }),
    200,
  ],
  [
    'query an id of the other key',
    () => ({ path: docs, key: ['mine'], ...query("SELECT * FROM c WHERE c.id IN ('a', 'n')") }),
    200,
  ],
  [
    'query another container by FROM',
    () => ({ path: docs, key: ['mine'], ...query('SELECT * FROM vault') }),
    200,
  ],
  [
    'go on with a forged continuation',
    () => ({
      path: docs,
      key: ['mine'],
      ...all,
      headers: { ...all.headers, 'x-ms-continuation': '{"s":0,"d":0}' },
    }),
    200,
  ],
  [
    'a query that calls itself a plan',
    () => ({ path: docs, ...all, headers: { ...all.headers, 'x-ms-cosmos-is-query-plan-request': 'True' } }),
    200,
  ],
  [
    'a create that calls itself a plan',
    () => ({
      path: docs,
      method: 'POST',
      body: stolen,
      headers: { 'x-ms-cosmos-is-query-plan-request': 'True' },
    }),
    200,
  ],
  ['the change feed without a key', () => ({ path: docs, headers: { 'a-im': 'Incremental Feed' } }), 403],
  [
    'the change feed of the other key',
    () => ({ path: docs, key: ['yours'], headers: { 'a-im': 'Incremental Feed' } }),
    403,
  ],
  [
    'the change feed by hashed keys',
    () => ({
      path: docs,
      headers: {
        'a-im': 'Incremental Feed',
        'x-ms-start-epk': '',
        'x-ms-end-epk': 'FF',
        'x-ms-read-key-type': 'EffectivePartitionKeyRange',
      },
    }),
    403,
  ],
]
