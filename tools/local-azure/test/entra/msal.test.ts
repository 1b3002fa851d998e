/**
 * The unmodified @azure/msal-node as judge of the B2C endpoints, by https with the authority of endpoints.json and by
 * http with `authorityMetadata`.
 */

import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import {
  type AuthenticationResult,
  ConfidentialClientApplication,
  CryptoProvider,
  type NodeAuthOptions,
  PublicClientApplication,
} from '@azure/msal-node'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { beforeEach, describe, expect } from 'vitest'
import type { LocalAzure } from '../../src/index.ts'
import { test } from '../../src/testing.ts'
import { signInAt } from './sign-in.ts'

const bob = { email: 'bob@contoso.example', password: 'Front-Door-4281' }
const redirectUri = 'http://localhost:3000/auth/callback'

type Way = readonly [
  name: string,
  protocol: string,
  describe: (metadata: string) => Promise<Pick<NodeAuthOptions, 'authorityMetadata'>>,
]
const ways: readonly Way[] = [
  ['https', 'https:', () => Promise.resolve({})],
  [
    'authorityMetadata',
    'http:',
    async (metadata) => ({ authorityMetadata: await (await fetch(metadata)).text() }),
  ],
]

beforeEach<{ localAzure: LocalAzure }>(({ localAzure }) => {
  setDefaultCACertificates([...getCACertificates('default'), localAzure.endpoints.certificateAuthority])
})

describe.for(ways)('%s', ([, protocol, describeAuthority]) => {
  const web = async ({ endpoints }: LocalAzure): Promise<NodeAuthOptions> => {
    const { authority, clientId, clientSecret, metadata } = endpoints.entra.b2c
    const knownAuthorities = [new URL(authority).host]
    return { clientId, clientSecret, authority, knownAuthorities, ...(await describeAuthority(metadata)) }
  }

  test('code + PKCE, and silently again', async ({ localAzure }) => {
    const { clientId } = localAzure.endpoints.entra.b2c
    const app = new ConfidentialClientApplication({ auth: await web(localAzure) })
    const { challenge, verifier } = await new CryptoProvider().generatePkceCodes()
    const address = await app.getAuthCodeUrl({
      scopes: [clientId, 'offline_access'],
      redirectUri,
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
      state: 'state-1',
      nonce: 'nonce-1',
    })
    expect(new URL(address).protocol).toBe(protocol)
    const back = await signInAt(address, bob)
    expect(back.origin + back.pathname).toBe(redirectUri)
    expect(back.searchParams.get('state')).toBe('state-1')
    const code = back.searchParams.get('code') ?? ''
    const request = { code, scopes: [clientId], redirectUri, codeVerifier: verifier, nonce: 'nonce-1' }
    const signedIn = await app.acquireTokenByCode(request)
    const bobsId = localAzure.services.entra.overview?.()[0]?.rows.find((row) => row[1] === bob.email)?.[5]
    expect(claimsOf(signedIn)).toMatchObject({
      oid: bobsId,
      sub: bobsId,
      name: 'Bob Baker',
      emails: [bob.email],
      tfp: 'b2c_1_signupsignin',
      aud: clientId,
      nonce: 'nonce-1',
      iss: expect.stringMatching(/^https:\/\/localhost:\d+\/emulator\/[0-9a-f-]{36}\/v2\.0\/$/),
    })
    expect(decodeProtectedHeader(signedIn.idToken).kid).toMatch(/^emulator-/)
    expect(decodeJwt(signedIn.accessToken)).toMatchObject({ aud: clientId, azp: clientId, scp: '' })
    expect(signedIn.account).toMatchObject(inB2c(localAzure, bobsId, 'b2c_1_signupsignin'))
    if (!signedIn.account) throw new Error('No account')
    const silent = await app.acquireTokenSilent({
      account: signedIn.account,
      scopes: [clientId],
      forceRefresh: true,
    })
    expect(silent.fromCache).toBe(false)
    expect(decodeJwt(silent.accessToken)['oid']).toBe(bobsId)
    expect(silent.account?.homeAccountId).toBe(signedIn.account.homeAccountId)
    expect(await app.getTokenCache().getAllAccounts()).toHaveLength(1)
  })

  test('client credentials', async ({ localAzure }) => {
    const { clientId } = localAzure.endpoints.entra.b2c
    const app = new ConfidentialClientApplication({ auth: await web(localAzure) })
    const daemon = await app.acquireTokenByClientCredential({ scopes: [`${clientId}/.default`] })
    expect(decodeJwt(daemon?.accessToken ?? '')).toMatchObject({ aud: clientId, azp: clientId })
  })

  test('password, refresh, and a wrong password', async ({ localAzure }) => {
    const { authority, clientId, ropcMetadata } = localAzure.endpoints.entra.b2c
    const auth = {
      clientId,
      authority: authority.replace('signupsignin', 'ropc'),
      knownAuthorities: [new URL(authority).host],
      ...(await describeAuthority(ropcMetadata)),
    }
    const app = new PublicClientApplication({ auth })
    const person = { username: 'test@test.com', password: 'abc' }
    const signedIn = await app.acquireTokenByUsernamePassword({
      scopes: [clientId, 'offline_access'],
      ...person,
    })
    expect(claimsOf(signedIn)).toMatchObject({ tfp: 'b2c_1_ropc', emails: ['test@test.com'] })
    expect(signedIn?.account).toMatchObject(inB2c(localAzure, claimsOf(signedIn)['oid'], 'b2c_1_ropc'))
    const cache = JSON.parse(app.getTokenCache().serialize()) as {
      RefreshToken: Record<string, { secret: string }>
    }
    const [kept] = Object.values(cache.RefreshToken)
    const refreshToken = kept?.secret ?? ''
    const refreshed = await app.acquireTokenByRefreshToken({
      scopes: [clientId],
      refreshToken,
      forceCache: true,
    })
    expect(refreshed?.account?.homeAccountId).toBe(signedIn?.account?.homeAccountId)
    const wrong = app.acquireTokenByUsernamePassword({ scopes: [clientId], ...person, password: 'x' })
    await expect(wrong).rejects.toMatchObject({
      errorCode: 'access_denied',
      errorMessage: expect.stringContaining('AADB2C90225'),
    })
  })
})

