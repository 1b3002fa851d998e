/**
 * What every answer has in common: headers, limits, errors, documents.
 */

import { createHmac } from 'node:crypto'
import { BlockList } from 'node:net'
import { test } from '@latchkey/local-azure/testing'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { uploadLinks } from '../examples/storage-tokens.ts'
import { createClientAddress, networkOf } from '../src/http/client-address.ts'
import { createJsonLog } from '../src/index.ts'
import { createLocalServer } from './support/local-server.ts'
import { alice, bob } from './support/sign-in-page.ts'

const origin = 'https://app.contoso.example'

describe('CORS', () => {
  const environment = { LATCHKEY_ALLOWED_ORIGINS: origin }

  test('an allowed origin may ask and read', async ({ localAzure }) => {
    const server = createLocalServer(localAzure, { environment })
    const asked = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-latchkey',
    }
    const preflight = await server.call('OPTIONS', '/v1/sessions', { headers: asked })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
    expect(preflight.headers.get('access-control-allow-methods')).toBe('POST, GET, DELETE')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-latchkey')
    const answer = await server.call('GET', '/v1/health', { headers: { origin } })
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    expect(answer.headers.get('vary')).toBe('Origin')
  })

  test.for([
    'null',
    'https://app.contoso.example.evil.test',
    'https://evil.test',
    'http://app.contoso.example',
    '*',
    'https://app.contoso.example:444',
    'https://APP.contoso.example',
    'https://app.contoso.example/',
    '',
    'https://evilapp.contoso.example',
    'https://app.contoso.example\u0000',
    'https://contoso.example',
    'file://',
    'https://app.contoso.example@evil.test',
    'https://app.contoso.examplex',
    'app.contoso.example',
    'https://a.app.contoso.example',
    'https://app-contoso.example',
    'https://app.contoso.example%2eevil.test',
    'data:',
  ])('%j may not', async (hostile, { localAzure }) => {
    const server = createLocalServer(localAzure, { environment })
    const headers = new Headers()
    try {
      headers.set('origin', hostile)
    } catch {
      return // Not even a header can hold it.
    }
    headers.set('access-control-request-method', 'POST')
    for (const method of ['OPTIONS', 'GET']) {
      const answer = await server.call(method, '/v1/health', { headers: Object.fromEntries(headers) })
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    }
  })
})

describe('bodies', () => {
  const post = (body: string, headers: Record<string, string> = {}) => ({
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })

  test('are small, JSON, shallow and of one kind', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const send = async (body: string, headers?: Record<string, string>) =>
      (await server.call('POST', '/v1/sessions/refresh', post(body, headers))).status
    const padded = (bytes: number) => `{"refreshToken":"${'x'.repeat(bytes - 19)}"}`
    expect(await send(padded(8_000))).toBe(401)
    expect(await send(padded(16 * 1024))).toBe(400)
    expect(await send(padded(16 * 1024 + 1))).toBe(413)
    expect(await send('{}', { 'content-type': 'text/plain' })).toBe(415)
    expect(await send('{}', { 'content-type': 'application/x-www-form-urlencoded' })).toBe(415)
    expect(await send('{}', { 'content-encoding': 'gzip' })).toBe(415)
    expect(await send('{"refreshToken":')).toBe(400)
    expect(await send('[]')).toBe(400)
    expect(await send('{"refreshToken":1}')).toBe(400)
    expect(await send('{"refreshToken":"x","more":1}')).toBe(400)
    expect(await send(`${'['.repeat(8_000)}${']'.repeat(8_000)}`)).toBe(400)
    expect(await send('{"__proto__":{"polluted":1},"refreshToken":"x"}')).toBe(400)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('without a stated length are counted as they come', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    let pulled = 0
    const body = new ReadableStream({
      pull: (controller) => {
        pulled += 1
        controller.enqueue(new Uint8Array(1_024))
      },
    })
    const url = `${localAzure.endpoints.demo.url}/v1/sessions/refresh`
    const request = new Request(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
    } as RequestInit)
    expect((await server.fetch(request)).status).toBe(413)
    expect(pulled).toBeLessThan(30)
  })
})

test('a problem says what is wrong in one shape and nothing of the inside', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const answer = await server.call('POST', '/v1/sessions', {
    body: { grant: 'password' },
    headers: { 'x-correlation-id': 'trace-1' },
  })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.json).toEqual({
    type: 'urn:latchkey:problem:invalid_request',
    title: 'The request is not valid',
    status: 400,
    code: 'invalid_request',
    detail: 'email: is missing or not valid',
    instance: '/v1/sessions',
    correlationId: answer.headers.get('x-correlation-id'),
  })
  const unknown = await server.call('GET', '/v1/nothing')
  expect(unknown).toMatchObject({ status: 404, json: { code: 'not_found' } })
})

