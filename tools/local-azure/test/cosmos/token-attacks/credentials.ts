/**
 * Ways through other resources, and with other credentials.
 */

import { all, container, docs, forge, tokens, type Way } from './shop.ts'

export const credentials: Way[] = [
  [
    'delete a partition key',
    () => ({ path: `${container}/operations/partitionkeydelete`, method: 'POST', key: ['yours'] }),
    403,
  ],
  ['read the database', () => ({ path: 'dbs/shop' }), 403],
  ['list the databases', () => ({ path: 'dbs' }), 403],
  ['list the containers', () => ({ path: 'dbs/shop/colls' }), 403],
  ["read another container's definition", () => ({ path: 'dbs/shop/colls/vault' }), 403],
  [
    'replace the container',
    () => ({ path: container, method: 'PUT', body: { id: 'notes', partitionKey: { paths: ['/owner'] } } }),
    403,
  ],
  ['delete the container', () => ({ path: container, method: 'DELETE' }), 403],
  [
    'create a container',
    () => ({ path: 'dbs/shop/colls', method: 'POST', body: { id: 'mine', partitionKey: { paths: ['/x'] } } }),
    403,
  ],
  ['list the users', () => ({ path: 'dbs/shop/users' }), 403],
  ['read permissions', () => ({ path: 'dbs/shop/users/all/permissions' }), 403],
  [
    'mint a permission',
    () => ({
      path: 'dbs/shop/users/all/permissions',
      method: 'POST',
      body: { id: 'x', permissionMode: 'all', resource: 'dbs/shop/colls/vault' },
    }),
    403,
  ],
  ['list the offers', () => ({ path: 'offers' }), 403],
  ['query the offers', () => ({ path: 'offers', ...all }), 403],
  ['the key ranges of another container', () => ({ path: 'dbs/shop/colls/vault/pkranges' }), 403],
  [
    'store a procedure',
    () => ({ path: `${container}/sprocs`, method: 'POST', key: ['mine'], body: { id: 'x', body: '' } }),
    403,
  ],
  [
    'execute a procedure',
    () => ({ path: `${container}/sprocs/x`, method: 'POST', key: ['mine'], body: '[]' }),
    403,
  ],
  ["another container's token", () => ({ token: tokens.other, path: `${docs}/a`, key: ['mine'] }), 403],
  ['no token', () => ({ token: '', path: `${docs}/a`, key: ['mine'] }), 401],
  ['the text null', () => ({ token: 'null', path: `${docs}/a`, key: ['mine'] }), 401],
  ['an Entra token', () => ({ token: 'type=aad&ver=1.0&sig=eyJ', path: `${docs}/a`, key: ['yours'] }), 501],
  [
    'a token without its signature',
    () => ({ token: tokens.all.replace(/sig=[^;]+/, 'sig='), path: `${docs}/a`, key: ['mine'] }),
    401,
  ],
  [
    'a token with a changed signature',
    () => ({
      token: tokens.all.replace(/sig=./, (text) => `sig=${text.endsWith('A') ? 'B' : 'A'}`),
      path: `${docs}/a`,
      key: ['mine'],
    }),
    401,
  ],
  [
    "one token's signature with another's content",
    () => ({
      token: `${tokens.all.split(';')[0]};${tokens.other.split(';')[1]};`,
      path: 'dbs/shop/colls/vault/docs/a',
      key: ['mine'],
    }),
    401,
  ],
  [
    'a content without its partition key',
    () => ({
      token: forge((grant) => {
        delete grant['k']
      }),
      path: `${docs}/a`,
      key: ['yours'],
    }),
    401,
  ],
  [
    'a content that lives for ever',
    () => ({
      token: forge((grant) => {
        grant['e'] = 1e12
      }),
      path: `${docs}/a`,
      key: ['mine'],
    }),
    401,
  ],
  [
    'a reading content that says all',
    () => ({
      token: forge((grant) => {
        grant['m'] = 'a'
      }, tokens.read),
      path: `${docs}/b`,
      method: 'DELETE',
      key: ['mine'],
    }),
    401,
  ],
  [
    'two tokens in one header',
    () => ({ token: `${tokens.all},${tokens.other}`, path: 'dbs/shop/colls/vault/docs/a', key: ['mine'] }),
    401,
  ],
  [
    'a master signature without the key',
    () => ({
      token: `type=master&ver=1.0&sig=${Buffer.alloc(32).toString('base64')}`,
      path: 'dbs',
      headers: { 'x-ms-date': new Date().toUTCString() },
    }),
    401,
  ],
  [
    'an authorization that is not percent-encoded well',
    () => ({ path: `${docs}/a`, key: ['mine'], headers: { authorization: '%E0%A4%A' } }),
    401,
  ],
]
