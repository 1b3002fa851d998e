/** What plain JavaScript can hand to the public functions: refused by code, with the option's name, from nowhere inside. */

import { isLatchkeyError, Secret } from '@latchkey/common'
import { describe, expect, test } from 'vitest'
import * as fluid from '../src/index.ts'
import { createTokenProvider } from '../src/provider.ts'
import { documentId, primary, request, signRaw, tenantId, user } from './fixtures.ts'

// biome-ignore lint/suspicious/noExplicitAny: this is what the compiler would refuse
const { createFluidTokenSigner, createFluidTokenVerifier, createFluidTokenRoute, ...others } = fluid as any
// biome-ignore lint/suspicious/noExplicitAny: likewise
const provide = createTokenProvider as any
const { generateToken, getSignedToken, createMemoryUsedTokens } = others

const keys = { primary }
const good = { tenantId, keys }
const signer = fluid.createFluidTokenSigner(good)
const verifier = createFluidTokenVerifier(good)
const routeOptions = { signer, authenticate: () => undefined, authorize: () => undefined }
const token = signRaw({})

type Case = readonly [name: string, call: () => unknown, code: string, names: string]

const nothing: readonly unknown[] = [undefined, null, 'text', 7]
const withoutOptions: readonly Case[] = nothing.flatMap((given): Case[] => [
  [`createFluidTokenSigner(${given})`, () => createFluidTokenSigner(given), 'ERR_FLUID_OPTIONS', 'options'],
  [
    `createFluidTokenVerifier(${given})`,
    () => createFluidTokenVerifier(given),
    'ERR_FLUID_OPTIONS',
    'options',
  ],
  [`createFluidTokenRoute(${given})`, () => createFluidTokenRoute(given), 'ERR_FLUID_OPTIONS', 'options'],
  [`createTokenProvider(${given})`, () => provide(given), 'ERR_FLUID_OPTIONS', 'fetchToken'],
  [`sign(${given})`, () => signer.sign(given as never), 'ERR_FLUID_OPTIONS', 'request'],
  [`verify(token, ${given})`, () => verifier.verify(token, given), 'ERR_FLUID_OPTIONS', 'expected'],
  [
    `getSignedToken(…, ${given})`,
    () => getSignedToken(tenantId, documentId, 60, '1.0', given),
    'ERR_FLUID_OPTIONS',
    'options',
  ],
])

