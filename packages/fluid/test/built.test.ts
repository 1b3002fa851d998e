import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Secret } from '@latchkey/common'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle } from '../build.ts'
import type * as Fluid from '../src/index.ts'
import type * as Provider from '../src/provider.ts'
import {
  documentId,
  nowMs,
  primary,
  request,
  rightClaims,
  signRaw,
  tenantId,
  thrownBy,
  user,
} from './fixtures.ts'
import { fluidAccepts } from './fluid-oracle.ts'
import { makeMutants } from './mutants.ts'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-fluid-'))
let fluid: typeof Fluid
let provider: typeof Provider
beforeAll(async () => {
  await bundle(folder)
  fluid = (await import(pathToFileURL(join(folder, 'index.js')).href)) as typeof Fluid
  provider = (await import(pathToFileURL(join(folder, 'provider.js')).href)) as typeof Provider
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What users install is not the sources but what build.ts makes of them. */
describe('the package as it is published', () => {
  test('signs what the service accepts', async () => {
    const signer = fluid.createFluidTokenSigner({ tenantId, keys: { primary: new Secret(primary) } })
    expect(await fluidAccepts(signer.sign(request).token)).toBe(true)
    expect(
      await fluidAccepts(fluid.getSignedToken(tenantId, documentId, 60, '1.0', { key: primary, user })),
    ).toBe(true)
  })

  test('verifies a right token and refuses every mutant', () => {
    const now = Math.floor(nowMs / 1000)
    const clock = { now: () => nowMs }
    const verifier = fluid.createFluidTokenVerifier({ tenantId, keys: { primary }, clock })
    expect(verifier.verify(signRaw(rightClaims(now)), { documentId }).user).toEqual(user)
    for (const { token, reason } of makeMutants(now))
      expect(thrownBy(() => verifier.verify(token, { documentId }))).toMatchObject({ details: { reason } })
  })

  test('provides', async () => {
    const token = signRaw(rightClaims(Math.floor(Date.now() / 1000)))
    const tokens = provider.createTokenProvider({ fetchToken: async () => ({ token }) })
    expect(await tokens.fetchOrdererToken('t', 'd')).toEqual({ jwt: token, fromCache: false })
  })

  test('names what it contains, with licences', () => {
    const text = readFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
    for (const name of ['jsonwebtoken', 'jws', 'jwa', 'uuid', 'safe-buffer'])
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'))
    expect(text).not.toMatch(/^semver /m)
  })
})
