import { createHmac } from 'node:crypto'
import { isLatchkeyError, Secret } from '@latchkey/common'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  createFluidTokenSigner,
  type FluidScope,
  type FluidToken,
  type FluidTokenRequest,
  type FluidTokenSignerOptions,
  fluidScopes,
} from '../src/index.ts'
import {
  documentId,
  fixedClock,
  nowSeconds,
  payloadOf,
  primary,
  request,
  secondary,
  tenantId,
  thrownBy,
  user,
} from './fixtures.ts'

const options = { tenantId, keys: { primary, secondary }, clock: fixedClock, makeTokenId: () => 'jti-1' }
const signer = createFluidTokenSigner(options)

/** Signs something the types do not allow. */
function signAnything(change: object): FluidToken {
  return signer.sign({ ...request, ...change } as FluidTokenRequest)
}

describe('the token', () => {
  test('says everything the contract asks for, byte for byte', () => {
    const { token } = signer.sign(request)
    const [header, payload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
    expect(header).toBe('{"alg":"HS256","typ":"JWT"}')
    // Written out by hand from the claim table of the contract.
    expect(payload).toBe(
      `{"documentId":"${documentId}","scopes":["doc:read","doc:write","summary:write"],"tenantId":"${tenantId}",` +
        '"user":{"id":"ann","name":"Ann","additionalDetails":{"email":"ann@contoso.example","date":"2026-11-21"}},' +
        `"iat":${nowSeconds},"exp":${nowSeconds + 3600},"ver":"1.0","jti":"jti-1"}`,
    )
  })

  test('is signed with HMAC-SHA-256 under the text of the key', () => {
    const { token } = signer.sign(request)
    const [header, payload, signature] = token.split('.')
    expect(signature).toBe(createHmac('sha256', primary).update(`${header}.${payload}`).digest('base64url'))
  })

  test('tells when it expires, in whole seconds, and its id', () => {
    const { expiresOn, jti } = signer.sign({ ...request, lifetimeSeconds: 60 })
    expect(expiresOn).toEqual(new Date('2026-01-02T03:05:05Z'))
    expect(jti).toBe('jti-1')
  })

  test('for creation holds an empty documentId', () => {
    const { token } = signer.sign({ scopes: ['doc:read', 'doc:write'], user })
    expect(payloadOf(token)['documentId']).toBe('')
  })

  test('lists scopes once and in the order of the contract', () => {
    const { token } = signAnything({ scopes: ['summary:write', 'doc:read', 'summary:write'] })
    expect(payloadOf(token)['scopes']).toEqual(['doc:read', 'summary:write'])
  })

  test('signs with the secondary key when told to', () => {
    const { token } = createFluidTokenSigner({ ...options, signWith: 'secondary' }).sign(request)
    const [header, payload, signature] = token.split('.')
    expect(signature).toBe(createHmac('sha256', secondary).update(`${header}.${payload}`).digest('base64url'))
  })

  test.for([
    { lifetimeSeconds: 3600, iat: nowSeconds - 60, exp: nowSeconds + 3540 },
    { lifetimeSeconds: 600, iat: nowSeconds - 60, exp: nowSeconds + 600 },
  ])('takes the skew allowance out of the hour: $lifetimeSeconds s', ({ lifetimeSeconds, iat, exp }) => {
    const backdating = createFluidTokenSigner({ ...options, clockSkewSeconds: 60 })
    const { token } = backdating.sign({ ...request, lifetimeSeconds })
    expect(payloadOf(token)).toMatchObject({ iat, exp })
  })

  test('takes a key as a Secret', () => {
    const { token } = createFluidTokenSigner({ ...options, keys: { primary: new Secret(primary) } }).sign(
      request,
    )
    expect(token).toBe(signer.sign(request).token)
  })

  test('has a jti of its own, every time', () => {
    const own = createFluidTokenSigner({ tenantId, keys: { primary } })
    const ids = new Set(Array.from({ length: 10_000 }, () => own.sign(request).jti))
    expect(ids.size).toBe(10_000)
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  test('says for any allowed request what JSON would say of it', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((value) => /[\p{L}\p{N}]/u.test(value))
    const details = fc.dictionary(
      fc.constantFrom('email', 'date', 'team', '\u2028'),
      fc.jsonValue({ maxDepth: 2 }),
      {
        maxKeys: 3,
      },
    )
    const scopes = fc.subarray([...fluidScopes]).filter((list) => list.includes('doc:read'))
    fc.assert(
      fc.property(
        text,
        text,
        details,
        scopes,
        fc.integer({ min: 1, max: 3600 }),
        (id, name, extra, list, life) => {
          fc.pre(Buffer.byteLength(JSON.stringify(extra)) <= 2048)
          fc.pre(!/__proto__|constructor|prototype/.test(JSON.stringify(extra)))
          const wanted = { id, name, additionalDetails: extra }
          const { token } = signer.sign({ documentId, scopes: list, user: wanted, lifetimeSeconds: life })
          expect(payloadOf(token)).toEqual(
            JSON.parse(
              JSON.stringify({
                ...{
                  documentId,
                  scopes: list,
                  tenantId,
                  user: wanted,
                  iat: nowSeconds,
                  exp: nowSeconds + life,
                },
                ...{ ver: '1.0', jti: 'jti-1' },
              }),
            ),
          )
          expect(token.length).toBeLessThanOrEqual(8192)
        },
      ),
    )
  })

  test('asks for known scopes and a named user at compile time', () => {
    expectTypeOf<{ scopes: ['doc:admin'] }>().not.toExtend<Pick<FluidTokenRequest, 'scopes'>>()
    expectTypeOf<{ user: { id: string } }>().not.toExtend<Pick<FluidTokenRequest, 'user'>>()
    expectTypeOf<FluidScope>().toEqualTypeOf<'doc:read' | 'doc:write' | 'summary:write'>()
  })
})

const cyclic: Record<string, unknown> = {}
cyclic['self'] = cyclic

describe('refusals', () => {
  const refused: readonly [name: string, change: object, code: string][] = [
    ['no user', { user: undefined }, 'ERR_FLUID_USER'],
    ['null user', { user: null }, 'ERR_FLUID_USER'],
    ['a text as user', { user: 'ann' }, 'ERR_FLUID_USER'],
    ['no id', { user: { name: 'Ann' } }, 'ERR_FLUID_USER'],
    ['empty id', { user: { id: '', name: 'Ann' } }, 'ERR_FLUID_USER'],
    ['blank id', { user: { id: ' \t', name: 'Ann' } }, 'ERR_FLUID_USER'],
    ['numeric id', { user: { id: 7, name: 'Ann' } }, 'ERR_FLUID_USER'],
    ['no name', { user: { id: 'ann' } }, 'ERR_FLUID_USER'],
    ['null name', { user: { id: 'ann', name: null } }, 'ERR_FLUID_USER'],
    ['empty name', { user: { id: 'ann', name: '' } }, 'ERR_FLUID_USER'],
    ['invisible name', { user: { id: 'ann', name: '\u200b\u2060\u3164\u2800 ' } }, 'ERR_FLUID_USER'],
    ['half a character as name', { user: { id: 'ann', name: 'A\ud83d' } }, 'ERR_FLUID_USER'],
    ['endless name', { user: { id: 'ann', name: 'A'.repeat(257) } }, 'ERR_FLUID_USER'],
    ['displayName', { user: { id: 'ann', displayName: 'Ann' } }, 'ERR_FLUID_USER'],
    ['displayName beside name', { user: { ...user, displayName: 'Ann' } }, 'ERR_FLUID_USER'],
    ['unknown member', { user: { ...user, email: 'ann@contoso.example' } }, 'ERR_FLUID_USER'],
    ['prototype in user', { user: JSON.parse('{"id":"a","name":"b","__proto__":{}}') }, 'ERR_FLUID_USER'],
    ['text as details', { user: { ...user, additionalDetails: 'x' } }, 'ERR_FLUID_DETAILS'],
    ['array as details', { user: { ...user, additionalDetails: [] } }, 'ERR_FLUID_DETAILS'],
    ['null as details', { user: { ...user, additionalDetails: null } }, 'ERR_FLUID_DETAILS'],
    ['date as details', { user: { ...user, additionalDetails: new Date() } }, 'ERR_FLUID_DETAILS'],
    ['cyclic details', { user: { ...user, additionalDetails: cyclic } }, 'ERR_FLUID_DETAILS'],
    ['bigint in details', { user: { ...user, additionalDetails: { n: 1n } } }, 'ERR_FLUID_DETAILS'],
    [
      'oversized details',
      { user: { ...user, additionalDetails: { a: 'x'.repeat(2048) } } },
      'ERR_FLUID_DETAILS',
    ],
    [
      'details oversized in bytes',
      { user: { ...user, additionalDetails: { a: '漢'.repeat(700) } } },
      'ERR_FLUID_DETAILS',
    ],
    [
      'prototype in details',
      { user: { ...user, additionalDetails: JSON.parse('{"a":{"__proto__":{"admin":true}}}') } },
      'ERR_FLUID_DETAILS',
    ],
    [
      'constructor in details',
      { user: { ...user, additionalDetails: { constructor: 1 } } },
      'ERR_FLUID_DETAILS',
    ],
    ['no scopes', { scopes: undefined }, 'ERR_FLUID_SCOPES'],
    ['empty scopes', { scopes: [] }, 'ERR_FLUID_SCOPES'],
    ['scopes in one string', { scopes: 'doc:read' }, 'ERR_FLUID_SCOPES'],
    ['array-like scopes', { scopes: { 0: 'doc:read', length: 1 } }, 'ERR_FLUID_SCOPES'],
    ['unknown scope', { scopes: ['doc:read', 'doc:admin'] }, 'ERR_FLUID_SCOPES'],
    ['empty scope', { scopes: [''] }, 'ERR_FLUID_SCOPES'],
    ['upper-case scope', { scopes: ['DOC:READ'] }, 'ERR_FLUID_SCOPES'],
    ['write without read', { scopes: ['doc:write'] }, 'ERR_FLUID_SCOPES'],
    ['creation without write', { documentId: undefined, scopes: ['doc:read'] }, 'ERR_FLUID_SCOPES'],
    ['zero lifetime', { lifetimeSeconds: 0 }, 'ERR_FLUID_LIFETIME'],
    ['negative lifetime', { lifetimeSeconds: -5 }, 'ERR_FLUID_LIFETIME'],
    ['lifetime beyond the hour', { lifetimeSeconds: 3601 }, 'ERR_FLUID_LIFETIME'],
    ['fractional lifetime', { lifetimeSeconds: 1.5 }, 'ERR_FLUID_LIFETIME'],
    ['NaN lifetime', { lifetimeSeconds: Number.NaN }, 'ERR_FLUID_LIFETIME'],
    ['infinite lifetime', { lifetimeSeconds: Number.POSITIVE_INFINITY }, 'ERR_FLUID_LIFETIME'],
    ['lifetime as text', { lifetimeSeconds: '3600' }, 'ERR_FLUID_LIFETIME'],
    ['null lifetime', { lifetimeSeconds: null }, 'ERR_FLUID_LIFETIME'],
    ['path in documentId', { documentId: '../../riddler' }, 'ERR_FLUID_DOCUMENT'],
    ['slash in documentId', { documentId: 'a/b' }, 'ERR_FLUID_DOCUMENT'],
    ['backslash in documentId', { documentId: 'a\\b' }, 'ERR_FLUID_DOCUMENT'],
    ['escape in documentId', { documentId: 'a%2fb' }, 'ERR_FLUID_DOCUMENT'],
    ['dots as documentId', { documentId: '..' }, 'ERR_FLUID_DOCUMENT'],
    ['NUL in documentId', { documentId: 'a\0' }, 'ERR_FLUID_DOCUMENT'],
    ['line break in documentId', { documentId: 'a\n' }, 'ERR_FLUID_DOCUMENT'],
    ['endless documentId', { documentId: 'a'.repeat(129) }, 'ERR_FLUID_DOCUMENT'],
    ['numeric documentId', { documentId: 7 }, 'ERR_FLUID_DOCUMENT'],
    ['null documentId', { documentId: null }, 'ERR_FLUID_DOCUMENT'],
    ['scope claim', { scope: ['doc:read'] }, 'ERR_FLUID_CLAIM'],
    ['tenantId', { tenantId: 'other' }, 'ERR_FLUID_CLAIM'],
    ['isKeylessAccessToken', { isKeylessAccessToken: true }, 'ERR_FLUID_CLAIM'],
    ['jti', { jti: 'mine' }, 'ERR_FLUID_CLAIM'],
  ]

  test.for(refused)('%s', ([, change, code]) => {
    const error = thrownBy(() => signAnything(change))
    expect(isLatchkeyError(error) && error.code).toBe(code)
    expect(String(error)).not.toContain(primary)
  })

  test('a prototype key at the top', () => {
    const hostile = JSON.parse(`{"__proto__":{"scopes":["doc:read"]},"documentId":"d"}`) as FluidTokenRequest
    expect(thrownBy(() => signer.sign(hostile))).toMatchObject({ code: 'ERR_FLUID_CLAIM' })
  })

  test('displayName is named in the error', () => {
    const error = thrownBy(() => signAnything({ user: { id: 'ann', displayName: 'Ann' } })) as Error
    expect(error.message).toContain('displayName')
    expect(error.message).toContain('user.name')
  })

  test('a clock that tells no time', () => {
    const stopped = createFluidTokenSigner({ ...options, clock: { now: () => Number.NaN } })
    expect(thrownBy(() => stopped.sign(request))).toMatchObject({ code: 'ERR_FLUID_CLOCK' })
  })
})

describe('making a signer', () => {
  const refused: readonly [name: string, change: object, code: string][] = [
    ['no tenant', { tenantId: undefined }, 'ERR_FLUID_TENANT'],
    ['empty tenant', { tenantId: '' }, 'ERR_FLUID_TENANT'],
    ['tenant with a path', { tenantId: 'a/../b' }, 'ERR_FLUID_TENANT'],
    ['no key', { keys: {} }, 'ERR_FLUID_KEY'],
    ['empty key', { keys: { primary: '' } }, 'ERR_FLUID_KEY'],
    ['short key', { keys: { primary: primary.slice(1) } }, 'ERR_FLUID_KEY'],
    ['weak key', { keys: { primary: '0'.repeat(64) } }, 'ERR_FLUID_KEY'],
    ['bytes as key', { keys: { primary: Buffer.from(primary) } }, 'ERR_FLUID_KEY'],
    ['empty secondary key', { keys: { primary, secondary: '' } }, 'ERR_FLUID_KEY'],
    ['absent secondary key', { keys: { primary }, signWith: 'secondary' }, 'ERR_FLUID_KEY'],
    ['a key of another name', { signWith: 'Secondary' }, 'ERR_FLUID_KEY'],
    ['negative skew', { clockSkewSeconds: -1 }, 'ERR_FLUID_SKEW'],
    ['skew beyond 300 s', { clockSkewSeconds: 301 }, 'ERR_FLUID_SKEW'],
  ]

  test.for(refused)('refuses %s', ([, change, code]) => {
    const error = thrownBy(() => createFluidTokenSigner({ ...options, ...change } as FluidTokenSignerOptions))
    expect(error).toMatchObject({ code })
    expect(String(error)).not.toContain(primary.slice(1))
  })
})
