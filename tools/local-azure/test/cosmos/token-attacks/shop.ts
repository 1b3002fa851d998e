/**
 * A shop to break into, and requests made by hand, since the SDK is too polite.
 *
 * The holder has a token for one container and the partition key "mine" of it; beside it lie another partition key,
 * another container with the same item, and a hierarchical one.
 */

import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import { createCosmosService } from '../../../src/cosmos/cosmos-service.ts'
import type { LocalService } from '../../../src/host/service.ts'
import { createTestHost, type TestHost } from '../../../src/host/test-host.ts'

let host: TestHost | undefined
let service: LocalService | undefined
/** The secret that must never be seen, and the marker that must never be written. */
export const secret = 'TOP-SECRET-OF-YOURS'
export const container = 'dbs/shop/colls/notes'
export const tokens: Record<'all' | 'read' | 'item' | 'leaf' | 'old' | 'other' | 'prefix', string> = {
  all: '',
  read: '',
  item: '',
  leaf: '',
  old: '',
  other: '',
  prefix: '',
}
let rid = ''

/** The resource id of the container. */
export function containerRid(): string {
  return rid
}

/** The master key, which no answer may hold. */
export function masterKey(): string {
  return opened().host.keys.key('cosmos')
}

function opened(): { host: TestHost; service: LocalService } {
  if (!host || !service) throw new Error('The shop is not open yet')
  return { host, service }
}

/** A request made by hand. */
export interface Sent {
  readonly token?: string
  readonly method?: string
  readonly path?: string
  readonly key?: unknown
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

/** Sends a request, with the token of one container and partition key unless told otherwise. */
export async function send({
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
  const response = await opened().service.fetch(request, { target })
  return { status: response.status, text: await response.text() }
}

/** Signs with the master key, written anew here from the documentation. */
export async function sendAsMaster(
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
  const signature = createHmac('sha256', Buffer.from(masterKey(), 'base64')).update(text).digest('base64')
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

/** Opens the shop: what is the holder's, and what is not. */
export async function openShop(): Promise<void> {
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
  await put(container, { id: 'b', owner: 'yours', text: secret }, ['yours'])
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
  tokens.leaf = await mint('leaf', {
    permissionMode: 'all',
    resource: 'dbs/shop/colls/tree/docs/a',
    resourcePartitionKey: ['t1', 'o'],
  })
  await mint('old', {
    permissionMode: 'all',
    resource: `${container}/docs/b`,
    resourcePartitionKey: ['mine'],
  })
  // As a file of an earlier version may hold it.
  host.database.exec(
    "UPDATE permissions SET key = NULL WHERE user = (SELECT number FROM users WHERE id = 'old')",
  )
  tokens.old = JSON.parse(await sendAsMaster('GET', 'dbs/shop/users/old/permissions/p'))._token
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
  rid = JSON.parse(await sendAsMaster('GET', container))._rid
}

export function closeShop(): void {
  opened().host.close()
}

/** The name of a way out, its request, and the status if it must be a certain one. */
export type Way = [name: string, make: () => Sent, status?: number]

/** A posted query. */
export const query = (text: string): Pick<Sent, 'method' | 'body' | 'headers'> => ({
  method: 'POST',
  headers: { 'x-ms-documentdb-isquery': 'true', 'content-type': 'application/query+json' },
  body: { query: text, parameters: [] },
})
export const docs: string = `${container}/docs`
export const all: Pick<Sent, 'method' | 'body' | 'headers'> = query('SELECT * FROM c')
/** A batch, or bulk. */
export const batch = (operations: unknown[], atomic = true): Pick<Sent, 'method' | 'body' | 'headers'> => ({
  method: 'POST',
  headers: { 'x-ms-cosmos-is-batch-request': 'true', 'x-ms-cosmos-batch-atomic': String(atomic) },
  body: operations,
})
export const stolen: Record<string, string> = { id: 'stolen', owner: 'yours' }

/** A token whose content was changed by somebody without the key. */
export function forge(change: (grant: Record<string, unknown>) => void, token: string = tokens.all): string {
  const [head, payload] = token.split(';')
  const grant = JSON.parse(Buffer.from(payload ?? '', 'base64').toString())
  change(grant)
  return `${head};${Buffer.from(JSON.stringify(grant)).toString('base64')};`
}

/** All there is, to see whether anything has changed. */
export async function everything(): Promise<string> {
  const contents = await Promise.all(
    [docs, 'dbs/shop/colls/vault/docs', 'dbs/shop/colls/tree/docs', 'dbs/shop/colls', 'dbs/shop/users'].map(
      (path) => sendAsMaster('GET', path),
    ),
  )
  return contents.join('\n')
}
