/**
 * Applications that prove themselves with a certificate: msal-node and @azure/identity as judges.
 */

import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { ClientCertificateCredential } from '@azure/identity'
import { ConfidentialClientApplication } from '@azure/msal-node'
import { decodeJwt, SignJWT } from 'jose'
import { beforeAll, describe, expect, test as unitTest } from 'vitest'
import { test } from '../../src/testing.ts'
import { EntraUnderTest, type Fields, redirectUri } from './entra-under-test.ts'
import { makeRsaCertificate, type RsaCertificate } from './rsa-certificate.ts'
import { signInAt } from './sign-in.ts'

let own: RsaCertificate
let other: RsaCertificate
beforeAll(async () => {
  own = await makeRsaCertificate()
  other = await makeRsaCertificate()
})

const register = async (origin: string, clientId: string): Promise<string> => {
  const body = JSON.stringify({ clientId, certificate: own.certificate })
  const answer = await fetch(`${origin}/emulator/client-certificate`, { method: 'POST', body })
  return ((await answer.json()) as { thumbprint: string }).thumbprint
}
const thumbprintOf = ({ certificate }: RsaCertificate): string =>
  new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase()

test('msal-node redeems a code of B2C', async ({ localAzure }) => {
  const { authority, clientId, metadata } = localAzure.endpoints.entra.b2c
  await register(new URL(metadata).origin, clientId)
  const app = new ConfidentialClientApplication({
    auth: {
      clientId,
      authority,
      knownAuthorities: [new URL(authority).host],
      authorityMetadata: await (await fetch(metadata)).text(),
      clientCertificate: {
        thumbprintSha256: thumbprintOf(own),
        privateKey: own.privateKey,
        x5c: own.certificate,
      },
    },
  })
  const scopes = [clientId]
  const back = await signInAt(await app.getAuthCodeUrl({ scopes, redirectUri, nonce: 'n' }), {
    email: 'bob@contoso.example',
    password: 'Front-Door-4281',
  })
  const code = back.searchParams.get('code') ?? ''
  const result = await app.acquireTokenByCode({ code, scopes, redirectUri, nonce: 'n' })
  expect(result.idTokenClaims).toMatchObject({ name: 'Bob Baker' })
})

test('@azure/identity gets a token for Graph', async ({ localAzure }) => {
  const { certificateAuthority, entra, graph } = localAzure.endpoints
  setDefaultCACertificates([...getCACertificates('default'), certificateAuthority])
  const { origin } = new URL(entra.b2c.authority)
  await register(new URL(graph.endpoint).origin, graph.clientId)
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-cert-'))
  const file = join(folder, 'app.pem')
  writeFileSync(file, `${own.certificate}\n${own.privateKey}\n`)
  const credential = new ClientCertificateCredential(entra.b2c.tenantId, graph.clientId, file, {
    authorityHost: origin,
    disableInstanceDiscovery: true,
  })
  const { token } = await credential.getToken('https://graph.microsoft.com/.default')
  expect(decodeJwt(token)).toMatchObject({ appid: graph.clientId, idtyp: 'app' })
  rmSync(folder, { recursive: true })
})

describe('an assertion', () => {
  const endpoint = 'http://127.0.0.1:4281/contoso.onmicrosoft.com/oauth2/v2.0/token'
  const scope = 'https://graph.microsoft.com/.default'

  interface Change {
    readonly audience?: string
    readonly issuer?: string
    readonly algorithm?: string
    readonly signer?: RsaCertificate
    readonly named?: RsaCertificate
    readonly age?: number
    readonly form?: Fields
    readonly twice?: boolean
  }

  const sign = (entra: EntraUnderTest, change: Change): Promise<string> => {
    const { age = 0, algorithm = 'PS256', audience = endpoint, named = own, signer = own } = change
    const now = Math.floor(entra.host.clock.now() / 1_000) - age
    const thumbprint = Buffer.from(thumbprintOf(named), 'hex').toString('base64url')
    return new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: algorithm, 'x5t#S256': thumbprint })
      .setIssuer(change.issuer ?? entra.id('graph-client'))
      .setSubject(entra.id('graph-client'))
      .setAudience(audience)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + 600)
      .sign(createPrivateKey(signer.privateKey))
  }

  const ask = async (change: Change): Promise<{ readonly status: number; readonly codes: unknown }> => {
    const entra = new EntraUnderTest()
    entra.service.registerCertificate(entra.id('graph-client'), own.certificate)
    const fields = {
      client_id: entra.id('graph-client'),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await sign(entra, change),
      scope,
      ...change.form,
    }
    if (change.twice) expect((await entra.tenantToken(fields)).status).toBe(200)
    const { json, status } = await entra.tenantToken(fields)
    entra.host.close()
    return { status, codes: json.error_codes }
  }

  unitTest('by PS256 and by RS256 is taken', async () => {
    expect((await ask({})).status).toBe(200)
    expect((await ask({ algorithm: 'RS256' })).status).toBe(200)
    // Four minutes of skew, either way.
    expect((await ask({ age: 840 })).status).toBe(200)
    expect((await ask({ age: -240 })).status).toBe(200)
  })

  unitTest.for<readonly [string, () => Change]>([
    ['shown twice', () => ({ twice: true })],
    [
      'for another endpoint',
      () => ({ audience: 'https://login.microsoftonline.com/common/oauth2/v2.0/token' }),
    ],
    ['of another application', () => ({ issuer: '00000000-0000-4000-8000-000000000000' })],
    ['signed with another key', () => ({ signer: other })],
    ['of a certificate nobody registered', () => ({ signer: other, named: other })],
    ['that has expired', () => ({ age: 901 })],
    [
      'of another kind',
      () => ({ form: { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' } }),
    ],
    ['beside a secret', () => ({ form: { client_secret: 'x' } })],
    ['that is none', () => ({ form: { client_assertion: 'x.y.z' } })],
  ])('%s is refused', async ([, change]) => {
    expect(await ask(change())).toEqual({ status: 401, codes: [700_027] })
  })
})
