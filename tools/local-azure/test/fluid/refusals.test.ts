import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSocket } from './raw-socket.ts'
import { type RelayUnderTest, signJwt, startRelay } from './relay-under-test.ts'

let relay: RelayUnderTest
let documentId: string
let otherDocumentId: string
let retiredKey: string

beforeAll(async () => {
  relay = await startRelay()
  retiredKey = relay.host.keys.key('fluid-secondary')
  relay.service.regenerateKey('secondary')
  documentId = await createDocument()
  otherDocumentId = await createDocument()
})
afterAll(() => relay.close())

interface Sent {
  readonly path: string
  readonly method?: string
  readonly authorization?: string
  readonly body?: unknown
}

const now = (): number => Math.floor(relay.host.clock.now() / 1000)
const orderer = (token: string): string => `Basic ${token}`
const storage = (token: string, tenant = relay.tenantId): string =>
  `Basic ${Buffer.from(`${tenant}:${token}`).toString('base64')}`
const newDocument = { summary: { type: 'tree', entries: [] }, sequenceNumber: 0, values: [] }
const createWith = (token: string): Sent => ({
  path: `/documents/${relay.tenantId}`,
  authorization: orderer(token),
  body: newDocument,
})
const create = (claims: object): Sent => createWith(relay.sign({ ...claims }))
const session = (claims: object, key?: string): Sent => ({
  path: `/documents/${relay.tenantId}/session/${documentId}`,
  authorization: orderer(relay.sign({ documentId, ...claims }, key)),
})
const rawClaims = (): Record<string, unknown> => ({
  documentId,
  tenantId: relay.tenantId,
  scopes: ['doc:read'],
  user: { id: 'ann', name: 'Ann' },
  iat: now(),
  exp: now() + 60,
  ver: '1.0',
})
const withHeader = (header: object, key = relay.host.keys.key('fluid-primary')): Sent => ({
  ...session({}),
  authorization: orderer(signJwt(rawClaims(), key, header)),
})
const summary = (authorization: string, method = 'GET', path = 'git/summaries/latest'): Sent => ({
  path: `/repos/${relay.tenantId}/${path}`,
  method,
  authorization,
  ...(method === 'POST' ? { body: { type: 'channel', entries: [] } } : {}),
})

