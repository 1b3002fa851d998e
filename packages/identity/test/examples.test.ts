import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startFunctionsHost } from '@latchkey/functions-host'
import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { exportJWK, SignJWT } from 'jose'
import { describe, expect, vi } from 'vitest'
import { createUserAndToken } from '../examples/create-user-and-token.ts'
import { registerTokenFunction } from '../examples/token-route-functions.ts'
import { createTokenServer } from '../examples/token-route-hono.ts'
import { createMemoryStore, type TokenRouteAnswer } from '../src/index.ts'
import { clientOf, liveUsers } from './service-state.ts'

describe('champion scenario 1', () => {
  test('creates a user and a token for it', async ({ localAzure }) => {
    await localAzure.reset()
    const { accessKey, endpoint } = localAzure.endpoints.communication
    const { user } = await createUserAndToken(`endpoint=${endpoint}/;accesskey=${accessKey}`)
    expect(liveUsers(localAzure)).toEqual([user.communicationUserId])
  })

  test('says what is wrong with a key, without showing it', async ({ localAzure }) => {
    const { endpoint } = localAzure.endpoints.communication
    const key = Buffer.from('another key').toString('base64')
    const failed = createUserAndToken(`endpoint=${endpoint}/;accesskey=${key}`)
    await expect(failed).rejects.toMatchObject({ code: 'ERR_IDENTITY_DENIED' })
    await expect(failed).rejects.not.toThrow(key)
  })
})

describe('champion scenario 1, when something goes wrong', () => {
  test.for([
    ['429', 'ERR_IDENTITY_THROTTLED', 'Too many requests; try again in 60000 ms'],
    ['drop-response', 'ERR_IDENTITY_OUTCOME_UNKNOWN', 'The user may exist although no answer came'],
  ] as const)('after %s it says what to do', async ([kind, code, advice], { localAzure }) => {
    await localAzure.reset()
    const { accessKey, endpoint } = localAzure.endpoints.communication
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    localAzure.faults.add({ service: 'communication', kind, times: 1, retryAfterSeconds: 60 })
    const made = createUserAndToken(`endpoint=${endpoint}/;accesskey=${accessKey}`)
    await expect(made).rejects.toMatchObject({ code })
    expect(said.mock.calls).toEqual([[advice]])
    said.mockRestore()
  })

  test.for(['nonsense', 'endpoint=nowhere;accesskey=AAAA', 'endpoint=https://x.example;accesskey=%%'])(
    'with %s it says what a connection string is',
    async (connectionString) => {
      const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
      await expect(createUserAndToken(connectionString)).rejects.toThrow()
      expect(said.mock.calls).toEqual([[expect.stringContaining('The connection string must be')]])
      said.mockRestore()
    },
  )
})

describe('the token route on Hono, with any OpenID Connect issuer', () => {
  test('gives a token to whoever shows an id token of that issuer, and to nobody else', async ({
    localAzure,
  }) => {
    await localAzure.reset()
    const google = await startIssuer()
    const parts = { client: clientOf(localAzure), store: createMemoryStore() }
    const { endpoint } = localAzure.endpoints.communication
    const issuer = { issuer: google.issuer, keySetUrl: google.keySetUrl, audience: 'our-client' }
    const server = createTokenServer(issuer, endpoint, parts)
    const ask = async (token?: string): Promise<Response> =>
      server.request('/token', {
        method: 'POST',
        ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      })
    const good = await ask(await google.idToken({ sub: '110169484474386276334', aud: 'our-client' }))
    expect(good.status).toBe(200)
    expect(liveUsers(localAzure)).toEqual([((await good.json()) as TokenRouteAnswer).userId])
    const refused = await Promise.all([
      ask(),
      ask('nonsense'),
      ask(await google.idToken({ sub: 'x', aud: 'another-client' })),
      ask(await google.idToken({ sub: 'x', aud: 'our-client', exp: 1 })),
      ask(await google.idToken({ aud: 'our-client' })),
    ])
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401])
    expect(liveUsers(localAzure)).toHaveLength(1)
    await google.close()
  })
})

