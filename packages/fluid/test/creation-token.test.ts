import {
  getCreationToken,
  generateToken as serviceGenerateToken,
} from '@fluidframework/server-services-utils'
import { describe, expect, test } from 'vitest'
import {
  createFluidTokenSigner,
  createFluidTokenVerifier,
  createMemoryUsedTokens,
  type FluidTokenRefusal,
  type UsedTokens,
} from '../src/index.ts'
import { documentId, nowMs, primary, rightClaims, signRaw, TestClock, tenantId, user } from './fixtures.ts'

type Manager = Parameters<typeof getCreationToken>[0]
type SignTokenArguments = Parameters<Manager['signToken']>

const clock = { now: () => nowMs }
const verifier = createFluidTokenVerifier({ tenantId, keys: { primary }, clock })

function expectation() {
  return { documentId, usedTokens: createMemoryUsedTokens(clock) }
}

function creationClaims(change: object = {}): object {
  const right = rightClaims()
  return { ...right, scopes: [], exp: Number(right['iat']) + 300, ...change }
}

describe('a creation token', () => {
  test("made by Fluid's own getCreationToken tells who created", async () => {
    const { token: used, jti } = createFluidTokenSigner({ tenantId, keys: { primary } }).sign({
      scopes: ['doc:read', 'doc:write'],
      user,
    })
    // The service's tenant manager signs with its own generateToken and the tenant's key.
    const tenantManager = {
      signToken: async (...args: SignTokenArguments) => {
        const [tenant, document, scopes, person, lifetime, ver, id] = args
        return serviceGenerateToken(tenant, document, primary, scopes, person, lifetime, ver, id)
      },
    } as Partial<Manager> as Manager
    const token = await getCreationToken(tenantManager, used, documentId)
    const now = createFluidTokenVerifier({ tenantId, keys: { primary } })
    const claims = await now.verifyCreationToken(token, { documentId, usedTokens: createMemoryUsedTokens() })
    expect(claims).toMatchObject({ documentId, scopes: [], user, jti })
  })

  test('is good once', async () => {
    const expected = expectation()
    const token = signRaw(creationClaims())
    await expect(verifier.verifyCreationToken(token, expected)).resolves.toMatchObject({ user })
    await expect(verifier.verifyCreationToken(token, expected)).rejects.toMatchObject({
      code: 'ERR_FLUID_TOKEN',
      details: { reason: 'used' },
    })
  })

  test('counts as used in any spelling', async () => {
    const expected = expectation()
    await verifier.verifyCreationToken(signRaw(creationClaims()), expected)
    const spelledOtherwise = signRaw(JSON.stringify(creationClaims(), null, 1), {
      header: { typ: 'JWT', alg: 'HS256' },
    })
    await expect(verifier.verifyCreationToken(spelledOtherwise, expected)).rejects.toMatchObject({
      details: { reason: 'used' },
    })
  })

  test('opens nothing', () => {
    expect(() => verifier.verify(signRaw(creationClaims()), { documentId, scopes: [] })).toThrow()
  })

  const refused: readonly [name: string, change: object, reason: FluidTokenRefusal][] = [
    ['an ordinary token', { scopes: ['doc:read'] }, 'scopes'],
    ['no scopes at all', { scopes: undefined }, 'scopes'],
    ['another document', { documentId: 'other' }, 'document'],
    ['no document', { documentId: '' }, 'document'],
    ['another tenant', { tenantId: 'other' }, 'tenant'],
    ['301 s of life', { exp: Number(rightClaims()['iat']) + 301 }, 'lifetime'],
    ['no jti', { jti: undefined }, 'token_id'],
    ['no name', { user: { id: 'ann' } }, 'user'],
  ]

  test.for(refused)('is refused with %s, and stays unused', async ([, change, reason]) => {
    const expected = expectation()
    const token = signRaw(creationClaims(change))
    await expect(verifier.verifyCreationToken(token, expected)).rejects.toMatchObject({ details: { reason } })
    await expect(verifier.verifyCreationToken(signRaw(creationClaims()), expected)).resolves.toBeDefined()
  })

  test('is refused for an empty document, whatever it says', async () => {
    const expected = { ...expectation(), documentId: '' }
    const token = signRaw(creationClaims({ documentId: '' }))
    await expect(verifier.verifyCreationToken(token, expected)).rejects.toMatchObject({
      details: { reason: 'document' },
    })
  })

  test('is not accepted when the store fails', async () => {
    const broken: UsedTokens = { useOnce: () => Promise.reject(new Error('disk')) }
    const expected = { documentId, usedTokens: broken }
    await expect(verifier.verifyCreationToken(signRaw(creationClaims()), expected)).rejects.toThrow('disk')
  })
})

describe('used tokens in memory', () => {
  test('have one winner', async () => {
    const usedTokens = createMemoryUsedTokens(clock)
    const uses = Array.from({ length: 50 }, () => usedTokens.useOnce('t/1', new Date(nowMs + 1000)))
    expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1)
  })

  test('are forgotten when they expire', async () => {
    const moving = new TestClock()
    const usedTokens = createMemoryUsedTokens(moving)
    expect(await usedTokens.useOnce('t/1', new Date(nowMs + 1000))).toBe(true)
    moving.nowMs += 999
    expect(await usedTokens.useOnce('t/1', new Date(nowMs + 1000))).toBe(false)
    moving.nowMs += 1
    expect(await usedTokens.useOnce('t/1', new Date(nowMs + 2000))).toBe(true)
  })
})
