/**
 * Ways to write where the holder may not.
 */

import { batch, docs, stolen, tokens, type Way } from './shop.ts'

export const writing: Way[] = [
  ['create with the other key', () => ({ path: docs, method: 'POST', key: ['yours'], body: stolen }), 403],
  [
    'create with my key and their body',
    () => ({ path: docs, method: 'POST', key: ['mine'], body: stolen }),
    400,
  ],
  ['create with no key and their body', () => ({ path: docs, method: 'POST', body: stolen }), 403],
  [
    'create with the body naming both',
    () => ({
      path: docs,
      method: 'POST',
      key: ['mine'],
      body: '{"id":"stolen","owner":"mine","owner":"yours"}',
    }),
    400,
  ],
  [
    'upsert over theirs',
    () => ({
      path: docs,
      method: 'POST',
      key: ['mine'],
      body: { ...stolen, id: 'a' },
      headers: { 'x-ms-documentdb-is-upsert': 'true' },
    }),
    400,
  ],
  [
    'replace theirs',
    () => ({ path: `${docs}/a`, method: 'PUT', key: ['yours'], body: { id: 'a', owner: 'yours' } }),
    403,
  ],
  [
    'move mine to theirs by replace',
    () => ({ path: `${docs}/a`, method: 'PUT', key: ['mine'], body: { id: 'a', owner: 'yours' } }),
    400,
  ],
  [
    'move mine to theirs by patch',
    () => ({
      path: `${docs}/a`,
      method: 'PATCH',
      key: ['mine'],
      body: [{ op: 'set', path: '/owner', value: 'yours' }],
    }),
    400,
  ],
  [
    'patch theirs',
    () => ({
      path: `${docs}/a`,
      method: 'PATCH',
      key: ['yours'],
      body: [{ op: 'set', path: '/x', value: 1 }],
    }),
    403,
  ],
  ['delete theirs', () => ({ path: `${docs}/a`, method: 'DELETE', key: ['yours'] }), 403],
  [
    'batch with the other key',
    () => ({ path: docs, key: ['yours'], ...batch([{ operationType: 'Read', id: 'a' }]) }),
    403,
  ],
  ['batch with no key', () => ({ path: docs, ...batch([{ operationType: 'Read', id: 'a' }]) }), 403],
  [
    'batch whose operation names the other key',
    () => ({
      path: docs,
      key: ['mine'],
      ...batch([{ operationType: 'Read', id: 'a', partitionKey: '["yours"]' }]),
    }),
    400,
  ],
  [
    'bulk without a key',
    () => ({ path: docs, ...batch([{ operationType: 'Read', id: 'a', partitionKey: '["yours"]' }], false) }),
    207,
  ],
  [
    'bulk with my key and theirs inside',
    () => ({
      path: docs,
      key: ['mine'],
      ...batch([{ operationType: 'Read', id: 'a', partitionKey: '["yours"]' }], false),
    }),
    400,
  ],
  [
    'bulk with a key range',
    () => {
      const b = batch([{ operationType: 'Read', id: 'a', partitionKey: '["yours"]' }], false)
      return { path: docs, ...b, headers: { ...b.headers, 'x-ms-documentdb-partitionkeyrangeid': '0' } }
    },
    207,
  ],
  [
    'a batch with a query header, on a reading token',
    () => {
      const b = batch([{ operationType: 'Delete', id: 'b' }])
      return {
        token: tokens.read,
        path: docs,
        key: ['mine'],
        ...b,
        headers: { ...b.headers, 'x-ms-documentdb-isquery': 'true' },
      }
    },
    403,
  ],
  [
    'a reading token creates',
    () => ({
      token: tokens.read,
      path: docs,
      method: 'POST',
      key: ['mine'],
      body: { id: 'stolen', owner: 'mine' },
    }),
    403,
  ],
  [
    'a reading token creates as a query',
    () => ({
      token: tokens.read,
      path: docs,
      method: 'POST',
      key: ['mine'],
      body: { id: 'stolen', owner: 'mine' },
      headers: { 'x-ms-documentdb-isquery': 'true' },
    }),
    400,
  ],
  [
    'a reading token deletes',
    () => ({ token: tokens.read, path: `${docs}/b`, method: 'DELETE', key: ['mine'] }),
    403,
  ],
  [
    'a reading token overrides the method',
    () => ({
      token: tokens.read,
      path: `${docs}/b`,
      method: 'POST',
      key: ['mine'],
      headers: { 'x-http-method-override': 'DELETE' },
    }),
    405,
  ],
]
