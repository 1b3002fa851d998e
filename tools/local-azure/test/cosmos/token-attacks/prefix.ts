/**
 * Ways past the prefix of a hierarchical partition key: the holder has `["t1"]`; `["t10", "o"]` is somebody else's.
 */

import { all, batch, type Sent, tokens, type Way } from './shop.ts'

const docs = 'dbs/shop/colls/tree/docs'
const theirs = ['t10', 'o']
const sent = (more: Omit<Sent, 'path'> & { readonly path?: string }): Sent => ({
  token: tokens.prefix,
  path: docs,
  ...more,
})
const feed = { 'a-im': 'Incremental Feed' }
const stolen = { id: 'stolen', tenant: 't10', owner: 'o' }
const read = { operationType: 'Read', id: 'a' }
const create = { operationType: 'Create', resourceBody: stolen, partitionKey: JSON.stringify(theirs) }
const patch = [{ op: 'set', path: '/text', value: 'mine now' }]

export const prefix: Way[] = [
  ['a longer sibling of its prefix', () => sent({ path: `${docs}/a`, key: theirs }), 403],
  ['a query without a key, beside a prefix', () => sent(all), 403],
  ['a query of the sibling', () => sent({ key: theirs, ...all }), 403],
  ["a query of the sibling's prefix", () => sent({ key: ['t10'], ...all }), 403],
  ['a query of the root of all keys', () => sent({ key: [], ...all }), 403],
  ['a list without a key, beside a prefix', () => sent({}), 403],
  ["a list of the sibling's prefix", () => sent({ key: ['t10'] }), 403],
  ['the change feed of everything, beside a prefix', () => sent({ headers: feed }), 403],
  ["the change feed of the sibling's prefix", () => sent({ key: ['t10'], headers: feed }), 403],
  ['the change feed of the sibling', () => sent({ key: theirs, headers: feed }), 403],
  ['a create beside its prefix', () => sent({ method: 'POST', key: theirs, body: stolen }), 403],
  [
    'a create whose body leaves its prefix',
    () => sent({ method: 'POST', key: ['t1', 'o'], body: stolen }),
    400,
  ],
  [
    'a patch beside its prefix',
    () => sent({ path: `${docs}/a`, method: 'PATCH', key: theirs, body: patch }),
    403,
  ],
  [
    'a patch that moves an item out of its prefix',
    () =>
      sent({
        path: `${docs}/a`,
        method: 'PATCH',
        key: ['t1', 'o'],
        body: [{ op: 'set', path: '/tenant', value: 't10' }],
      }),
    400,
  ],
  ['a delete beside its prefix', () => sent({ path: `${docs}/a`, method: 'DELETE', key: theirs }), 403],
  ['a batch beside its prefix', () => sent({ key: theirs, ...batch([read]) }), 403],
  [
    'a batch whose operation leaves its prefix',
    () => sent({ key: ['t1', 'o'], ...batch([{ ...read, partitionKey: JSON.stringify(theirs) }]) }),
    400,
  ],
  [
    'a batch that creates outside its prefix',
    () => sent({ key: ['t1', 'o'], ...batch([{ operationType: 'Create', resourceBody: stolen }]) }),
    207,
  ],
  ['bulk beside its prefix', () => sent({ key: theirs, ...batch([create], false) }), 403],
  ['bulk without a key, beside a prefix', () => sent(batch([create], false)), 207],
  ['bulk under the prefix, an operation outside', () => sent({ key: ['t1'], ...batch([create], false) })],
]
