/** The Entra exchange on the wire, and the defects of Azure's. */

import { spawnSync } from 'node:child_process'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AzureCommunicationTokenCredential as AzureCredential } from '@azure/communication-common'
import {
  AzureCommunicationTokenCredential,
  type EntraCommunicationTokenCredentialOptions,
  isLatchkeyError,
} from '@latchkey/common'
import { createManualClock } from '@latchkey/common/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeJwt } from './tokens.ts'

interface Seen {
  readonly method: string | undefined
  readonly target: string | undefined
  readonly authorization: string | undefined
  readonly body: string
}

let server: Server
let endpoint: string
let seen: Seen[]
/** What the service answers, by the number of the request. */
let answer: (count: number) => { status: number; body: string; headers?: Record<string, string> }

const clock = createManualClock(Date.UTC(2026, 0, 1))
const hour = 3_600_000

function issue(token: string, lifeMs = hour): { status: number; body: string } {
  // Seven decimals and an offset, as the service writes it.
  const expiresOn = new Date(clock.now() + lifeMs).toISOString().replace('Z', '0000+00:00')
  return {
    status: 200,
    body: JSON.stringify({ identity: { id: '8:acs:a_b' }, accessToken: { token, expiresOn } }),
  }
}

beforeEach(async () => {
  seen = []
  answer = (count) => issue(`acs-${count}`)
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen.push({
      method: request.method,
      target: request.url,
      authorization: request.headers.authorization,
      body,
    })
    const { body: text, headers, status } = answer(seen.length)
    response.writeHead(status, headers).end(text)
  }
  server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** An Entra sign-in whose token changes when the test says so. */
function signIn(): {
  token: string
  asked: unknown[]
  getToken(scopes: unknown): Promise<{ token: string; expiresOnTimestamp: number }>
} {
  return {
    token: 'entra-1',
    asked: [],
    async getToken(scopes) {
      this.asked.push(scopes)
      return { token: this.token, expiresOnTimestamp: clock.now() + hour }
    },
  }
}

function create(
  options: Partial<EntraCommunicationTokenCredentialOptions> = {},
): AzureCommunicationTokenCredential {
  return new AzureCommunicationTokenCredential({
    resourceEndpoint: endpoint,
    tokenCredential: signIn(),
    clock,
    ...options,
  })
}

test.for([
  [undefined, '/access/entra/:exchangeAccessToken?api-version=2025-03-02-preview'],
  [
    ['https://communication.azure.com/clients/VoIP'],
    '/access/entra/:exchangeAccessToken?api-version=2025-03-02-preview',
  ],
  [
    ['https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls'],
    '/access/teamsExtension/:exchangeAccessToken?api-version=2025-06-30',
  ],
  [
    ['https://auth.msft.communication.azure.us/a', 'https://auth.msft.communication.azure.com/b'],
    '/access/teamsExtension/:exchangeAccessToken?api-version=2025-06-30',
  ],
] as const)('exchanges with the scopes %j at %s', async ([scopes, target]) => {
  const tokenCredential = signIn()
  const options = scopes === undefined ? {} : { scopes: [...scopes] }
  const { expiresOnTimestamp, token } = await create({ tokenCredential, ...options }).getToken()
  expect({ expiresOnTimestamp, token }).toEqual({ token: 'acs-1', expiresOnTimestamp: clock.now() + hour })
  expect(seen).toEqual([{ method: 'POST', target, authorization: 'Bearer entra-1', body: '{}' }])
  expect(tokenCredential.asked).toEqual([scopes ?? ['https://communication.azure.com/clients/.default']])
})

test('exchanges once for many, and again only for another Entra token or near the end', async () => {
  const tokenCredential = signIn()
  const credential = create({ tokenCredential })
  const tokens = await Promise.all(Array.from({ length: 50 }, () => credential.getToken()))
  expect(new Set(tokens.map(({ token }) => token))).toEqual(new Set(['acs-1']))
  expect(tokenCredential.asked).toHaveLength(1)
  expect((await credential.getToken()).token).toBe('acs-1')
  tokenCredential.token = 'entra-2'
  expect((await credential.getToken()).token).toBe('acs-2')
  expect((await credential.getToken()).token).toBe('acs-2')
  await clock.advance(hour - 20_000)
  expect((await credential.getToken()).token).toBe('acs-3')
  expect(seen.map(({ authorization }) => authorization)).toEqual(
    ['1', '2', '2'].map((n) => `Bearer entra-${n}`),
  )
})

test('follows the sign-in to another user', async () => {
  const tokenCredential = signIn()
  const names = ['8:acs:r_alice', '8:acs:r_bob']
  answer = (count) => issue(makeJwt({ skypeid: names[count - 1] }))
  const credential = create({ tokenCredential })
  const first = await credential.getToken()
  tokenCredential.token = 'entra-of-bob'
  const second = await credential.getToken()
  expect([first, second].map(({ token }) => token)).toEqual(names.map((skypeid) => makeJwt({ skypeid })))
})

test('when the exchange for another user fails, nobody gets the former user’s token', async () => {
  const tokenCredential = signIn()
  tokenCredential.token = makeJwt({ oid: 'alice', count: 1 })
  const credential = create({ tokenCredential })
  await credential.getToken()
  answer = () => ({ status: 503, body: '' })
  tokenCredential.token = makeJwt({ oid: 'alice', count: 2 })
  expect((await credential.getToken()).token).toBe('acs-1')
  tokenCredential.token = makeJwt({ oid: 'bob', count: 1 })
  await expect(credential.getToken()).rejects.toMatchObject({ code: 'ERR_ENTRA_EXCHANGE' })
  answer = () => issue('acs-of-bob')
  expect((await credential.getToken()).token).toBe('acs-of-bob')
})

test('a sign-in that fails for a moment costs no exchange', async () => {
  const tokenCredential = signIn()
  const credential = create({ tokenCredential })
  await credential.getToken()
  const { getToken } = tokenCredential
  tokenCredential.getToken = async () => Promise.reject(new Error('offline'))
  expect((await credential.getToken()).token).toBe('acs-1')
  tokenCredential.getToken = getToken
  await clock.advance(10_000)
  expect((await credential.getToken()).token).toBe('acs-1')
  expect(seen).toHaveLength(1)
})

test('refreshes proactively', async () => {
  const credential = create({ refreshProactively: true, random: () => 0 })
  await credential.getToken()
  await clock.advance(50 * 60_000)
  await expect.poll(() => seen.length).toBe(2)
  credential.dispose()
})

test('keeps the caller’s scopes as they are, takes a trailing slash', async () => {
  const scopes = Object.freeze(['https://communication.azure.com/clients/.default']) as string[]
  await create({ scopes, resourceEndpoint: `${endpoint}/` }).getToken()
  expect(seen[0]?.target).toMatch(/^\/access\/entra/)
})

test.for<[string[]]>([
  [[]],
  [['https://other.example/.default']],
  [['https://communication.azure.com/clients/.default', 'https://auth.msft.communication.azure.com/x']],
])('refuses the scopes %j when the credential is made, in Azure’s words', ([scopes]) => {
  expect(() => create({ scopes })).toThrow(
    'Scopes validation failed. Ensure all scopes start with one of https://auth.msft.communication.azure.com/, https://auth.msft.communication.azure.us/, https://communication.azure.com/clients/.',
  )
})

test.for(['http://r.communication.azure.com', 'https://r.example/path', 'ftp://r.example', ''])(
  'refuses the endpoint %s',
  (resourceEndpoint) => {
    expect(() => create({ resourceEndpoint })).toThrow(expect.objectContaining({ code: 'ERR_ENDPOINT' }))
  },
)

test.for([
  [
    401,
    '{"error":{"code":"Denied","message":"entra-1 is not welcome"}}',
    { statusCode: 401, serviceCode: 'Denied' },
  ],
  [500, 'entra-1 <html>', { statusCode: 500 }],
  [302, '', { statusCode: 302 }],
  [200, '{}', { statusCode: 200 }],
  [200, '{"accessToken":{"token":"t","expiresOn":"never"}}', { statusCode: 200 }],
] as const)(
  'an answer of %i %s is an error with the facts and no secret',
  async ([status, body, details]) => {
    answer = () => ({ status, body, headers: { location: 'https://elsewhere.example/' } })
    const error: unknown = await create()
      .getToken()
      .catch((reason: unknown) => reason)
    expect(isLatchkeyError(error, 'ERR_ENTRA_EXCHANGE') && error.details).toEqual(details)
    expect(`${(error as Error).stack}${JSON.stringify(error)}`).not.toContain('entra-1')
  },
)

test('a service that cannot be reached is an error that says so', async () => {
  server.close()
  server.closeAllConnections()
  await expect(create().getToken()).rejects.toMatchObject({ code: 'ERR_ENTRA_EXCHANGE' })
})

test('no Entra token is an error, an aborted signal an AbortError; Azure answers an empty token', async () => {
  const none = { getToken: async () => null }
  await expect(create({ tokenCredential: none }).getToken()).rejects.toMatchObject({
    code: 'ERR_ENTRA_TOKEN',
  })
  const abortSignal = AbortSignal.abort()
  await expect(create().getToken({ abortSignal })).rejects.toMatchObject({ name: 'AbortError' })

  const azure = new AzureCredential({ resourceEndpoint: 'https://r.example', tokenCredential: none })
  expect(await azure.getToken()).toEqual({ token: '', expiresOnTimestamp: 0 })
  expect(await azure.getToken({ abortSignal })).toEqual({ token: '', expiresOnTimestamp: 0 })
})

test('an exchange that fails keeps the token that is still valid', async () => {
  const errors: unknown[] = []
  const tokenCredential = signIn()
  const credential = create({ tokenCredential, onRefreshError: (error) => errors.push(error) })
  await credential.getToken()
  await clock.advance(hour - 20_000)
  answer = () => ({ status: 503, body: '' })
  expect((await credential.getToken()).token).toBe('acs-1')
  expect(errors).toMatchObject([{ code: 'ERR_ENTRA_EXCHANGE', details: { statusCode: 503 } }])
})

test('Azure refuses http on this machine, and its constructor’s own request kills the process', () => {
  const run = (module: string): { status: number | null; error: string } => {
    const script = `
      const { AzureCommunicationTokenCredential } = await import(${JSON.stringify(import.meta.resolve(module))})
      const tokenCredential = { getToken: async () => ({ token: 'x', expiresOnTimestamp: 9e12 }) }
      new AzureCommunicationTokenCredential({ resourceEndpoint: 'http://127.0.0.1:9', tokenCredential })
      setTimeout(() => undefined, 200)`
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
    })
    return { status, error: stderr }
  }
  const azure = run('@azure/communication-common')
  expect(azure.status).toBe(1)
  expect(azure.error).toContain('allowInsecureConnection is false')
  expect(run('@latchkey/common')).toEqual({ status: 0, error: '' })
})