async function send({ path, method, authorization, body }: Sent): Promise<{ status: number; text: string }> {
  const response = await fetch(`${relay.endpoint}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, text: await response.text() }
}

async function createDocument(): Promise<string> {
  const { status, text } = await send(create({}))
  expect(status).toBe(201)
  return JSON.parse(text) as string
}

const year = 365 * 86_400
const refusals: readonly [string, () => Sent, number, string][] = [
  [
    'creation without Authorization',
    () => ({ path: `/documents/${relay.tenantId}`, body: newDocument }),
    403,
    'Missing Authorization',
  ],
  [
    'a bearer header',
    () => ({ ...create({}), authorization: `Bearer ${relay.sign()}` }),
    403,
    'Missing access token',
  ],
  ['no token at all', () => createWith('nonsense'), 403, 'Missing token claims'],
  ['a wrong key', () => session({}, 'A'.repeat(32)), 403, 'Invalid token'],
  ['a retired key', () => session({}, retiredKey), 403, 'Invalid token'],
  ['an expired token', () => session({ iat: now() - 120, exp: now() - 60 }), 401, 'Expired token'],
  ['iat equal to exp', () => session({ iat: now() - 1, exp: now() - 1 }), 401, 'Expired token'],
  ['a life of 7,200 s', () => session({ exp: now() + 7_200 }), 403, 'Invalid token expiry'],
  ['a life of 3,601 s', () => session({ exp: now() + 3_601 }), 403, 'Invalid token expiry'],
  [
    'iat moved back for skew and a full hour left',
    () => session({ iat: now() - 60, exp: now() + 3_600 }),
    403,
    'Invalid token expiry',
  ],
  ['no exp', () => session({ exp: undefined }), 403, 'Invalid token expiry'],
  ['no iat', () => session({ iat: undefined }), 403, 'Invalid token expiry'],
  ['nbf in the future', () => session({ nbf: now() + 60 }), 403, 'Invalid token'],
  ['creation with doc:read', () => create({ scopes: ['doc:read'] }), 403, 'Insufficient scopes'],
  ['creation with doc:write only', () => create({ scopes: ['doc:write'] }), 403, 'Insufficient scopes'],
  ['creation with a token for a document', () => create({ documentId }), 403, 'there already'],
  ['no scopes', () => session({ scopes: [] }), 403, 'Missing scopes'],
  [
    'the claim called scope',
    () => session({ scopes: undefined, scope: ['doc:read'] }),
    403,
    'Missing scopes',
  ],
  ['reading with doc:write only', () => session({ scopes: ['doc:write'] }), 403, 'Required scopes: doc:read'],
  ['another tenant in the claims', () => session({ tenantId: 'other' }), 403, 'TenantId'],
  [
    'another tenant in claims and path',
    () => ({ ...create({ tenantId: 'other' }), path: '/documents/other' }),
    403,
    'Unknown tenant',
  ],
  ['another document', () => session({ documentId: otherDocumentId }), 403, 'DocumentId'],
  ['no document', () => session({ documentId: '' }), 403, 'DocumentId'],
  [
    'a document that is not there',
    () => ({
      path: `/deltas/${relay.tenantId}/gone`,
      authorization: orderer(relay.sign({ documentId: 'gone' })),
    }),
    404,
    'not found',
  ],
  [
    'deltas of another document',
    () => ({ ...session({ documentId: otherDocumentId }), path: `/deltas/${relay.tenantId}/${documentId}` }),
    403,
    'DocumentId',
  ],
  [
    'storage with a bare token',
    () => summary(orderer(relay.sign({ documentId }))),
    403,
    'Malformed authorization token',
  ],
  [
    'storage with another tenant in the header',
    () => summary(storage(relay.sign({ documentId }), 'other')),
    403,
    'Malformed authorization token',
  ],
  [
    'a path as document id',
    () => summary(storage(relay.sign({ documentId: '../secrets' }))),
    400,
    'Invalid document id',
  ],
  [
    'a summary without summary:write',
    () =>
      summary(
        storage(relay.sign({ documentId, scopes: ['doc:read', 'doc:write'] })),
        'POST',
        'git/summaries',
      ),
    403,
    'Insufficient scopes',
  ],
  [
    'deletion without doc:delete',
    () => ({ ...session({}), path: `/documents/${relay.tenantId}/document/${documentId}`, method: 'DELETE' }),
    403,
    'doc:delete',
  ],
  [
    'revocation without token:revoke',
    () => ({
      ...session({}),
      path: `/documents/${relay.tenantId}/document/${documentId}/revokeToken`,
      body: { jti: 'x' },
    }),
    403,
    'token:revoke',
  ],
  [
    'alg none',
    () => ({
      ...session({}),
      authorization: orderer(`${signJwt(rawClaims(), 'k', { alg: 'none' }).replace(/[^.]+$/, '')}`),
    }),
    403,
    '',
  ],
  [
    'a token padded as plain base64',
    () => ({ ...session({}), authorization: orderer(relay.sign({ documentId }).replace('.', '=.')) }),
    403,
    '',
  ],
  [
    'a user without a name (the real service lets it in)',
    () => session({ user: { id: 'ann' } }),
    403,
    'needs an id and a name',
  ],
  ['no user', () => session({ user: undefined }), 403, 'needs an id and a name'],
  [
    'a token dated a year ahead',
    () => session({ iat: now() + year, exp: now() + year + 60 }),
    403,
    'dated in the future',
  ],
  ['another ver', () => session({ ver: '2.0' }), 403, 'ver must be'],
  ['an unknown scope', () => session({ scopes: ['doc:read', 'doc:everything'] }), 403, 'scopes must be'],
  ['scopes as one text', () => session({ scopes: 'doc:read' }), 403, 'scopes must be'],
  ['a keyless token', () => session({ isKeylessAccessToken: true }), 403, 'isKeylessAccessToken'],
  ['typ absent but alg HS512', () => withHeader({ alg: 'HS512' }), 403, ''],
]

describe('refused over HTTP', () => {
  test.for(refusals)('%s', async ([, request, status, reason]) => {
    const answer = await send(request())
    expect(answer).toEqual({ status, text: expect.stringContaining(reason) })
    expect(answer.text).not.toMatch(/LatchkeyLocalKey|eyJ/)
  })

  test('a creation token used again', async () => {
    const token = relay.sign()
    expect((await send(createWith(token))).status).toBe(201)
    expect(await send(createWith(token))).toEqual({
      status: 403,
      text: expect.stringContaining('already been used'),
    })
  })

  test('the twin of a creation token without jti', async () => {
    const claims = { jti: undefined, iat: now(), exp: now() + 60 }
    expect((await send(create(claims))).status).toBe(201)
    expect((await send(create(claims))).status).toBe(403)
  })

  test('all but one of ten uses of a creation token at the same moment', async () => {
    const token = relay.sign()
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(createWith(token))))
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 9 }, () => 403),
    ])
  })

  test('a revoked token, whose sockets end', async () => {
    const jti = 'to-be-revoked'
    const socket = await openSocket(relay.endpoint)
    await socket.connect(documentId, relay.sign({ documentId, jti }), relay.tenantId)
    expect((await send(session({ jti }))).status).toBe(200)
    const revocation = session({ scopes: ['doc:read', 'doc:write', 'token:revoke'] })
    const path = `/documents/${relay.tenantId}/document/${documentId}/revokeToken`
    expect((await send({ ...revocation, path, body: { jti } })).status).toBe(200)
    expect(await send(session({ jti }))).toEqual({ status: 403, text: expect.stringContaining('revoked') })
    await socket.ended
    const again = await openSocket(relay.endpoint)
    const answer = await again.connect(documentId, relay.sign({ documentId, jti }), relay.tenantId)
    expect(answer).toMatchObject({ event: 'connect_document_error', payload: { code: 403 } })
    again.close()
  })
})

describe('refused on the socket', () => {
  const sockets: readonly [string, () => unknown, number][] = [
    ['no token', () => null, 403],
    ['no JSON Web Token', () => 'nonsense', 401],
    ['a wrong key', () => relay.sign({ documentId }, 'B'.repeat(32)), 403],
    ['a retired key', () => relay.sign({ documentId }, retiredKey), 403],
    ['an expired token', () => relay.sign({ documentId, iat: now() - 120, exp: now() - 60 }), 401],
    ['a life of 7,200 s', () => relay.sign({ documentId, exp: now() + 7_200 }), 403],
    ['another document', () => relay.sign({ documentId: otherDocumentId }), 403],
    ['another tenant', () => relay.sign({ documentId, tenantId: 'other' }), 403],
    ['no scopes', () => relay.sign({ documentId, scopes: [] }), 403],
    ['a user without a name', () => relay.sign({ documentId, user: { id: 'ann' } }), 403],
  ]

  test.for(sockets)('%s', async ([, token, code]) => {
    const socket = await openSocket(relay.endpoint)
    const answer = await socket.connect(documentId, token(), relay.tenantId)
    expect(answer).toMatchObject({ event: 'connect_document_error', payload: { code } })
    socket.close()
  })

  test('a document that is not there', async () => {
    const socket = await openSocket(relay.endpoint)
    const answer = await socket.connect('gone', relay.sign({ documentId: 'gone' }), relay.tenantId)
    expect(answer).toMatchObject({ event: 'connect_document_error', payload: { code: 404 } })
    socket.close()
  })

  test('a page of another site', async () => {
    for (const origin of ['https://evil.example', 'foo://localhost'])
      await expect(openSocket(relay.endpoint, { origin })).rejects.toThrow('400')
  })
})
