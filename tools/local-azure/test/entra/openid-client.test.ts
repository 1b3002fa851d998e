/**
 * The unmodified openid-client as judge: strict about issuers, signatures, nonces and hashes.
 */

import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import * as client from 'openid-client'
import { beforeEach, describe, expect } from 'vitest'
import type { LocalAzure } from '../../src/index.ts'
import { test } from '../../src/testing.ts'
import { openPage, sendPage, signInAt } from './sign-in.ts'

const bob = { email: 'bob@contoso.example', password: 'Front-Door-4281' }
const redirectUri = 'http://127.0.0.1:8123/callback'
const insecure = { execute: [client.allowInsecureRequests] }

beforeEach<{ localAzure: LocalAzure }>(({ localAzure }) => {
  setDefaultCACertificates([...getCACertificates('default'), localAzure.endpoints.certificateAuthority])
})

async function signInWithCode(
  config: client.Configuration,
  scope: string,
): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers> {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const expectedNonce = client.randomNonce()
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  })
  const back = await signInAt(address.href, bob)
  return client.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState, expectedNonce })
}

describe('B2C', () => {
  test('http: code + PKCE, refresh, password, client credentials', async ({ localAzure }) => {
    const { clientId, clientSecret, metadata, ropcMetadata } = localAzure.endpoints.entra.b2c
    const config = await client.discovery(new URL(metadata), clientId, clientSecret, undefined, insecure)
    expect(config.serverMetadata().issuer).not.toBe(metadata)
    const tokens = await signInWithCode(config, `openid ${clientId} offline_access`)
    expect(tokens.claims()).toMatchObject({ emails: [bob.email], tfp: 'b2c_1_signupsignin' })
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    expect(refreshed.claims()?.sub).toBe(tokens.claims()?.sub)
    // Not single-use: the old one still works.
    await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    const daemon = await client.clientCredentialsGrant(config, { scope: `${clientId}/.default` })
    expect(daemon.token_type).toBe('bearer')

    const ropc = await client.discovery(new URL(ropcMetadata), clientId, undefined, client.None(), insecure)
    const scope = `openid ${clientId} offline_access`
    const fields = { username: 'test@test.com', password: 'abc', scope, response_type: 'token id_token' }
    const byPassword = await client.genericGrantRequest(ropc, 'password', fields)
    expect(byPassword.expires_in).toBe(3600)
    await expect(
      client.genericGrantRequest(ropc, 'password', { ...fields, password: 'x' }),
    ).rejects.toMatchObject({
      error: 'access_denied',
      error_description: expect.stringContaining('AADB2C90225'),
    })
  })

  test('each policy has keys of its own', async ({ localAzure }) => {
    const { metadata, ropcMetadata } = localAzure.endpoints.entra.b2c
    const modulus = async (url: string): Promise<string | undefined> => {
      const { jwks_uri: keysUrl } = (await (await fetch(url)).json()) as { jwks_uri: string }
      const { keys } = (await (await fetch(keysUrl)).json()) as { keys: { n: string }[] }
      expect(keys).toHaveLength(1)
      return keys[0]?.n
    }
    expect(await modulus(metadata)).not.toBe(await modulus(ropcMetadata))
  })

  test('implicit and hybrid: the hashes hold', async ({ localAzure }) => {
    const { clientId, clientSecret, metadata } = localAzure.endpoints.entra.b2c
    const config = await client.discovery(new URL(metadata), clientId, clientSecret, undefined, insecure)
    const scope = `openid ${clientId} offline_access`
    const idToken = await client.discovery(new URL(metadata), clientId, undefined, client.None(), insecure)
    client.useIdTokenResponseType(idToken)
    const implicit = client.buildAuthorizationUrl(idToken, {
      redirect_uri: redirectUri,
      scope: 'openid',
      nonce: 'n-1',
      response_mode: 'fragment',
    })
    const back = await signInAt(implicit.href, bob)
    expect(back.search).toBe('')
    const claims = await client.implicitAuthentication(idToken, back, 'n-1')
    expect(claims['name']).toBe('Bob Baker')

    client.useCodeIdTokenResponseType(config)
    const hybrid = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope,
      nonce: 'n-2',
      state: 's',
    })
    const returned = await signInAt(hybrid.href, bob)
    const tokens = await client.authorizationCodeGrant(config, returned, {
      expectedNonce: 'n-2',
      expectedState: 's',
    })
    expect(tokens.refresh_token).toBeTruthy()
  })
})

