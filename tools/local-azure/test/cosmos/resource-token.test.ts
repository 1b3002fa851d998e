/**
 * Ways to step outside a resource token. None may succeed.
 *
 * The holder has a token for one container and the partition key "mine" of it; beside it lie another partition key,
 * another container with the same item, and another database. Requests are made by hand, since the SDK is too polite.
 */

import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCosmosService } from '../../src/cosmos/cosmos-service.ts'
import type { LocalService } from '../../src/host/service.ts'
import { createTestHost, type TestHost } from '../../src/host/test-host.ts'

let host: TestHost
let service: LocalService
/** The secret that must never be seen, and the marker that must never be written. */
const secret = 'TOP-SECRET-OF-YOURS'
const container = 'dbs/shop/colls/notes'
const tokens = { all: '', read: '', item: '', other: '', prefix: '', bookkeeper: '' }
let containerRid = ''

interface Sent {
  readonly token?: string
  readonly method?: string
  readonly path?: string
  readonly key?: unknown
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

async function send({
  token = tokens.all,
  method = 'GET',
  path = '',
  key,
  headers = {},
  body,
}: Sent): Promise<{ status: number; text: string }> {
  const target = `/${path}`
  const request = new Request(`http://127.0.0.1:4283${target}`, {
    method,
    headers: {
      authorization: encodeURIComponent(token),
      'x-ms-version': '2020-07-15',
      'x-ms-documentdb-query-enablecrosspartition': 'true',
      ...(key === undefined ? {} : { 'x-ms-documentdb-partitionkey': JSON.stringify(key) }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const response = await service.fetch(request, { target })
  return { status: response.status, text: await response.text() }
}

/** Signs with the master key, written anew here from the documentation. */
async function sendAsMaster(
  method: string,
  path: string,
  sent: Omit<Sent, 'token' | 'method' | 'path'> = {},
): Promise<string> {
  const segments = path.split('/')
  const feed = segments.length % 2 === 1
  const type = feed ? segments.at(-1) : segments.at(-2)
  const link = feed ? segments.slice(0, -1).join('/') : path
  const date = new Date().toUTCString()
  const text = `${method.toLowerCase()}\n${type}\n${link}\n${date.toLowerCase()}\n\n`
  const signature = createHmac('sha256', Buffer.from(host.keys.key('cosmos'), 'base64'))
    .update(text)
    .digest('base64')
  const token = `type=master&ver=1.0&sig=${signature}`
  const { status, text: answer } = await send({
    ...sent,
    token,
    method,
    path,
    headers: { 'x-ms-date': date, ...sent.headers },
  })
  expect(status, answer).toBeLessThan(300)
  return answer
}

async function mint(user: string, permission: object): Promise<string> {
  await sendAsMaster('POST', 'dbs/shop/users', { body: { id: user } })
  const answer = await sendAsMaster('POST', `dbs/shop/users/${user}/permissions`, {
    body: { id: 'p', ...permission },
  })
  return JSON.parse(answer)._token
}

beforeAll(async () => {
  host = createTestHost()
  service = createCosmosService(host)
  await sendAsMaster('POST', 'dbs', { body: { id: 'shop' } })
  await sendAsMaster('POST', 'dbs/shop/colls', { body: { id: 'notes', partitionKey: { paths: ['/owner'] } } })
  await sendAsMaster('POST', 'dbs/shop/colls', { body: { id: 'vault', partitionKey: { paths: ['/owner'] } } })
  const hierarchical = { paths: ['/tenant', '/owner'], kind: 'MultiHash', version: 2 }
  await sendAsMaster('POST', 'dbs/shop/colls', { body: { id: 'tree', partitionKey: hierarchical } })
  const put = (path: string, body: Record<string, unknown>, key: unknown): Promise<string> =>
    sendAsMaster('POST', `${path}/docs`, { key, body })
  await put(container, { id: 'a', owner: 'mine', text: 'hello' }, ['mine'])
  await put(container, { id: 'b', owner: 'mine', text: 'again' }, ['mine'])
  await put(container, { id: 'a', owner: 'yours', text: secret }, ['yours'])
  await put(container, { id: 'n', owner: null, text: secret }, [null])
  await put('dbs/shop/colls/vault', { id: 'a', owner: 'mine', text: secret }, ['mine'])
  await put('dbs/shop/colls/tree', { id: 'a', tenant: 't1', owner: 'o', text: 'hello' }, ['t1', 'o'])
  await put('dbs/shop/colls/tree', { id: 'a', tenant: 't10', owner: 'o', text: secret }, ['t10', 'o'])
  const key = { resource: container, resourcePartitionKey: ['mine'] }
  tokens.all = await mint('all', { permissionMode: 'all', ...key })
  tokens.read = await mint('read', { permissionMode: 'read', ...key })
  tokens.item = await mint('item', {
    permissionMode: 'all',
    resource: `${container}/docs/b`,
    resourcePartitionKey: ['mine'],
  })
  tokens.other = await mint('other', {
    permissionMode: 'all',
    resource: 'dbs/shop/colls/vault',
    resourcePartitionKey: ['nobody'],
  })
  tokens.prefix = await mint('prefix', {
    permissionMode: 'all',
    resource: 'dbs/shop/colls/tree',
    resourcePartitionKey: ['t1'],
  })
  containerRid = JSON.parse(await sendAsMaster('GET', container))._rid
})
afterAll(() => host.close())

const query = (text: string): Pick<Sent, 'method' | 'body' | 'headers'> => ({
  method: 'POST',
  headers: { 'x-ms-documentdb-isquery': 'true', 'content-type': 'application/query+json' },
  body: { query: text, parameters: [] },
})
const docs = `${container}/docs`
const all = query('SELECT * FROM c')
const batch = (operations: unknown[], atomic = true): Pick<Sent, 'method' | 'body' | 'headers'> => ({
  method: 'POST',
  headers: { 'x-ms-cosmos-is-batch-request': 'true', 'x-ms-cosmos-batch-atomic': String(atomic) },
  body: operations,
})
const stolen = { id: 'stolen', owner: 'yours' }

/** The name of the way, the request, and the status if it must be a certain one. */
const ways: [name: string, make: () => Sent, status?: number][] = [
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
    () => ({ path: `dbs/${containerRid.slice(0, 6)}==/colls/${containerRid}/docs/a`, key: ['yours'] }),
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
    403,
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
    403,
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
  [
    'an item token reads its neighbour',
    () => ({ token: tokens.item, path: `${docs}/a`, key: ['mine'] }),
    403,
  ],
  ['an item token queries', () => ({ token: tokens.item, path: docs, key: ['mine'], ...all }), 403],
  [
    'an item token creates',
    () => ({
      token: tokens.item,
      path: docs,
      method: 'POST',
      key: ['mine'],
      body: { id: 'b', owner: 'mine' },
    }),
    403,
  ],
  [
    'a prefix token takes a longer sibling',
    () => ({ token: tokens.prefix, path: 'dbs/shop/colls/tree/docs/a', key: ['t10', 'o'] }),
    403,
  ],
  [
    'a prefix token without a key',
    () => ({ token: tokens.prefix, path: 'dbs/shop/colls/tree/docs', ...all }),
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

function forge(change: (grant: Record<string, unknown>) => void, token = tokens.all): string {
  const [head, payload] = token.split(';')
  const grant = JSON.parse(Buffer.from(payload ?? '', 'base64').toString())
  change(grant)
  return `${head};${Buffer.from(JSON.stringify(grant)).toString('base64')};`
}

async function everything(): Promise<string> {
  const contents = await Promise.all(
    [docs, 'dbs/shop/colls/vault/docs', 'dbs/shop/colls/tree/docs', 'dbs/shop/colls', 'dbs/shop/users'].map(
      (path) => sendAsMaster('GET', path),
    ),
  )
  return contents.join('\n')
}

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
    if (answer.status >= 400) expect(JSON.parse(answer.text)).toHaveProperty('code')
    expect(await everything()).toBe(before)
  })

  test('says neither key nor token in a refusal', async () => {
    const key = host.keys.key('cosmos')
    for (const [, make] of ways) {
      const { status, text } = await send(make())
      if (status < 400) continue
      expect(text).not.toContain(key)
      for (const token of Object.values(tokens))
        if (token !== '') expect(text).not.toContain(token.split(';')[1])
    }
  })
})