test.for([
  'bearer x.y.z',
  'Basic eA==',
  'Bearer  x.y.z',
  'Bearer x.y.z,a.b.c',
  'Bearer\tx.y.z',
  'Bearer',
  'Bearer x y',
])('the scheme is exactly Bearer: %j', async (authorization, { localAzure }) => {
  const server = createLocalServer(localAzure)
  expect((await server.call('GET', '/v1/me', { headers: { authorization } })).status).toBe(401)
  // Where guests may come too, whoever shows something is none.
  const key = { 'x-functions-key': localAzure.endpoints.api.functionKey }
  for (const path of ['/v1/tokens/cosmos', '/api/GetResourceTokens', '/api/GetUserInfo'])
    expect((await server.call('POST', path, { headers: { authorization, ...key } })).status).toBe(401)
})

test('an unexpected failure is a bare 500 with its correlation id', async ({ localAzure }) => {
  const lines: string[] = []
  const server = createLocalServer(localAzure, {
    ports: {
      log: createJsonLog((line) => lines.push(line)),
      authenticate: async () => {
        throw new Error('inner secret\nsecond line')
      },
    },
  })
  const answer = await server.call('GET', '/v1/me')
  expect(answer).toMatchObject({
    status: 500,
    json: { code: 'internal_error', correlationId: expect.any(String) },
  })
  expect(`${answer.text}${lines.join('')}`).not.toContain('secret')
  for (const line of lines) expect(line.match(/\n/g)).toHaveLength(1)
})

describe('limits', () => {
  test('answer 429 with Retry-After, by address, and believe trusted proxies only', async ({
    localAzure,
  }) => {
    const limits = { open: { points: 2, seconds: 60 } }
    const from = (address: string, forwarded?: string) => ({
      headers: { 'x-test-peer': address, ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }) },
    })
    const server = createLocalServer(localAzure, {
      environment: { LATCHKEY_TRUSTED_PROXIES: '10.0.0.0/8' },
      app: { limits, peerAddress: (context) => context.req.header('x-test-peer') },
    })
    const health = async (...args: Parameters<typeof from>) => {
      const answer = await server.call('GET', '/v1/health', from(...args))
      return answer.status === 429 ? Number(answer.headers.get('retry-after')) > 0 && 429 : answer.status
    }
    expect([await health('1.1.1.1'), await health('1.1.1.1'), await health('1.1.1.1')]).toEqual([
      200, 200, 429,
    ])
    // Said by a client and not by a proxy of ours, the header changes nothing.
    expect(await health('1.1.1.1', '2.2.2.2')).toBe(429)
    expect(await health('3.3.3.3')).toBe(200)
    expect([
      await health('10.1.1.1', '4.4.4.4'),
      await health('10.1.1.2', '4.4.4.4'),
      await health('10.1.1.3', '4.4.4.4'),
    ]).toEqual([200, 200, 429])
    expect(await health('10.1.1.1', '9.9.9.9, 4.4.4.4')).toBe(429)
  })

  test.for([
    [[], '5.5.5.5', '1.1.1.1', '5.5.5.5'],
    [['10.0.0.1'], '10.0.0.1', '1.1.1.1:443', '1.1.1.1'],
    [['10.0.0.1'], '::ffff:10.0.0.1', '1.1.1.1', '1.1.1.1'],
    [['10.0.0.1'], '10.0.0.1', 'nonsense', '10.0.0.1'],
    [['10.0.0.1'], '10.0.0.1', '[2001:db8::1]:443', '2001:db8::1'],
    [['platform'], undefined, '9.9.9.9, 1.1.1.1:50000', '1.1.1.1'],
    [[], undefined, '1.1.1.1', undefined],
  ] as const)('trusting %j, peer %s, header %s: %s', ([trusted, peer, header, expected]) => {
    const request = new Request('http://x.test', { headers: { 'x-forwarded-for': header } })
    expect(createClientAddress(trusted)(request, peer)).toBe(expected)
  })

  test('of IPv6, a whole /64 counts as one, however its addresses are written', async ({ localAzure }) => {
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV6(), (one, other) => {
        const network = new BlockList()
        network.addSubnet(one, 64, 'ipv6')
        expect(networkOf(one) === networkOf(other)).toBe(network.check(other, 'ipv6'))
        // The last four groups are the machine's own.
        const [prefix = ''] = (networkOf(one) ?? '').split('::')
        expect(networkOf(`${prefix}:a:b:c:d`)).toBe(networkOf(one))
      }),
      { numRuns: 500 },
    )
    expect(networkOf('2001:0DB8::1')).toBe(networkOf('2001:db8:0:0:ffff::'))
    expect([networkOf('1.2.3.4'), networkOf(undefined)]).toEqual(['1.2.3.4', undefined])

    const server = createLocalServer(localAzure, {
      app: {
        limits: { open: { points: 2, seconds: 60 } },
        peerAddress: (context) => context.req.header('x-test-peer'),
      },
    })
    const health = async (peer: string) =>
      (await server.call('GET', '/v1/health', { headers: { 'x-test-peer': peer } })).status
    expect([await health('2001:db8::1'), await health('2001:db8::2'), await health('2001:db8::3')]).toEqual([
      200, 200, 429,
    ])
    expect(await health('2001:db8:0:1::3')).toBe(200)
  })
})

