import { createSecretKey } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'
import { describe, expect, test, vi } from 'vitest'
import {
  createFluidTokenSigner,
  type FluidScope,
  fluidScopes,
  generateToken,
  getSignedToken,
} from '../src/index.ts'
import { documentId, fixedClock, payloadOf, primary, tenantId, thrownBy, user } from './fixtures.ts'
import { fluidAccepts } from './fluid-oracle.ts'

const options = { key: primary, user }

describe('getSignedToken', () => {
  test('says what the signer says', () => {
    const token = getSignedToken(tenantId, documentId, 600, '1.0', { ...options, clock: fixedClock })
    const signer = createFluidTokenSigner({ tenantId, keys: { primary }, clock: fixedClock })
    const signed = signer.sign({ documentId, scopes: fluidScopes, user, lifetimeSeconds: 600 })
    const { jti, ...claims } = payloadOf(token)
    const { jti: otherJti, ...otherClaims } = payloadOf(signed.token)
    expect(claims).toEqual(otherClaims)
    expect(JSON.stringify(claims)).toBe(JSON.stringify(otherClaims))
    expect(token.split('.')[0]).toBe(signed.token.split('.')[0])
    expect(jti).toMatch(/^[0-9a-f-]{36}$/)
    expect(jti).not.toBe(otherJti)
  })

  test('lasts an hour and is version 1.0 unless told otherwise', () => {
    const { iat, exp, ver, scopes } = payloadOf(
      getSignedToken(tenantId, documentId, undefined, undefined, options),
    )
    expect(Number(exp) - Number(iat)).toBe(3600)
    expect(ver).toBe('1.0')
    expect(scopes).toEqual(['doc:read', 'doc:write', 'summary:write'])
  })

  test('signs through jsonwebtoken, with a KeyObject', () => {
    const sign = vi.spyOn(jsonwebtoken, 'sign')
    getSignedToken(tenantId, documentId, 600, '1.0', options)
    const key = sign.mock.calls[0]?.[1]
    sign.mockRestore()
    expect(createSecretKey(primary, 'utf8').equals(key as never)).toBe(true)
  })

  test('is accepted by the service', async () => {
    expect(await fluidAccepts(getSignedToken(tenantId, documentId, 3600, '1.0', options), fluidScopes)).toBe(
      true,
    )
  })

  const refused: readonly [name: string, act: () => string, code: string][] = [
    ['another version', () => getSignedToken(tenantId, documentId, 600, '2.0', options), 'ERR_FLUID_VERSION'],
    ['two hours', () => getSignedToken(tenantId, documentId, 7200, '1.0', options), 'ERR_FLUID_LIFETIME'],
    ['no tenant', () => getSignedToken('', documentId, 600, '1.0', options), 'ERR_FLUID_TENANT'],
    ['a path', () => getSignedToken(tenantId, '../x', 600, '1.0', options), 'ERR_FLUID_DOCUMENT'],
    [
      'no key',
      () => getSignedToken(tenantId, documentId, 600, '1.0', { ...options, key: '' }),
      'ERR_FLUID_KEY',
    ],
    [
      'no name',
      () => getSignedToken(tenantId, documentId, 600, '1.0', { key: primary, user: { id: 'ann' } as never }),
      'ERR_FLUID_USER',
    ],
    [
      'an unknown scope',
      () => getSignedToken(tenantId, documentId, 600, '1.0', { ...options, scopes: ['all' as FluidScope] }),
      'ERR_FLUID_SCOPES',
    ],
  ]

  test.for(refused)('refuses %s', ([, act, code]) => {
    expect(thrownBy(act)).toMatchObject({ code })
  })
})

describe('generateToken', () => {
  test("takes azure-service-utils' parameters in its order", async () => {
    const token = generateToken(tenantId, primary, ['doc:read', 'doc:write'], documentId, user, 600, '1.0')
    expect(payloadOf(token)).toMatchObject({
      tenantId,
      documentId,
      user,
      scopes: ['doc:read', 'doc:write'],
      ver: '1.0',
    })
    expect(await fluidAccepts(token)).toBe(true)
  })

  test('makes a token that creates when there is no document', () => {
    const token = generateToken(tenantId, primary, ['doc:read', 'doc:write'], undefined, user)
    expect(payloadOf(token)).toMatchObject({ documentId: '' })
  })

  // Each of these is signed by azure-service-utils 2.111.0 without a word (reference/fluid.md 2.1).
  const silent: readonly [name: string, args: unknown[], code: string][] = [
    ['no scopes', [tenantId, primary, [], documentId, user], 'ERR_FLUID_SCOPES'],
    ['undefined scopes', [tenantId, primary, undefined, documentId, user], 'ERR_FLUID_SCOPES'],
    ['a day', [tenantId, primary, ['doc:read'], documentId, user, 86_400], 'ERR_FLUID_LIFETIME'],
    ['NaN seconds', [tenantId, primary, ['doc:read'], documentId, user, Number.NaN], 'ERR_FLUID_LIFETIME'],
    ['an empty key', [tenantId, '', ['doc:read'], documentId, user], 'ERR_FLUID_KEY'],
    ['an empty tenant', ['', primary, ['doc:read'], documentId, user], 'ERR_FLUID_TENANT'],
    ['no user', [tenantId, primary, ['doc:read'], documentId], 'ERR_FLUID_USER'],
    ['a user without name', [tenantId, primary, ['doc:read'], documentId, { id: 'ann' }], 'ERR_FLUID_USER'],
    ['another version', [tenantId, primary, ['doc:read'], documentId, user, 600, '2.0'], 'ERR_FLUID_VERSION'],
    // The order of the documented Azure sample, which signs with the public document id and puts the key into the scopes.
    ["the sample's order", [tenantId, documentId, primary, ['doc:read'], user], 'ERR_FLUID_KEY'],
  ]

  test.for(silent)('refuses %s', ([, args, code]) => {
    const call = generateToken as unknown as (...args: unknown[]) => string
    expect(thrownBy(() => call(...args))).toMatchObject({ code })
  })
})