test('a person has a quarter of an hour to sign in, the service a minute to answer', async () => {
  const tokenCredential = signIn()
  let finish: (token: { token: string; expiresOnTimestamp: number }) => void = () => undefined
  tokenCredential.getToken = async () => new Promise((resolve) => (finish = resolve))
  const hangs: typeof fetch = async () => new Promise(() => undefined)
  const credential = create({ tokenCredential, fetch: hangs })
  const asked = expect(credential.getToken()).rejects.toMatchObject({ code: 'ERR_TOKEN_TIMEOUT' })
  await clock.advance(14 * 60_000)
  finish({ token: 'entra-1', expiresOnTimestamp: clock.now() + hour })
  await clock.advance(59_000)
  await clock.advance(1_000)
  await asked
})

test('who has a valid token waits a minute at most for a sign-in that hangs', async () => {
  const tokenCredential = signIn()
  const credential = create({ tokenCredential })
  await credential.getToken()
  tokenCredential.getToken = async () => new Promise(() => undefined)
  const asked = credential.getToken()
  await clock.advance(60_000)
  expect((await asked).token).toBe('acs-1')
})

test('an exchange may take as long as a refresh that was given more time', async () => {
  const slow: typeof fetch = async () => {
    await new Promise<void>((resolve) => void clock.schedule(90_000, resolve))
    const { body, status } = issue('late')
    return new Response(body, { status })
  }
  const asked = create({ fetch: slow, refreshTimeoutSeconds: 300 }).getToken()
  await clock.advance(90_000)
  expect((await asked).token).toBe('late')
})
