/**
 * The server proves itself to the identity provider with a certificate: what msal-node sends, checked with the public key.
 */

// @peculiar/x509 needs it to be there first.
import 'reflect-metadata'
import { createHash, webcrypto } from 'node:crypto'
import { Secret } from '@latchkey/common'
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509'
import { decodeProtectedHeader, importSPKI, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { createAuthorizationCode } from '../src/identity-providers/authorization-code.ts'

test('the assertion is signed with the key of the certificate, and no secret is sent', async () => {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=latchkey',
    keys,
    signingAlgorithm: algorithm,
  })
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  const spki = await webcrypto.subtle.exportKey('spki', keys.publicKey)
  const pem = `${PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n${certificate.toString('pem')}`

  const sent: string[] = []
  const base = 'https://login.contoso.example/t'
  const code = createAuthorizationCode({
    clientId: 'client-1',
    credential: { kind: 'certificate', pem: new Secret(pem) },
    metadata: async () => ({
      issuer: `${base}/v2.0`,
      authorizationEndpoint: `${base}/authorize`,
      tokenEndpoint: `${base}/token`,
      jwksUri: `${base}/keys`,
    }),
    authority: base,
    protocol: 'entra',
    fetch: async (_input, init) => {
      sent.push(String(init?.body))
      return Response.json({ error: 'invalid_grant', error_description: 'AADSTS70008' }, { status: 400 })
    },
  })
  const redemption = { code: 'c', redirectUri: `${base}/back`, codeVerifier: 'v'.repeat(43), nonce: 'n' }
  await expect(code.redeem(redemption)).rejects.toMatchObject({ code: 'ERR_SERVER_GRANT' })

  const fields = new URLSearchParams(sent[0])
  expect(fields.get('client_secret')).toBeNull()
  expect(fields.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
  expect(fields.get('code_verifier')).toBe(redemption.codeVerifier)
  const assertion = fields.get('client_assertion') ?? ''
  const { alg, 'x5t#S256': thumbprint } = decodeProtectedHeader(assertion)
  expect(thumbprint).toBe(createHash('sha256').update(Buffer.from(certificate.rawData)).digest('base64url'))
  const key = await importSPKI(PemConverter.encode(spki, 'PUBLIC KEY'), String(alg))
  // PS256 is what Entra recommends; the same RSA key verifies it.
  // msal-node rounds to whole seconds, so nbf may be one ahead.
  const expected = { audience: `${base}/token`, issuer: 'client-1', clockTolerance: 1 }
  const { payload } = await jwtVerify(assertion, key, expected)
  expect(payload.sub).toBe('client-1')
})
