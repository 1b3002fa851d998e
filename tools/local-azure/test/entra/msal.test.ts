/**
 * The unmodified @azure/msal-node as judge of the B2C endpoints.
 */

import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import {
  type AuthenticationResult,
  ConfidentialClientApplication,
  CryptoProvider,
  PublicClientApplication,
} from '@azure/msal-node'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { expect } from 'vitest'
import { test } from '../../src/testing.ts'
import { signInAt } from './sign-in.ts'

const bob = { email: 'bob@contoso.example', password: 'Front-Door-4281' }
const redirectUri = 'http://localhost:3000/auth/callback'

test('https with the authority of endpoints.json: code + PKCE, refresh, password, client credentials', async ({
  localAzure,
}) => {
  const { certificateAuthority, entra } = localAzure.endpoints
  const { b2c } = entra
  setDefaultCACertificates([...getCACertificates('default'), certificateAuthority])
  const authority = b2c.authority
  const knownAuthorities = [new URL(authority).host]
  const { clientId, clientSecret } = b2c
  const app = new ConfidentialClientApplication({
    auth: { clientId, clientSecret, authority, knownAuthorities },
  })

  const { challenge, verifier } = await new CryptoProvider().generatePkceCodes()
  const address = await app.getAuthCodeUrl({
    scopes: [clientId, 'offline_access'],
    redirectUri,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    state: 'state-1',
    nonce: 'nonce-1',
  })
  const back = await signInAt(address, bob)
  expect(back.origin + back.pathname).toBe(redirectUri)
  expect(back.searchParams.get('state')).toBe('state-1')
  const code = back.searchParams.get('code') ?? ''
  const signedIn = await app.acquireTokenByCode({
    code,
    scopes: [clientId],
    redirectUri,
    codeVerifier: verifier,
    nonce: 'nonce-1',
  })
  const bobsId = localAzure.services.entra.overview?.()[0]?.rows.find((row) => row[1] === bob.email)?.[5]
  expect(claimsOf(signedIn)).toMatchObject({
    oid: bobsId,
    sub: bobsId,
    emails: [bob.email],
    tfp: 'b2c_1_signupsignin',
    aud: clientId,
    nonce: 'nonce-1',
    iss: expect.stringMatching(/^https:\/\/localhost:\d+\/emulator\/[0-9a-f-]{36}\/v2\.0\/$/),
  })
  expect(decodeProtectedHeader(signedIn.idToken).kid).toMatch(/^emulator-/)
  expect(decodeJwt(signedIn.accessToken)).toMatchObject({ aud: clientId, azp: clientId, scp: '' })

  const silent = await app.acquireTokenSilent({
    account: signedIn.account ?? fail('no account'),
    scopes: [clientId],
    forceRefresh: true,
  })
  expect(silent.fromCache).toBe(false)
  expect(decodeJwt(silent.accessToken)['oid']).toBe(bobsId)

  const daemon = await app.acquireTokenByClientCredential({ scopes: [`${clientId}/.default`] })
  expect(decodeJwt(daemon?.accessToken ?? '')).toMatchObject({ aud: clientId, azp: clientId })

  const ropcAuthority = authority.replace('signupsignin', 'ropc')
  const device = new PublicClientApplication({
    auth: { clientId, authority: ropcAuthority, knownAuthorities },
  })
  const byPassword = await device.acquireTokenByUsernamePassword({
    scopes: [clientId, 'offline_access'],
    username: 'test@test.com',
    password: 'abc',
  })
  expect(claimsOf(byPassword)).toMatchObject({ tfp: 'b2c_1_ropc', emails: ['test@test.com'] })
  const cache = JSON.parse(device.getTokenCache().serialize()) as {
    RefreshToken: Record<string, { secret: string }>
  }
  const [kept] = Object.values(cache.RefreshToken)
  const refreshed = await device.acquireTokenByRefreshToken({
    scopes: [clientId],
    refreshToken: kept?.secret ?? '',
    forceCache: true,
  })
  expect(refreshed?.accessToken).toBeTruthy()
  const wrong = device.acquireTokenByUsernamePassword({
    scopes: [clientId],
    username: 'test@test.com',
    password: 'x',
  })
  await expect(wrong).rejects.toMatchObject({
    errorCode: 'access_denied',
    errorMessage: expect.stringContaining('AADB2C90225'),
  })
})

test('http with authorityMetadata', async ({ localAzure }) => {
  const { b2c } = localAzure.endpoints.entra
  const authorityMetadata = await (await fetch(b2c.metadata)).text()
  const { authority, clientId, clientSecret } = b2c
  const knownAuthorities = [new URL(authority).host]
  const app = new ConfidentialClientApplication({
    auth: { clientId, clientSecret, authority, knownAuthorities, authorityMetadata },
  })
  const { challenge, verifier } = await new CryptoProvider().generatePkceCodes()
  const address = await app.getAuthCodeUrl({
    scopes: [clientId],
    redirectUri,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    nonce: 'n',
  })
  expect(new URL(address).protocol).toBe('http:')
  const back = await signInAt(address, bob)
  const code = back.searchParams.get('code') ?? ''
  const request = { code, scopes: [clientId], redirectUri, codeVerifier: verifier, nonce: 'n' }
  const result = await app.acquireTokenByCode(request)
  expect(claimsOf(result)['name']).toBe('Bob Baker')
})

function claimsOf(result: AuthenticationResult | null): Record<string, unknown> {
  return (result?.idTokenClaims ?? {}) as Record<string, unknown>
}

function fail(message: string): never {
  throw new Error(message)
}