describe('External ID', () => {
  test('https: discovery from the issuer itself, code + PKCE, refresh', async ({ localAzure }) => {
    const { clientId, clientSecret, metadata, tenantId } = localAzure.endpoints.entra.externalId
    const { issuer } = (await (await fetch(metadata)).json()) as { issuer: string }
    expect(issuer).toMatch(new RegExp(`^https://localhost:\\d+/emulator/${tenantId}/v2\\.0$`))
    const config = await client.discovery(new URL(issuer), clientId, clientSecret)
    const tokens = await signInWithCode(config, 'openid profile offline_access')
    expect(tokens.claims()).toMatchObject({
      ver: '2.0',
      tid: tenantId,
      preferred_username: bob.email,
      groups: [expect.stringMatching(/^[0-9a-f-]{36}$/)],
    })
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    expect(refreshed.claims()?.sub).toBe(tokens.claims()?.sub)
  })

  test('has no password grant', async ({ localAzure }) => {
    const { clientId, clientSecret, metadata } = localAzure.endpoints.entra.externalId
    const config = await client.discovery(new URL(metadata), clientId, clientSecret, undefined, insecure)
    const asked = client.genericGrantRequest(config, 'password', {
      username: bob.email,
      password: bob.password,
      scope: 'openid',
    })
    await expect(asked).rejects.toMatchObject({
      error: 'unsupported_grant_type',
      error_description: expect.stringContaining('AADSTS70003'),
    })
  })

  test('resets a forgotten password on the page', async ({ localAzure }) => {
    const { clientId, clientSecret, metadata } = localAzure.endpoints.entra.externalId
    const config = await client.discovery(new URL(metadata), clientId, clientSecret, undefined, insecure)
    const address = client.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: 'openid' })
    const page = await openPage(address.href)
    const forgot = await sendPage(page, { action: 'forgot-password' })
    expect(await forgot.text()).toContain('Set a new password')
  })
})

// Last, since it moves the clock past what clients of this machine's time accept.
test('goes on across a key rotation', async ({ localAzure }) => {
  const { clientId, clientSecret, metadata } = localAzure.endpoints.entra.b2c
  const config = await client.discovery(new URL(metadata), clientId, clientSecret, undefined, insecure)
  const scope = `openid ${clientId}`
  const before = await signInWithCode(config, scope)
  const keysUrl = config.serverMetadata().jwks_uri ?? ''
  const kids = async (): Promise<string[]> => {
    const { keys } = (await (await fetch(keysUrl)).json()) as { keys: { kid: string }[] }
    return keys.map(({ kid }) => kid)
  }
  const [old] = await kids()
  const rotated = await fetch(`${new URL(metadata).origin}/emulator/rotate-key`, {
    method: 'POST',
    body: JSON.stringify({ owner: 'B2C_1_signupsignin' }),
  })
  const { kid } = (await rotated.json()) as { kid: string }
  expect(await kids()).toEqual([kid, old])
  const after = await signInWithCode(config, scope)
  expect(headerOf(before.id_token).kid).toBe(old)
  expect(headerOf(after.id_token).kid).toBe(kid)
  localAzure.clock.advanceSeconds(86_401)
  expect(await kids()).toEqual([kid])
})

function headerOf(token: string | undefined): { readonly kid?: string } {
  return JSON.parse(Buffer.from((token ?? '').split('.')[0] ?? '', 'base64url').toString())
}