describe('the token route on Azure Functions, with B2C', () => {
  test('gives a token to whoever has signed in there', async ({ localAzure }) => {
    await localAzure.reset()
    const { b2c } = localAzure.endpoints.entra
    const metadata = (await (await fetch(b2c.ropcMetadata)).json()) as Record<string, string>
    const parts = { client: clientOf(localAzure), store: createMemoryStore() }
    const { endpoint } = localAzure.endpoints.communication
    const application = {
      issuer: metadata['issuer'] ?? '',
      keySetUrl: onLoopback(metadata['jwks_uri'], b2c.ropcMetadata),
      clientId: b2c.clientId,
      policies: [b2c.ropcPolicy.toLowerCase()],
    }
    const host = await startFunctionsHost({ app: () => registerTokenFunction(application, endpoint, parts) })
    const ask = (token: string): Promise<Response> =>
      fetch(`${host.url}/api/token`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })
    const idToken = await signInWithPassword(
      localAzure,
      onLoopback(metadata['token_endpoint'], b2c.ropcMetadata),
    )
    const response = await ask(idToken)
    expect(response.status).toBe(200)
    expect(liveUsers(localAzure)).toEqual([((await response.json()) as TokenRouteAnswer).userId])
    expect((await ask(`${idToken}x`)).status).toBe(401)
    const headers = { authorization: `Bearer ${idToken}` }
    const long = await fetch(`${host.url}/api/token`, { method: 'POST', headers, body: ' '.repeat(5_000) })
    expect(long.status).toBe(413)
    await host.close()
  })

  test('gives none to a token of another application, another policy, or none', async ({ localAzure }) => {
    await localAzure.reset()
    const b2c = await startIssuer()
    const parts = { client: clientOf(localAzure), store: createMemoryStore() }
    const application = {
      issuer: b2c.issuer,
      keySetUrl: b2c.keySetUrl,
      clientId: 'our-client',
      policies: ['b2c_1_signin'],
    }
    const { endpoint } = localAzure.endpoints.communication
    const host = await startFunctionsHost({ app: () => registerTokenFunction(application, endpoint, parts) })
    const good = { sub: 'bob', aud: 'our-client', tfp: 'B2C_1_SignIn' }
    const statuses: Record<string, number> = {}
    for (const [name, claims] of Object.entries({
      good,
      'by acr': { ...good, tfp: undefined, acr: 'b2c_1_signin' },
      'another application': { ...good, aud: 'another-client' },
      'another policy': { ...good, tfp: 'B2C_1_edit_profile' },
      'no policy': { ...good, tfp: undefined },
      nobody: { ...good, sub: undefined },
      'another issuer': { ...good, iss: 'https://evil.example' },
      over: { ...good, exp: 1 },
    })) {
      const headers = { authorization: `Bearer ${await b2c.idToken(claims)}` }
      statuses[name] = (await fetch(`${host.url}/api/token`, { method: 'POST', headers })).status
    }
    expect(statuses).toEqual({
      good: 200,
      'by acr': 200,
      'another application': 401,
      'another policy': 401,
      'no policy': 401,
      nobody: 401,
      'another issuer': 401,
      over: 401,
    })
    expect(liveUsers(localAzure)).toHaveLength(1)
    await host.close()
    await b2c.close()
  })
})

interface Issuer {
  readonly issuer: string
  readonly keySetUrl: string
  idToken(claims: Record<string, unknown>): Promise<string>
  close(): Promise<void>
}

/** An issuer with the shape of Google's: RS256, one key set, nothing special. */
async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keySet = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }],
  })
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(keySet)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const keySetUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/certs`
  const issuer = 'https://accounts.google.example'
  const now = Math.floor(Date.now() / 1000)
  return {
    issuer,
    keySetUrl,
    idToken: (claims) =>
      new SignJWT({ iss: issuer, iat: now, exp: now + 3600, email: 'alice@gmail.example', ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .sign(privateKey),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

// The document names the https addresses browsers use; the same paths are served over http.
function onLoopback(url: string | undefined, base: string): string {
  const { pathname, search } = new URL(url ?? '')
  return new URL(pathname + search, base).href
}

async function signInWithPassword(localAzure: LocalAzure, tokenEndpoint: string): Promise<string> {
  const { entra, users } = localAzure.endpoints
  const bob = users.find(({ email }) => email === 'bob@contoso.example')
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: entra.b2c.clientId,
      client_secret: entra.b2c.clientSecret,
      username: bob?.email ?? '',
      password: bob?.password ?? '',
      scope: `openid ${entra.b2c.clientId} offline_access`,
      response_type: 'token id_token',
    }),
  })
  const { id_token: idToken } = (await response.json()) as { id_token?: string }
  if (idToken === undefined) throw new Error(`No id token: ${response.status}`)
  return idToken
}
