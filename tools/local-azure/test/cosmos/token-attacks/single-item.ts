/**
 * Ways past a token for one item: the holder has item "b" of "mine"; "b" of "yours" is somebody else's.
 */

import { all, batch, docs, type Sent, tokens, type Way } from './shop.ts'

const sent = (more: Sent): Sent => ({ token: tokens.item, path: `${docs}/b`, ...more })
const theirs = (more: Sent = {}): Sent => sent({ key: ['yours'], ...more })
const old = (more: Sent): Sent => ({ token: tokens.old, path: `${docs}/b`, ...more })
const set = [{ op: 'set', path: '/x', value: 1 }]
const read = { operationType: 'Read', id: 'b' }

export const singleItem: Way[] = [
  ['an item token reads its neighbour', () => sent({ path: `${docs}/a`, key: ['mine'] }), 403],
  ['an item token queries', () => sent({ path: docs, key: ['mine'], ...all }), 403],
  ['an item token lists', () => sent({ path: docs, key: ['mine'] }), 403],
  [
    'an item token reads the change feed',
    () => sent({ path: docs, key: ['mine'], headers: { 'a-im': 'Incremental Feed' } }),
    403,
  ],
  [
    'an item token creates',
    () => sent({ path: docs, method: 'POST', key: ['mine'], body: { id: 'b', owner: 'mine' } }),
    403,
  ],
  ['an item token sends a batch', () => sent({ path: docs, key: ['mine'], ...batch([read]) }), 403],
  ['an item token sends bulk', () => sent({ path: docs, key: ['mine'], ...batch([read], false) }), 403],
  ['its id in the other partition key', () => theirs(), 403],
  ['its id in no partition key', () => sent({}), 403],
  ['its id in the partition key null', () => sent({ key: [null] }), 403],
  ['its id in two partition keys', () => sent({ key: ['mine', 'yours'] }), 400],
  [
    'a replace in the other partition key',
    () => theirs({ method: 'PUT', body: { id: 'b', owner: 'yours' } }),
    403,
  ],
  [
    'a replace that moves it to the other partition key',
    () => sent({ method: 'PUT', key: ['mine'], body: { id: 'b', owner: 'yours' } }),
    400,
  ],
  ['a patch in the other partition key', () => theirs({ method: 'PATCH', body: set }), 403],
  ['a delete in the other partition key', () => theirs({ method: 'DELETE' }), 403],
  [
    'bulk of its id in the other partition key',
    () => sent({ path: docs, ...batch([{ ...read, partitionKey: '["yours"]' }], false) }),
    403,
  ],
  [
    'its id under the sibling of its hierarchical key',
    () => ({ token: tokens.leaf, path: 'dbs/shop/colls/tree/docs/a', key: ['t10', 'o'] }),
    403,
  ],
  [
    'its id under the prefix of its hierarchical key',
    () => ({ token: tokens.leaf, path: 'dbs/shop/colls/tree/docs/a', key: ['t1'] }),
    403,
  ],
  ['an old token without a key reads its item', () => old({ key: ['mine'] }), 403],
  ['an old token without a key reads theirs', () => old({ key: ['yours'] }), 403],
  ['an old token without a key deletes theirs', () => old({ method: 'DELETE', key: ['yours'] }), 403],
  ['an old token without a key replaces in null', () => old({ method: 'PUT', key: [null], body: {} }), 403],
]