test('External ID: code + PKCE by https', async ({ localAzure }) => {
  const { authority, clientId, clientSecret, tenantId } = localAzure.endpoints.entra.externalId
  const knownAuthorities = [new URL(authority).host]
  const app = new ConfidentialClientApplication({
    auth: { clientId, clientSecret, authority, knownAuthorities },
  })
  const { challenge, verifier } = await new CryptoProvider().generatePkceCodes()
  const scopes = ['openid', 'offline_access']
  const asked = { scopes, redirectUri, codeChallenge: challenge, codeChallengeMethod: 'S256', nonce: 'n' }
  const back = await signInAt(await app.getAuthCodeUrl(asked), bob)
  const code = back.searchParams.get('code') ?? ''
  const result = await app.acquireTokenByCode({
    code,
    scopes,
    redirectUri,
    codeVerifier: verifier,
    nonce: 'n',
  })
  expect(claimsOf(result)).toMatchObject({ ver: '2.0', tid: tenantId, preferred_username: bob.email })
  const oid = String(claimsOf(result)['oid'])
  expect(result.account).toMatchObject({ homeAccountId: `${oid}.${tenantId}`, localAccountId: oid, tenantId })
})

/** What an account of B2C looks like to MSAL: somebody else under each policy, the same person all the same. */
function inB2c({ endpoints }: LocalAzure, oid: unknown, policy: string): object {
  const { tenantId } = endpoints.entra.b2c
  return { homeAccountId: `${oid}-${policy}.${tenantId}`, localAccountId: oid, tenantId }
}

function claimsOf(result: AuthenticationResult | null): Record<string, unknown> {
  return (result?.idTokenClaims ?? {}) as Record<string, unknown>
}
