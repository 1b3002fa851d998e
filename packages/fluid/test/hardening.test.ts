import crypto from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { afterEach, expect, test, vi } from 'vitest'
import { createFluidTokenVerifier } from '../src/index.ts'
import { documentId, fixedClock, primary, rightClaims, signRaw, tenantId, thrownBy } from './fixtures.ts'

const verifier = createFluidTokenVerifier({ tenantId, keys: { primary }, clock: fixedClock })
const here = { documentId }

afterEach(() => vi.restoreAllMocks())

test('signatures are compared in constant time', () => {
  const compare = vi.spyOn(crypto, 'timingSafeEqual')
  verifier.verify(signRaw(rightClaims()), here)
  expect(compare).toHaveBeenCalled()
})

test('keys that a token names are not fetched', async () => {
  let connections = 0
  const trap = createServer().on('connection', (socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/keys`
  for (const name of ['jku', 'x5u', 'iss', 'kid'])
    thrownBy(() =>
      verifier.verify(signRaw(rightClaims(), { header: { alg: 'HS256', typ: 'JWT', [name]: url } }), here),
    )
  await fetch(url).catch(() => undefined)
  // Our own, to show that the trap works.
  expect(connections).toBe(1)
  await new Promise((resolve) => trap.close(resolve))
})

test.for(['../../dev/null', "' OR 1=1", 'k'.repeat(65), '', 7, null, {}])('kid %j is refused', (kid) => {
  const header = { alg: 'HS256', typ: 'JWT', kid }
  expect(thrownBy(() => verifier.verify(signRaw(rightClaims(), { header }), here))).toMatchObject({
    details: { reason: 'header' },
  })
})

test('junk of thirty megabytes is refused for its length alone', () => {
  const junk = 'A'.repeat(30_000_000)
  const startedAtMs = performance.now()
  expect(thrownBy(() => verifier.verify(junk, here))).toMatchObject({ details: { reason: 'too_large' } })
  // Not a measurement: reading it would take a hundred times as long.
  expect(performance.now() - startedAtMs).toBeLessThan(50)
})

test('deep nesting inside a signed payload is no 500', () => {
  const deep = `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`
  const claims = JSON.stringify(rightClaims()).replace('{', `{"deep":${deep},`)
  const judge = (): unknown => verifier.verify(signRaw(claims), here)
  expect(thrownBy(judge)).toMatchObject({ code: 'ERR_FLUID_TOKEN' })
})
