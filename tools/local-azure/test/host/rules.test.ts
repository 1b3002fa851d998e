/**
 * The rules that keep local Azure on this machine and out of production: E1 to E9 of docs/security.md.
 */

import { globSync, readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { isLocalKey } from '@latchkey/common'
import { describe, expect } from 'vitest'
import { WebSocket } from 'ws'
import type { LocalAzure } from '../../src/index.ts'
import { test } from '../../src/testing.ts'
import { ask, talk } from './raw-request.ts'

const addresses = ({ endpoints }: LocalAzure): string[] => [
  endpoints.dashboard.url,
  new URL(endpoints.graph.endpoint).origin,
  endpoints.communication.endpoint,
  endpoints.cosmos.endpoint,
  endpoints.fluid.endpoint,
]

describe('E1: nothing but loopback', () => {
  test('other addresses of this machine are not listened on', async ({ localAzure }) => {
    const outside = Object.values(networkInterfaces())
      .flatMap((interfaces) => interfaces ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address)
    // 127.0.0.2 is this machine too, and answers when something listens on every address.
    const others = process.platform === 'linux' ? ['127.0.0.2', ...outside] : outside
    for (const url of addresses(localAzure)) {
      for (const host of others) {
        await expect(talk(Number(new URL(url).port), 'GET / HTTP/1.0\r\n\r\n', host)).rejects.toMatchObject({
          code: 'ECONNREFUSED',
        })
      }
    }
  })
})

describe('E2: keys anybody can recognise', () => {
  test('every secret of endpoints.json begins with the head', ({ localAzure }) => {
    const { api, communication, cosmos, entra, fluid, graph } = localAzure.endpoints
    const secrets = [
      api.functionKey,
      communication.accessKey,
      cosmos.key,
      entra.b2c.clientSecret,
      entra.externalId.clientSecret,
      entra.managedIdentity.header,
      fluid.primaryKey,
      fluid.secondaryKey,
      graph.clientSecret,
    ]
    expect(secrets.filter((secret) => !isLocalKey(secret))).toEqual([])
    expect(new Set(secrets).size).toBe(secrets.length)
  })
})

describe('E3: tokens that can be told apart', () => {
  test('issuer and key ids name the emulator', async ({ localAzure }) => {
    const { b2c, externalId } = localAzure.endpoints.entra
    for (const { metadata, tenantId } of [b2c, externalId]) {
      const document = (await (await fetch(metadata)).json()) as { issuer: string; jwks_uri: string }
      expect(document.issuer).toMatch(new RegExp(`^https://localhost:\\d+/emulator/${tenantId}/v2\\.0/?$`))
      const { keys } = (await (await fetch(document.jwks_uri)).json()) as { keys: { kid: string }[] }
      expect(keys.every(({ kid }) => kid.startsWith('emulator-'))).toBe(true)
    }
  })
})

const fakeToken = (issuer: string): string => {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ alg: 'RS256', kid: 'k' })}.${encode({ iss: issuer, sub: 'canary-subject' })}.c2lnbmF0dXJl`
}

describe('E4: tokens of real services are refused and not kept', () => {
  test.for([
    'https://contoso.b2clogin.com/00000000-0000-4000-8000-000000000000/v2.0/',
    'https://contoso.ciamlogin.com/x/v2.0',
    'https://login.microsoftonline.com/x/v2.0',
    'https://sts.windows.net/x/',
    'https://accounts.google.com',
  ])('%s', async (issuer, { localAzure }) => {
    const token = fakeToken(issuer)
    const { communication, graph } = localAzure.endpoints
    const refused = [
      ...(await Promise.all(
        addresses(localAzure).map((url) =>
          ask(`${url}/canary-path`, { headers: { authorization: `Bearer ${token}` } }),
        ),
      )),
      await ask(`${graph.endpoint}/users?token=${token}`),
      await ask(`${communication.endpoint}/teamsUser/:exchangeAccessToken?api-version=2023-10-01`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': String(token.length + 12) },
        body: JSON.stringify({ token }).padEnd(token.length + 12),
      }),
    ]
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 400))
    const kept = JSON.stringify([localAzure.requests.list(), refused.map(({ body }) => body)])
    for (const canary of [token, 'canary-subject', 'canary-path']) expect(kept).not.toContain(canary)
  })

  test.for(['application/x-www-form-urlencoded', 'application/json'])(
    'in a body of chunks, %s',
    async (type, { localAzure }) => {
      const token = fakeToken('https://contoso.b2clogin.com/x/v2.0/')
      const url = localAzure.endpoints.entra.b2c.ropcMetadata.replace(/v2\.0\/.*$/, 'oauth2/v2.0/token')
      const { status, body } = await ask(url, {
        method: 'POST',
        headers: { 'content-type': type, 'transfer-encoding': 'chunked' },
        body: type.endsWith('json') ? JSON.stringify({ token }) : `refresh_token=${token}`,
      })
      expect([status, JSON.parse(body).code]).toEqual([400, 'ProductionToken'])
      expect(JSON.stringify(localAzure.requests.list())).not.toContain(token)
    },
  )

  test.for([
    ['long', 'application/json', 900_000, 400, 'ProductionToken'],
    ['of another kind', 'text/plain', 10, 400, 'ProductionToken'],
    ['too long to be judged', 'application/json', 1_048_576, 413, 'PayloadTooLarge'],
  ] as const)('in a body that is %s', async ([, type, padding, status, code], { localAzure }) => {
    const token = fakeToken('https://contoso.b2clogin.com/x/v2.0/')
    const { communication, dashboard, graph } = localAzure.endpoints
    const body = JSON.stringify({ padding: '.eyJ'.padEnd(padding, 'eyJ'), token })
    for (const url of [
      `${communication.endpoint}/identities`,
      `${graph.endpoint}/users`,
      `${dashboard.url}/faults`,
    ]) {
      for (const framing of [{ 'content-length': `${body.length}` }, { 'transfer-encoding': 'chunked' }]) {
        const headers = { 'content-type': type, ...framing } as Record<string, string>
        const refused = await ask(url, { method: 'POST', headers, body })
        expect([refused.status, JSON.parse(refused.body).code], url).toEqual([status, code])
      }
    }
    expect(JSON.stringify(localAzure.requests.list())).not.toContain(token)
  })

  test('a token longer than any of ours, and one amid other words', async ({ localAzure }) => {
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = { iss: 'https://login.microsoftonline.com/x/v2.0', groups: 'g'.repeat(9_000) }
    const url = `${localAzure.endpoints.graph.endpoint}/users`
    for (const body of [
      `a.${encode({ alg: 'RS256' })}.${encode(claims)}.c2ln`,
      `see_${encode({ alg: 'RS256' })}.${encode({ ...claims, groups: '' })}`,
    ]) {
      const headers = { 'content-type': 'text/plain', 'content-length': String(body.length) }
      expect((await ask(url, { method: 'POST', headers, body })).status).toBe(400)
    }
  })

  test('a local token passes', async ({ localAzure }) => {
    const token = fakeToken('https://localhost:4291/emulator/x/v2.0/')
    const url = `${localAzure.endpoints.graph.endpoint}/users`
    expect((await ask(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401)
  })
})

describe('E5: not in what is shipped', () => {
  test('no package or app depends on it, and its sources carry the marker', () => {
    const cwd = import.meta.dirname
    const manifests = globSync('../../../../{packages,apps}/*/package.json', { cwd })
    expect(manifests.length).toBeGreaterThan(5)
    for (const path of manifests) {
      const text = readFileSync(join(cwd, path), 'utf8')
      const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = JSON.parse(text)
      const all = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
      expect(all, path).not.toContain('@latchkey/local-azure')
    }
    const source = readFileSync(join(import.meta.dirname, '../../src/host/data-directory.ts'), 'utf8')
    expect(source).toContain('EMULATOR-NOT-FOR-PRODUCTION')
  })
})

describe('E6: the header is on every answer', () => {
  test('routes, misses, errors, refusals and garbage', async ({ localAzure }) => {
    const { cosmos, dashboard } = localAzure.endpoints
    localAzure.faults.add({ service: 'cosmos', kind: '429' })
    const answers = [
      await ask(`${cosmos.endpoint}/`),
      ...(await Promise.all(addresses(localAzure).map((url) => ask(`${url}/no/such/route`)))),
      ...(await Promise.all(
        addresses(localAzure).map((url) => ask(url, { headers: { host: 'evil.test' } })),
      )),
      await ask(`${dashboard.url}/endpoints.json`),
      await ask(`${dashboard.url}/clock`, { method: 'POST', body: 'x', headers: { 'content-length': '1' } }),
    ]
    expect(answers[0]?.status).toBe(429)
    expect(answers.filter(({ headers }) => headers['x-emulator'] !== 'not-for-production')).toEqual([])
    const port = Number(new URL(dashboard.url).port)
    for (const garbage of [
      'GARBAGE\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    ]) {
      expect(await talk(port, garbage)).toMatch(
        /^HTTP\/1\.1 400 Bad Request\r\nX-Emulator: not-for-production\r\n/,
      )
    }
  })

  test('a WebSocket that opens', async ({ localAzure }) => {
    const url = `${localAzure.endpoints.fluid.endpoint.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
    const socket = new WebSocket(url)
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      socket.on('upgrade', resolve)
      socket.on('error', reject)
    })
    const { headers, statusCode } = await answered
    expect([statusCode, headers['x-emulator']]).toEqual([101, 'not-for-production'])
    socket.terminate()
    const cause = new WebSocket(url, { headers: { origin: 'https://evil.test' } })
    await expect(new Promise((_, reject) => cause.on('error', reject))).rejects.toThrow('403')
  })

  test('a WebSocket that does not', async ({ localAzure }) => {
    const ports = addresses(localAzure).map((url) => Number(new URL(url).port))
    const upgrade = (host: string): string =>
      `GET /no/such HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
    for (const port of ports) {
      const refused = await talk(port, upgrade('evil.test'))
      expect(refused).toMatch(/^HTTP\/1\.1 421 [^\r]*\r\nX-Emulator: not-for-production\r\n/)
    }
  })
})

describe('E7: only by its own names, only for pages of this machine', () => {
  test.for([
    'evil.test',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '127.0.0.2',
    '0.0.0.0',
    '10.0.0.1',
    '[::2]',
    '',
  ])('Host: %s', async (host, { localAzure }) => {
    for (const url of addresses(localAzure)) {
      const { port } = new URL(url)
      const answer = await talk(
        Number(port),
        `GET / HTTP/1.1\r\nHost: ${host && `${host}:${port}`}\r\nConnection: close\r\n\r\n`,
      )
      expect(answer).toMatch(/^HTTP\/1\.1 4(21|00) /)
    }
  })

  test.for(['127.0.0.1', 'localhost', 'LOCALHOST:1'])('Host: %s is known', async (host, { localAzure }) => {
    expect(
      (await ask(`${localAzure.endpoints.dashboard.url}/endpoints.json`, { headers: { host } })).status,
    ).toBe(200)
  })

  test('preflights and answers name the origin for pages of this machine only', async ({ localAzure }) => {
    const { communication, cosmos, fluid } = localAzure.endpoints
    for (const url of [communication.endpoint, cosmos.endpoint, fluid.endpoint]) {
      const preflight = (origin: string): ReturnType<typeof ask> =>
        ask(`${url}/x`, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'PATCH',
            'access-control-request-headers': 'x-ms-date',
          },
        })
      const here = await preflight('http://localhost:4286')
      expect(here.headers).toMatchObject({
        'access-control-allow-origin': 'http://localhost:4286',
        'access-control-allow-methods': 'PATCH',
        'access-control-allow-headers': 'x-ms-date',
      })
      for (const origin of [
        'https://evil.test',
        'null',
        'http://localhost.evil.test',
        'http://127.0.0.1.evil.test',
        'foo://localhost',
      ]) {
        const there = await preflight(origin)
        expect([there.status, there.headers['access-control-allow-origin']], origin).toEqual([403, undefined])
        const read = await ask(`${url}/x`, { headers: { origin } })
        expect(read.headers['access-control-allow-origin']).toBeUndefined()
      }
    }
  })

  const elsewhere = [
    'https://evil.test',
    'foo://localhost',
    'javascript://127.0.0.1',
    'file://localhost',
    'null',
  ]
  test.for(elsewhere)('a page of %s cannot work the controls', async (origin, { localAzure }) => {
    const url = `${localAzure.endpoints.dashboard.url}/clock`
    const body = '{"advanceSeconds":1}'
    const headers = { origin, 'content-type': 'text/plain', 'content-length': String(body.length) }
    expect((await ask(url, { method: 'POST', headers, body })).status).toBe(403)
    expect(localAzure.clock.offsetMs).toBe(0)
  })
})
