import { describe, expect, test } from 'vitest'
import { createFluidTokenSigner, createFluidTokenVerifier } from '../../src/index.ts'
import { documentId, primary, request, tenantId } from '../fixtures.ts'

const rounds = 1_000_000
const signer = createFluidTokenSigner({ tenantId, keys: { primary } })

describe('a million tokens', () => {
  test('have a million ids', () => {
    const ids = new Set<string>()
    for (let round = 0; round < rounds; round += 1) ids.add(signer.sign(request).jti)
    expect(ids.size).toBe(rounds)
  })

  test('are all accepted, and leave no memory behind', () => {
    const verifier = createFluidTokenVerifier({ tenantId, keys: { primary } })
    const work = (times: number): void => {
      for (let round = 0; round < times; round += 1)
        verifier.verify(signer.sign(request).token, { documentId })
    }
    work(rounds / 10)
    const before = process.memoryUsage().heapUsed
    work(rounds)
    // Garbage of the moment is allowed for; a leak of 100 bytes a token would be 100 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(60_000_000)
  })
})