const wrongMembers: readonly Case[] = [
  ['signer {}', () => createFluidTokenSigner({}), 'ERR_FLUID_TENANT', 'tenantId'],
  ['signer without keys', () => createFluidTokenSigner({ tenantId }), 'ERR_FLUID_KEY', 'keys'],
  ['signer with one key', () => createFluidTokenSigner({ tenantId, keys: primary }), 'ERR_FLUID_KEY', 'keys'],
  [
    'signer with one secret',
    () => createFluidTokenSigner({ tenantId, keys: new Secret(primary) }),
    'ERR_FLUID_KEY',
    'keys',
  ],
  ['signer with no key', () => createFluidTokenSigner({ tenantId, keys: {} }), 'ERR_FLUID_KEY', 'primary'],
  ...['tertiary', 'constructor', '__proto__', null].map(
    (signWith): Case => [
      `signWith ${signWith}`,
      () => createFluidTokenSigner({ ...good, signWith }),
      'ERR_FLUID_KEY',
      'signWith',
    ],
  ),
  ['signer clock', () => createFluidTokenSigner({ ...good, clock: Date.now }), 'ERR_FLUID_CLOCK', 'clock'],
  ['signer clock null', () => createFluidTokenSigner({ ...good, clock: null }), 'ERR_FLUID_CLOCK', 'clock'],
  [
    'makeTokenId',
    () => createFluidTokenSigner({ ...good, makeTokenId: 'x' }),
    'ERR_FLUID_OPTIONS',
    'makeTokenId',
  ],
  ...[undefined, 7, '', 'x'.repeat(257)].map(
    (id): Case => [
      `a token id ${String(id).slice(0, 9)}`,
      () => createFluidTokenSigner({ ...good, makeTokenId: () => id }).sign(request),
      'ERR_FLUID_OPTIONS',
      'makeTokenId',
    ],
  ),
  ['verifier {}', () => createFluidTokenVerifier({}), 'ERR_FLUID_TENANT', 'tenantId'],
  ['verifier without keys', () => createFluidTokenVerifier({ tenantId }), 'ERR_FLUID_KEY', 'keys'],
  ['verifier clock', () => createFluidTokenVerifier({ ...good, clock: {} }), 'ERR_FLUID_CLOCK', 'clock'],
  ...[{}, 'x', [undefined], [{ key: primary }], [{ key: primary, retiresOn: '2026-01-01' }]].map(
    (retiring): Case => [
      `retiring ${JSON.stringify(retiring)?.slice(0, 9)}`,
      () => createFluidTokenVerifier({ tenantId, keys: { primary, retiring } }),
      'ERR_FLUID_KEY',
      'retir',
    ],
  ),
  ['verify without document', () => verifier.verify(token, {}), 'ERR_FLUID_DOCUMENT', 'documentId'],
  ...['doc:read', ['doc:all'], {}].map(
    (scopes): Case => [
      `verify scopes ${scopes}`,
      () => verifier.verify(token, { documentId, scopes }),
      'ERR_FLUID_SCOPES',
      'expected.scopes',
    ],
  ),
  ['generateToken()', () => generateToken(), 'ERR_FLUID_TENANT', 'tenantId'],
  ['generateToken(tenant)', () => generateToken(tenantId), 'ERR_FLUID_KEY', 'primary'],
  [
    'generateToken without user',
    () => generateToken(tenantId, primary, ['doc:read'], documentId),
    'ERR_FLUID_USER',
    'user',
  ],
  ['getSignedToken()', () => getSignedToken(), 'ERR_FLUID_OPTIONS', 'options'],
  [
    'getSignedToken clock',
    () => getSignedToken(tenantId, documentId, 60, '1.0', { key: primary, user, clock: {} }),
    'ERR_FLUID_CLOCK',
    'clock',
  ],
  ['route {}', () => createFluidTokenRoute({}), 'ERR_FLUID_OPTIONS', 'signer'],
  ...['authenticate', 'authorize', 'onError'].map(
    (name): Case => [
      `route ${name}`,
      () => createFluidTokenRoute({ ...routeOptions, [name]: 7 }),
      'ERR_FLUID_OPTIONS',
      name,
    ],
  ),
  ['used tokens', () => createMemoryUsedTokens({}), 'ERR_FLUID_CLOCK', 'clock'],
  ...['documentPostCreateCallback', 'random', 'marginSeconds', 'timeoutMs', 'giveUpAfterMs', 'clock'].map(
    (name): Case => [
      `provider ${name}`,
      () => provide({ fetchToken: async () => ({ token }), [name]: 'soon' }),
      'ERR_FLUID_OPTIONS',
      name,
    ],
  ),
]

const schedule = () => () => undefined
const wrongProviderMembers: readonly (readonly [name: string, value: unknown])[] = [
  ['clock', { schedule }],
  ['clock', { now: Date.now }],
  ['clock', null],
  ...['marginSeconds', 'timeoutMs', 'giveUpAfterMs'].flatMap((name) =>
    ['5', null, Number.NaN, -1, [5]].map((value) => [name, value] as const),
  ),
  // A timer that is told to wait longer does not wait at all.
  ['timeoutMs', Number.POSITIVE_INFINITY],
  ['timeoutMs', 2 ** 31],
]

async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    await call()
  } catch (error) {
    return error
  }
  return undefined
}

describe('arguments that are none', () => {
  test.for([...withoutOptions, ...wrongMembers])('%s', async ([, call, code, names]) => {
    const error = await failureOf(call)
    expect(isLatchkeyError(error), String(error)).toBe(true)
    expect(error).toMatchObject({ code, message: expect.stringContaining(names) })
  })

  test.for(wrongProviderMembers)('provider %s %j', async ([name, value]) => {
    const error = await failureOf(() => provide({ fetchToken: async () => ({ token }), [name]: value }))
    expect(error).toMatchObject({ code: 'ERR_FLUID_OPTIONS', message: expect.stringContaining(name) })
  })

  test('a provider may wait for ever, and an attempt for 24 days', () => {
    const long = { giveUpAfterMs: Number.POSITIVE_INFINITY, timeoutMs: 2 ** 31 - 1, marginSeconds: 0 }
    expect(() => provide({ fetchToken: async () => ({ token }), ...long })).not.toThrow()
  })

  test.for([
    [undefined, 'ERR_FLUID_OPTIONS'],
    [{}, 'ERR_FLUID_DOCUMENT'],
    [{ documentId }, 'ERR_FLUID_OPTIONS'],
    [{ documentId, usedTokens: new Set() }, 'ERR_FLUID_OPTIONS'],
  ])('verifyCreationToken(token, %j)', async ([expected, code]) => {
    expect(await failureOf(() => verifier.verifyCreationToken(token, expected))).toMatchObject({ code })
  })
})
