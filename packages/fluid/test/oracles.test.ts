import { verifyStorageToken } from '@fluidframework/server-services-utils'
import fc from 'fast-check'
import { jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { describe, expect, test } from 'vitest'
import {
  createFluidTokenSigner,
  createFluidTokenVerifier,
  type FluidTokenRequest,
  fluidScopes,
} from '../src/index.ts'
import { documentId, primary, request, tenantId, user } from './fixtures.ts'
import { fluidAccepts, fluidAcceptsCreation, fluidStorageStatus } from './fluid-oracle.ts'

const signer = createFluidTokenSigner({ tenantId, keys: { primary } })
const verifier = createFluidTokenVerifier({ tenantId, keys: { primary } })
const keyBytes = new TextEncoder().encode(primary)

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => /[\p{L}\p{N}]/u.test(text))

// Everything that can be signed, not only the usual.
const requests: fc.Arbitrary<FluidTokenRequest> = fc.record({
  documentId: fc.constant(documentId),
  scopes: fc.subarray([...fluidScopes]).filter((scopes) => scopes.includes('doc:read')),
  user: fc.record({ id: name, name, additionalDetails: fc.record({ email: fc.emailAddress(), note: name }) }),
  // Not less: Fluid's verifier reads the machine's clock a moment later.
  lifetimeSeconds: fc.integer({ min: 60, max: 3600 }),
})

describe('everything that is signed is accepted by', () => {
  test("Fluid's verifyToken, with expiry check", async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (wanted) => {
        expect(await fluidAccepts(signer.sign(wanted).token, wanted.scopes)).toBe(true)
      }),
    )
  })

  test("Fluid's verifyStorageToken, with expiry check", async () => {
    expect(verifyStorageToken).toBeTypeOf('function')
    await fc.assert(
      fc.asyncProperty(requests, async (wanted) => {
        expect(await fluidStorageStatus(signer.sign(wanted).token, wanted.scopes)).toBeUndefined()
      }),
    )
  })

  test("Fluid's verifyToken as a token that creates", async () => {
    expect(await fluidAcceptsCreation(signer.sign({ scopes: ['doc:read', 'doc:write'], user }).token)).toBe(
      true,
    )
  })

  test('jose', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (wanted) => {
        const { payload, protectedHeader } = await jwtVerify(signer.sign(wanted).token, keyBytes, {
          algorithms: ['HS256'],
          typ: 'JWT',
          requiredClaims: ['iat', 'exp', 'jti'],
        })
        expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' })
        expect(payload).toMatchObject({ tenantId, documentId: wanted.documentId, scopes: wanted.scopes })
      }),
    )
  })

  test('jsonwebtoken', () => {
    fc.assert(
      fc.property(requests, (wanted) => {
        const claims = jsonwebtoken.verify(signer.sign(wanted).token, primary, { algorithms: ['HS256'] })
        expect(claims).toMatchObject({ user: wanted.user })
      }),
    )
  })

  test('ourselves', () => {
    fc.assert(
      fc.property(requests, (wanted) => {
        const claims = verifier.verify(signer.sign(wanted).token, { documentId, scopes: wanted.scopes })
        expect(claims.user).toEqual(wanted.user)
      }),
    )
  })
})

describe('the oracles can say no', () => {
  const { token } = signer.sign({ ...request, scopes: ['doc:read'] })

  test('to a scope that is missing', async () => {
    expect(await fluidAccepts(token, ['doc:write'])).toBe(false)
    expect(await fluidStorageStatus(token, ['doc:write'])).toBe(403)
  })

  test('to another key', async () => {
    const other = createFluidTokenSigner({
      tenantId,
      keys: { primary: primary.split('').reverse().join('') },
    })
    expect(await fluidAccepts(other.sign(request).token)).toBe(false)
    await expect(jwtVerify(other.sign(request).token, keyBytes)).rejects.toThrow()
  })
})
