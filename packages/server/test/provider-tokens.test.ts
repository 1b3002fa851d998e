/**
 * Tokens of an identity provider, one mutant for each rule: each refused, and for its own reason.
 */

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createEntraB2C } from '../src/identity-providers/entra-b2c.ts'
import { createOpenIdConnect } from '../src/identity-providers/openid-connect.ts'
import type { IdentityProvider } from '../src/index.ts'

const nowMs = 1_767_225_600_000
const now = nowMs / 1000
const clientId = '11111111-2222-3333-4444-555555555555'
const oid = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
const host = 'https://contoso.b2clogin.com'
const issuer = `${host}/66666666-7777-8888-9999-000000000000/v2.0/`
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const other = generateKeyPairSync('rsa', { modulusLength: 2048 })

interface Idp {
  readonly provider: IdentityProvider
  readonly requests: string[]
  readonly clock: { nowMs: number }
  keys: { readonly kid: string; readonly key: KeyObject }[]
  /** What its key set answers instead of the keys. */
  answer?: () => Response
  isDown: boolean
}

/** A provider over a tenant of our own: each policy has its own keys. */
function createIdp(policies: readonly string[] = []): Idp {
  const clock = { nowMs }
  const idp: Idp = {
    requests: [],
    clock,
    keys: [{ kid: 'k1', key: keys.publicKey }],
    isDown: false,
  } as unknown as Idp
  const fetch = async (input: string): Promise<Response> => {
    idp.requests.push(input)
    if (idp.isDown) throw new TypeError('fetch failed')
    const policy = new URL(input).pathname.split('/')[2] ?? ''
    if (input.endsWith('/keys') && idp.answer) return idp.answer()
    if (input.endsWith('/keys')) {
      const served = policy === 'b2c_1_other' ? [{ kid: 'k1', key: other.publicKey }] : idp.keys
      return Response.json({
        keys: served.map(({ kid, key }) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig' })),
      })
    }
    return Response.json({
      issuer,
      authorization_endpoint: `${host}/t/${policy}/oauth2/v2.0/authorize`,
      token_endpoint: `${host}/t/${policy}/oauth2/v2.0/token`,
      jwks_uri: `${host}/t/${policy}/discovery/v2.0/keys`,
    })
  }
  const settings = {
    kind: 'b2c' as const,
    metadataUrl: `${host}/t/b2c_1_sign_in/v2.0/.well-known/openid-configuration`,
    clientId,
    credential: { kind: 'none' as const },
    policies,
  }
  const ports = { fetch, clock: { now: () => clock.nowMs, schedule: () => () => undefined } }
  return Object.assign(idp, { provider: createEntraB2C(settings, ports) })
}

const claims = {
  iss: issuer,
  aud: clientId,
  sub: oid,
  oid,
  exp: now + 3_600,
  iat: now,
  nbf: now,
  nonce: 'n-1',
  tfp: 'B2C_1_sign_in',
  name: 'Ann',
  emails: ['Ann@Contoso.example'],
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function make(changes: object = {}, header: object = {}, key: KeyObject = keys.privateKey): string {
  const input = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'k1', ...header })}.${encode({ ...claims, ...changes })}`
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}

test('a sound token is who it says', async () => {
  expect(await createIdp().provider.verifyIdToken(make(), 'n-1')).toEqual({
    subject: { issuer, subject: oid },
    id: oid,
    name: 'Ann',
    email: 'ann@contoso.example',
    issuedAtMs: now * 1000,
  })
})

describe('refused, each for its own reason', () => {
  const flip = (token: string): string =>
    token.slice(0, -10) + (token.at(-10) === 'A' ? 'B' : 'A') + token.slice(-9)
  const mutants: readonly (readonly [string, string, string])[] = [
    ['a signature of another key', make({}, {}, other.privateKey), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ['a flipped signature', flip(make()), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    [
      'expired and badly signed',
      make({ exp: now - 999 }, {}, other.privateKey),
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    ],
    ['alg none', `${encode({ alg: 'none', kid: 'k1' })}.${encode(claims)}.`, 'algorithm'],
    ['alg HS256', make({}, { alg: 'HS256' }), 'algorithm'],
    ['alg RS512', make({}, { alg: 'RS512' }), 'algorithm'],
    ['crit', make({}, { crit: ['exp'] }), 'header'],
    ['b64', make({}, { b64: false }), 'header'],
    ['no kid', make({}, { kid: undefined }), 'unknown_key'],
    ['a prototype as kid', make({}, { kid: '__proto__' }), 'unknown_key'],
    ['another issuer', make({ iss: `${host}/x/v2.0/` }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['an issuer without its slash', make({ iss: issuer.slice(0, -1) }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['another app of the tenant', make({ aud: 'another-app' }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['two audiences without azp', make({ aud: [clientId, 'x'] }), 'authorized_party'],
    ['expired', make({ exp: now - 61 }), 'ERR_JWT_EXPIRED'],
    ['no exp', make({ exp: undefined }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['exp as text', make({ exp: String(now + 60) }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['no iat', make({ iat: undefined }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['issued in the future', make({ iat: now + 61 }), 'issued_in_future'],
    ['not yet valid', make({ nbf: now + 61 }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['another nonce', make({ nonce: 'n-2' }), 'nonce'],
    ['no nonce', make({ nonce: undefined }), 'nonce'],
    ['a policy that is not listed', make({ tfp: 'b2c_1_other' }), 'policy'],
    ['no policy', make({ tfp: undefined }), 'policy'],
    ['an access token', make({ scp: 'read', azp: clientId }), 'token_kind'],
    ['an access token with no scopes', make({ scp: '', azp: clientId }), 'token_kind'],
    [
      'a logout token',
      make({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
      'token_kind',
    ],
    ['an access token without scp', make({ azp: clientId }), 'token_kind'],
    ['no object id', make({ oid: undefined, sub: 'Not supported currently. Use oid claim.' }), 'subject'],
    ['a space in it', make().replace('.', ' .'), 'malformed'],
    ['two segments', make().split('.').slice(0, 2).join('.'), 'malformed'],
    ['30 MB of nothing', 'x'.repeat(30_000_000), 'malformed'],
  ]
  test.for(mutants)('%s', async ([_name, token, reason]) => {
    await expect(createIdp().provider.verifyIdToken(token, 'n-1')).rejects.toMatchObject({
      code: 'ERR_SERVER_TOKEN',
      details: { reason },
    })
  })

  test('an id token as an access token', async () => {
    await expect(createIdp().provider.verifyAccessToken(make())).rejects.toMatchObject({
      details: { reason: 'token_kind' },
    })
  })

  test("another policy's keys, though the policy is listed", async () => {
    const { provider } = createIdp(['b2c_1_sign_in', 'b2c_1_other'])
    const token = make({ tfp: 'B2C_1_other' })
    await expect(provider.verifyIdToken(token, 'n-1')).rejects.toMatchObject({ code: 'ERR_SERVER_TOKEN' })
    expect(
      await provider.verifyIdToken(make({ tfp: 'B2C_1_other' }, {}, other.privateKey), 'n-1'),
    ).toBeDefined()
  })
})

test('addresses in a header lead nowhere', async () => {
  const idp = createIdp()
  const trap = 'https://evil.test/keys'
  await idp.provider.verifyIdToken(make({}, { jku: trap, x5u: trap, jwk: { kty: 'RSA' } }), 'n-1')
  expect(idp.requests.filter((url) => url.includes('evil'))).toEqual([])
})

test('claims count by exact name, not by likeness', async () => {
  const { provider } = createIdp()
  const lookalikes = {
    extension_email: 'admin@contoso.example',
    not_oid: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  }
  const token = make({ ...lookalikes, emails: undefined, email: 'ann@contoso.example' })
  expect(await provider.verifyIdToken(token, 'n-1')).toMatchObject({ id: oid, email: 'ann@contoso.example' })
})

describe('keys', () => {
  const keyRequests = ({ requests }: Idp): number => requests.filter((url) => url.endsWith('/keys')).length

  test('one request for all who ask, and one in 30 seconds for made-up names', async () => {
    const idp = createIdp()
    await Promise.all(Array.from({ length: 50 }, () => idp.provider.verifyIdToken(make(), 'n-1')))
    expect(keyRequests(idp)).toBe(1)
    idp.clock.nowMs += 30_000
    const refusals = await Promise.allSettled(
      Array.from({ length: 1_000 }, (_none, index) =>
        idp.provider.verifyIdToken(make({}, { kid: `made-up-${index}` })),
      ),
    )
    expect(refusals.every(({ status }) => status === 'rejected')).toBe(true)
    expect(keyRequests(idp)).toBe(2)
  })

  test('a new key counts as soon as it signs', async () => {
    const idp = createIdp()
    await idp.provider.verifyIdToken(make(), 'n-1')
    idp.keys = [{ kid: 'k2', key: other.publicKey }]
    idp.clock.nowMs += 30_000
    expect(await idp.provider.verifyIdToken(make({}, { kid: 'k2' }, other.privateKey), 'n-1')).toBeDefined()
    await expect(idp.provider.verifyIdToken(make(), 'n-1')).rejects.toMatchObject({
      details: { reason: 'unknown_key' },
    })
  })

  const later = (idp: Idp) => {
    const at = idp.clock.nowMs / 1000
    return make({ exp: at + 60, iat: at, nbf: at })
  }
  const unusable = {
    'no keys': () => Response.json({ keys: [] }),
    'a page for people': () => new Response('<html>maintenance</html>'),
    'keys nobody can read': () => Response.json({ keys: [{ kid: 'k1', kty: 'RSA', n: '?', e: '?' }] }),
    'a failure': () => new Response('no', { status: 500 }),
  }
  test.for(Object.entries(unusable))(
    '%s takes no known key away, and is asked for once',
    async ([_name, answer]) => {
      const idp = createIdp()
      await idp.provider.verifyIdToken(make(), 'n-1')
      idp.clock.nowMs += 30_000
      idp.answer = answer
      const guess = (index: number) => idp.provider.verifyIdToken(make({}, { kid: `made-up-${index}` }))
      for (let index = 0; index < 20; index += 1)
        await expect(guess(index)).rejects.toMatchObject({ code: 'ERR_SERVER_UPSTREAM' })
      expect(keyRequests(idp)).toBe(2)
      expect(await idp.provider.verifyIdToken(make(), 'n-1')).toBeDefined()
    },
  )

  test.for(Object.entries(unusable))(
    '%s at the first reading is asked for once a second, also for made-up names',
    async ([_name, answer]) => {
      const idp = createIdp()
      idp.answer = answer
      for (let index = 0; index < 20; index += 1)
        await expect(idp.provider.verifyIdToken(make(), 'n-1')).rejects.toMatchObject({
          code: 'ERR_SERVER_UPSTREAM',
        })
      expect(keyRequests(idp)).toBe(1)
      for (let index = 0; index < 20; index += 1) {
        idp.clock.nowMs += 250
        const guess = idp.provider.verifyIdToken(make({}, { kid: `made-up-${index}` }))
        await expect(guess).rejects.toMatchObject({ code: 'ERR_SERVER_UPSTREAM' })
      }
      expect(keyRequests(idp)).toBe(6)
      delete idp.answer
      idp.clock.nowMs += 1_000
      expect(await idp.provider.verifyIdToken(make(), 'n-1')).toBeDefined()
    },
  )

  test('known keys outlive an outage of three days, and an outage is not a refusal', async () => {
    const idp = createIdp()
    await idp.provider.verifyIdToken(make(), 'n-1')
    idp.isDown = true
    for (const hours of [25, 46]) {
      idp.clock.nowMs += hours * 3_600_000
      expect(await idp.provider.verifyIdToken(later(idp), 'n-1')).toMatchObject({ id: oid })
    }
    // One look at each document in 30 seconds, however many people come.
    const { length } = idp.requests
    for (let index = 0; index < 20; index += 1) await idp.provider.verifyIdToken(later(idp), 'n-1')
    expect(idp.requests.length).toBe(length)
    idp.clock.nowMs += 3_600_000
    await expect(idp.provider.verifyIdToken(later(idp), 'n-1')).rejects.toMatchObject({
      code: 'ERR_SERVER_UPSTREAM',
    })
    idp.isDown = false
    idp.clock.nowMs += 30_000
    expect(await idp.provider.verifyIdToken(later(idp), 'n-1')).toMatchObject({ id: oid })
  })

  test('one lost answer, and one more, stop sign-in for a second each', async () => {
    const idp = createIdp()
    const isRefused = () =>
      expect(idp.provider.verifyIdToken(make(), 'n-1')).rejects.toMatchObject({ code: 'ERR_SERVER_UPSTREAM' })
    idp.isDown = true
    await isRefused()
    idp.isDown = false
    idp.clock.nowMs += 1_000
    idp.answer = () => new Response('no', { status: 500 })
    await isRefused()
    delete idp.answer
    idp.clock.nowMs += 999
    await isRefused()
    idp.clock.nowMs += 1
    expect(await idp.provider.verifyIdToken(make(), 'n-1')).toMatchObject({ id: oid })
  })

  test('without keys an outage is not a refusal either', async () => {
    const cold = createIdp()
    cold.isDown = true
    await expect(cold.provider.verifyIdToken(make(), 'n-1')).rejects.toMatchObject({
      code: 'ERR_SERVER_UPSTREAM',
    })
  })
})

test('the same address from two issuers is two people', async () => {
  const people = await Promise.all(
    ['https://one.test', 'https://two.test'].map(async (iss) => {
      const fetch = async (input: string): Promise<Response> =>
        Response.json(
          input.endsWith('/keys')
            ? { keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k1' }] }
            : {
                issuer: iss,
                authorization_endpoint: `${iss}/a`,
                token_endpoint: `${iss}/t`,
                jwks_uri: `${iss}/keys`,
              },
        )
      const settings = {
        kind: 'openid-connect' as const,
        metadataUrl: `${iss}/.well-known/openid-configuration`,
        clientId,
        credential: { kind: 'none' as const },
        policies: [],
      }
      const provider = createOpenIdConnect(settings, {
        fetch,
        clock: { now: () => nowMs, schedule: () => () => undefined },
      })
      return provider.verifyIdToken(
        make({
          iss,
          sub: '42',
          azp: clientId,
          email: 'ann@contoso.example',
          email_verified: true,
          oid: undefined,
          tfp: undefined,
        }),
      )
    }),
  )
  expect(people.map(({ email }) => email)).toEqual(['ann@contoso.example', 'ann@contoso.example'])
  expect(people[0]?.id).not.toBe(people[1]?.id)
})