test('the page about the API needs nothing from elsewhere', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const page = await server.call('GET', '/v1/docs')
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(page.text).toContain('/v1/tokens/cosmos')
  expect(page.text).not.toMatch(/https?:\/\/(?!json-schema)|<script|src=/)
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'sha256-/)
})

test('only functions have a path in any case', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const headers = { 'x-functions-key': localAzure.endpoints.api.functionKey }
  const ask = async (method: string, path: string): Promise<unknown> => {
    const { json, status } = await server.call(method, path, { headers })
    return [status, json.code ?? json.error]
  }
  expect(await ask('GET', '/API/checkAccount/')).toEqual([400, 'The email is missing'])
  expect(await ask('DELETE', '/api/CHECKACCOUNT')).toEqual(await ask('DELETE', '/api/CheckAccount'))
  for (const path of ['/api/checkaccount//', '/api/check', '/V1/health', '/v1/health/'])
    expect([path, await ask('GET', path)]).toEqual([path, [404, 'not_found']])
})

test('with LATCHKEY_API=off there is no /api', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, { environment: { LATCHKEY_API: 'off' } })
  expect((await server.api('GetResourceTokens')).status).toBe(404)
  expect((await server.call('GET', '/v1/health')).status).toBe(200)
})

test('what cannot be put on record is not done', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const admin = (await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...alice } })).json
  const { objectId } = (await server.api('CheckAccount', { email: bob.email })).json.user
  localAzure.faults.add({
    service: 'cosmos',
    match: 'POST /dbs/latchkey-system/colls/Audit/',
    kind: '503',
    times: 5,
  })
  const refused = await server.call('PATCH', `/v1/users/${objectId}`, {
    bearer: admin.accessToken,
    body: { enabled: false },
  })
  expect(refused.status).toBe(503)
  expect((await server.latchkey.parts.accounts.load(objectId))?.account.enabled).toBe(true)
  localAzure.faults.clear()
})

test('a service of your own: the example, executed', async ({ localAzure }) => {
  const signingKey = new Uint8Array(32).fill(7)
  const server = createLocalServer(localAzure, {
    ports: { tokenServices: [uploadLinks({ baseUrl: 'https://files.contoso.example', signingKey })] },
  })
  const { accessToken: bearer, subject } = (
    await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
  ).json
  const answer = await server.call('POST', '/v1/tokens/uploads', { bearer, body: { file: 'cat.png' } })
  const url = new URL(answer.json.url)
  const path = `${subject}/cat.png`
  const expected = createHmac('sha256', signingKey)
    .update(`${path}\n${answer.json.expiresOn}`)
    .digest('base64url')
  expect([url.pathname, url.searchParams.get('signature')]).toEqual([`/${path}`, expected])
  for (const file of ['../alice/cat.png', 'cat.exe', ''])
    expect((await server.call('POST', '/v1/tokens/uploads', { bearer, body: { file } })).status).toBe(400)
  expect((await server.call('POST', '/v1/tokens/uploads', { body: { file: 'cat.png' } })).status).toBe(401)
  const { json } = await server.call('GET', '/v1/openapi.json')
  expect(json.paths['/v1/tokens/uploads'].post.summary).toContain("caller's folder")
})

test('a proof of identity of your own replaces sessions', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, {
    ports: {
      authenticate: async (request) =>
        request.headers.get('x-my-user') === null
          ? undefined
          : { id: 'me-1', subject: { issuer: 'my', subject: '1' }, name: 'Me', role: 'new' },
    },
  })
  expect((await server.call('GET', '/v1/me')).status).toBe(401)
  const me = await server.call('GET', '/v1/me', { headers: { 'x-my-user': '1' } })
  expect(me.json).toEqual({ id: 'me-1', displayName: 'Me', role: 'new', profile: null })
  const tokens = await server.call('POST', '/v1/tokens/cosmos', { headers: { 'x-my-user': '1' } })
  expect(tokens.json.permissions).toHaveLength(2)
})
