import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createFluidTokenSigner,
  createFluidTokenVerifier,
  type FluidTokenVerifierOptions,
} from '../src/index.ts'
import {
  documentId,
  nowMs,
  nowSeconds,
  primary,
  request,
  rightClaims,
  secondary,
  signRaw,
  TestClock,
  tenantId,
  thrownBy,
  user,
} from './fixtures.ts'
import { fluidAccepts } from './fluid-oracle.ts'
import { makeMutants } from './mutants.ts'

const here = { documentId }

function verifierAt(atMs: number, change: Partial<FluidTokenVerifierOptions> = {}) {
  return createFluidTokenVerifier({ tenantId, keys: { primary }, clock: { now: () => atMs }, ...change })
}

const verifier = verifierAt(nowMs)

describe('a right token', () => {
  test('is answered with its claims', () => {
    expect(verifier.verify(signRaw(rightClaims()), here)).toEqual(rightClaims())
  })

  test('may hold claims we do not know; they are not passed on', () => {
    const claims = { ...rightClaims(), isKeylessAccessToken: false, theme: 'dark' }
    expect(verifier.verify(signRaw(claims), here)).toEqual(rightClaims())
  })

  test.for([
    ['members of the header the other way round', { typ: 'JWT', alg: 'HS256' }],
    ['a key id', { alg: 'HS256', typ: 'JWT', kid: 'k-1' }],
  ] as const)('may have %s', ([, header]) => {
    expect(verifier.verify(signRaw(rightClaims(), { header }), here)).toEqual(rightClaims())
  })

  test('may be written with spaces and escapes', () => {
    const text = JSON.stringify(rightClaims(), null, 2).replace('Ann', '\\u0041nn')
    expect(verifier.verify(signRaw(text), here)).toEqual(rightClaims())
  })

  test('must hold every scope that is asked for', () => {
    const token = signRaw({ ...rightClaims(), scopes: ['doc:read'] })
    expect(verifier.verify(token, { documentId, scopes: ['doc:read'] }).scopes).toEqual(['doc:read'])
    const wanted = { documentId, scopes: ['doc:read', 'doc:write'] as const }
    expect(thrownBy(() => verifier.verify(token, wanted))).toMatchObject({ details: { reason: 'scopes' } })
  })

  test('that creates is verified for no document', () => {
    const token = signRaw({ ...rightClaims(), documentId: '' })
    expect(verifier.verify(token, { documentId: '' }).documentId).toBe('')
  })

  test.for([
    { at: 0, isGood: true },
    { at: 3599.999, isGood: true },
    { at: 3600, isGood: false },
    { at: -60, isGood: true },
    { at: -60.001, isGood: false },
  ])('$at s after its issue: $isGood', ({ at, isGood }) => {
    const token = signRaw(rightClaims())
    const act = () => verifierAt((nowSeconds + at) * 1000).verify(token, here)
    if (isGood) expect(act().exp).toBe(nowSeconds + 3600)
    else expect(thrownBy(act)).toMatchObject({ code: 'ERR_FLUID_TOKEN' })
  })
})

