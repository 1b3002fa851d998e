/** What issuers sign with: each key verifies the algorithms it is for, and no other. */

import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createOpenIdConnect } from '../src/identity-providers/openid-connect.ts'

const nowMs = 1_767_225_600_000
const now = nowMs / 1000
const issuer = 'https://issuer.test'
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve })
const [p256, p384, p521, k256] = [ec('P-256'), ec('P-384'), ec('P-521'), ec('secp256k1')]
const ed25519 = generateKeyPairSync('ed25519')

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

function providerWith(pair: Pair, members: object = {}, kid = 'k1') {
  const keys = [{ ...pair.publicKey.export({ format: 'jwk' }), kid, ...members }]
  const documents: Record<string, object> = {
    '/keys': { keys },
    '/.well-known/openid-configuration': {
      issuer,
      authorization_endpoint: `${issuer}/a`,
      token_endpoint: `${issuer}/t`,
      jwks_uri: `${issuer}/keys`,
    },
  }
  return createOpenIdConnect(
    {
      kind: 'openid-connect',
      metadataUrl: `${issuer}/.well-known/openid-configuration`,
      clientId: 'c',
      credential: { kind: 'none' },
      policies: [],
    },
    {
      fetch: async (url) => Response.json(documents[new URL(url).pathname]),
      clock: { now: () => nowMs, schedule: () => () => undefined },
    },
  )
}

/** A token signed as RFC 7518 and RFC 8037 say, by node:crypto alone. */
function make(alg: string, { privateKey }: Pair, kid = 'k1'): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iss: issuer, aud: 'c', sub: 's', iat: now, exp: now + 60 }
  const input = `${encode({ alg, kid })}.${encode(claims)}`
  const hash = /^Ed/.test(alg) ? null : `sha${alg.slice(2)}`
  const padding = alg.startsWith('PS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(alg.slice(2)) / 8 }
    : {}
  const dsa = alg.startsWith('ES') ? { dsaEncoding: 'ieee-p1363' as const } : {}
  return `${input}.${sign(hash, Buffer.from(input), { key: privateKey, ...padding, ...dsa }).toString('base64url')}`
}

const outcome = (provider: ReturnType<typeof providerWith>, token: string): Promise<string> =>
  provider.verifyIdToken(token).then(
    () => 'holds',
    (error: { code: string; details: { reason?: string } }) => error.details.reason ?? error.code,
  )

describe('an issuer may sign with', () => {
  test.for([
    ['RS256', rsa, {}],
    ['RS384', rsa, {}],
    ['RS512', rsa, { alg: 'RS512' }],
    ['PS256', rsa, { alg: 'PS256' }],
    ['PS384', rsa, { alg: 'PS384' }],
    ['PS512', rsa, { alg: 'PS512' }],
    ['ES256', p256, {}],
    ['ES384', p384, { alg: 'ES384', use: 'sig' }],
    ['ES512', p521, {}],
    ['EdDSA', ed25519, {}],
    ['Ed25519', ed25519, { alg: 'EdDSA' }],
  ] as const)('%s', async ([alg, pair, members]) => {
    const provider = providerWith(pair, members)
    expect(await outcome(provider, make(alg, pair))).toBe('holds')
    const [head, body, signature = ''] = make(alg, pair).split('.')
    const forged = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    expect(await outcome(provider, forged)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
  })
})

describe('a key is for nothing else', () => {
  test.for([
    ['another algorithm than it says', 'RS256', rsa, { alg: 'PS256' }],
    ['another hash than it says', 'RS512', rsa, { alg: 'RS256' }],
    ['the padding that it does not name', 'PS256', rsa, {}],
    ['a secret of RSA text', 'HS256', rsa, {}],
    ['no signature', 'none', rsa, {}],
    ['an algorithm in lower case', 'rs256', rsa, {}],
  ] as const)('%s', async ([, alg, pair, members]) => {
    const signed = make(/^[RP]S\d+$/.test(alg) ? alg : 'RS256', pair)
    const [, ...rest] = signed.split('.')
    const head = Buffer.from(JSON.stringify({ alg, kid: 'k1' })).toString('base64url')
    expect(await outcome(providerWith(pair, members), [head, ...rest].join('.'))).toBe('algorithm')
  })

  test('a key of one kind and a token of another', async () => {
    for (const [pair, alg, other] of [
      [rsa, 'ES256', p256],
      [p256, 'RS256', rsa],
      [p384, 'ES256', p256],
      [ed25519, 'ES256', p256],
    ] as const)
      expect(await outcome(providerWith(pair), make(alg, other))).toBe('algorithm')
  })

  test.for([
    ['weak', weak, {}, 'RS256'],
    ['for encryption', rsa, { use: 'enc' }, 'RS256'],
    ['of a curve that no algorithm is allowed for', k256, {}, 'ES256'],
    ['of one curve for the algorithm of another', p384, { alg: 'ES256' }, 'ES384'],
  ] as const)('a key that is %s is none', async ([, pair, members, alg]) => {
    expect(await outcome(providerWith(pair, members), make(alg, pair))).toBe('ERR_SERVER_UPSTREAM')
  })
})

test.for(['a+b/c==', 'https://issuer.test/keys/1', '2026-11-29T00:00:00Z', 'x'.repeat(256)])(
  'a key may be called %s',
  async (kid) => {
    expect(await outcome(providerWith(rsa, {}, kid), make('RS256', rsa, kid))).toBe('holds')
  },
)