describe('mutants', () => {
  // With the real clock, which Fluid's verifier reads.
  const realMs = Date.now()
  const now = Math.floor(realMs / 1000)
  const mutants = makeMutants(now)
  const strict = verifierAt(realMs)

  test('are at least sixty, and their original is right', async () => {
    expect(mutants.length).toBeGreaterThanOrEqual(60)
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
    const original = signRaw(rightClaims(now))
    expect(strict.verify(original, here).jti).toBe(rightClaims()['jti'])
    expect(await fluidAccepts(original)).toBe(true)
  })

  test.for(mutants)('$name', async ({ token, reason, fluidAccepts: isAcceptedByFluid }) => {
    const error = thrownBy(() => strict.verify(token, here))
    // One code for all; only the reason, for the log, tells them apart.
    expect(error).toMatchObject({
      code: 'ERR_FLUID_TOKEN',
      message: 'The token is not valid',
      details: { reason },
    })
    expect(Object.keys((error as { details: object }).details)).toEqual(['reason'])
    expect(await fluidAccepts(token)).toBe(isAcceptedByFluid === true)
  })

  test('of any one character are refused', () => {
    const token = signRaw(rightClaims(now))
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.string({ unit: 'binary-ascii', minLength: 0, maxLength: 2 }),
        (at, text) => {
          const mutated = token.slice(0, at) + text + token.slice(at + 1)
          fc.pre(mutated !== token)
          expect(thrownBy(() => strict.verify(mutated, here))).toMatchObject({ code: 'ERR_FLUID_TOKEN' })
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test.for([undefined, null, 7, {}, [], ['a.b.c']])('that are no text: %j', (token) => {
    expect(thrownBy(() => strict.verify(token as string, here))).toMatchObject({
      details: { reason: 'malformed' },
    })
  })

  test('nothing of the token or the key is in the error', () => {
    const error = thrownBy(() =>
      strict.verify(signRaw(rightClaims(now), { key: 'canary-canary-canary-canary-key' }), here),
    )
    const text = `${String(error)} ${(error as Error).stack} ${JSON.stringify(error)}`
    for (const secret of [primary, 'canary', 'eyJ', documentId, user.id])
      expect(text.split('\n')[0]).not.toContain(secret)
  })
})

describe('keys', () => {
  const later = new Date(nowMs + 1000)

  test('both of a tenant are accepted', () => {
    const both = verifierAt(nowMs, { keys: { primary, secondary } })
    for (const key of [primary, secondary])
      expect(both.verify(signRaw(rightClaims(), { key }), here).ver).toBe('1.0')
  })

  test('a retiring one is accepted until its moment', () => {
    const old = randomBytes(16).toString('hex')
    const keys = { primary, retiring: [{ key: old, retiresOn: later }] }
    const token = signRaw(rightClaims(), { key: old })
    expect(verifierAt(nowMs + 999, { keys }).verify(token, here).ver).toBe('1.0')
    expect(thrownBy(() => verifierAt(nowMs + 1000, { keys }).verify(token, here))).toMatchObject({
      details: { reason: 'signature' },
    })
  })

  test.for([
    ['a weak retiring key', { primary, retiring: [{ key: '0'.repeat(32), retiresOn: later }] }],
    [
      'a retiring key without a moment',
      { primary, retiring: [{ key: secondary, retiresOn: new Date(Number.NaN) }] },
    ],
    ['no primary key', { secondary }],
  ] as const)('%s is refused', ([, keys]) => {
    expect(thrownBy(() => verifierAt(nowMs, { keys: keys as never }))).toMatchObject({
      code: 'ERR_FLUID_KEY',
    })
  })

  test('walk through rotate, overlap and retire without one false refusal', () => {
    const clock = new TestClock()
    const [a, b, c] = [primary, secondary, randomBytes(16).toString('hex')]
    const issued: { token: string; expiresOn: Date }[] = []
    const [minute, hour] = [60_000, 3_600_000]
    // Signing moves to the secondary, an hour later the primary is replaced, and its successor signs from then on.
    const phases = [
      {
        untilMs: nowMs + hour,
        signing: { primary: a, secondary: b },
        signWith: 'primary',
        verifying: { primary: a, secondary: b },
      },
      {
        untilMs: nowMs + 2 * hour,
        signing: { primary: a, secondary: b },
        signWith: 'secondary',
        verifying: { primary: a, secondary: b },
      },
      {
        untilMs: nowMs + 4 * hour,
        signing: { primary: c, secondary: b },
        signWith: 'primary',
        verifying: {
          primary: c,
          secondary: b,
          retiring: [{ key: a, retiresOn: new Date(nowMs + 3 * hour) }],
        },
      },
    ] as const
    let verified = 0
    for (const { untilMs, signing, signWith, verifying } of phases) {
      const signer = createFluidTokenSigner({ tenantId, keys: signing, signWith, clock })
      const current = createFluidTokenVerifier({ tenantId, keys: verifying, clock })
      for (; clock.nowMs < untilMs; clock.nowMs += minute) {
        issued.push(signer.sign(request))
        for (const { token, expiresOn } of issued.slice(-61)) {
          if (expiresOn.getTime() <= clock.nowMs) continue
          expect(current.verify(token, here).documentId).toBe(documentId)
          verified += 1
        }
      }
    }
    expect(verified).toBeGreaterThan(10_000)
    const first = signRaw(rightClaims(Math.floor(clock.nowMs / 1000)), { key: a })
    const last = createFluidTokenVerifier({ tenantId, keys: phases[2].verifying, clock })
    expect(thrownBy(() => last.verify(first, here))).toMatchObject({ details: { reason: 'signature' } })
  })

  test.for([-1, 301, 1.5, Number.NaN])('a skew of %d s is refused', (clockSkewSeconds) => {
    expect(thrownBy(() => verifierAt(nowMs, { clockSkewSeconds }))).toMatchObject({ code: 'ERR_FLUID_SKEW' })
  })
})
