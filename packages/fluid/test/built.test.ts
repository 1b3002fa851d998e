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

interface Materials {
  readonly bomFormat: string
  readonly specVersion: string
  readonly metadata: { readonly component: { readonly name: string } }
  readonly components: readonly {
    readonly name: string
    readonly version: string
    readonly purl: string
    readonly licenses: readonly { readonly license: { readonly id: string } }[]
  }[]
}

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

  test('names the same for scanners, with the versions that are installed here', () => {
    const { bomFormat, specVersion, metadata, components } = JSON.parse(
      readFileSync(join(folder, 'sbom.cdx.json'), 'utf8'),
    ) as Materials
    expect([bomFormat, specVersion, metadata.component.name]).toEqual(['CycloneDX', '1.6', '@latchkey/fluid'])
    const licences = readFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), 'utf8').split('\n')
    for (const { name, version, purl, licenses } of components) {
      expect(licences).toContain(`${name} ${version}`)
      expect(purl).toBe(`pkg:npm/${name}@${version}`)
      expect(licenses[0]?.license.id).toMatch(/^(MIT|BSD-3-Clause|Apache-2\.0|ISC)$/)
    }
    const catalog = readFileSync(new URL('../../../pnpm-workspace.yaml', import.meta.url), 'utf8')
    for (const name of ['jsonwebtoken', 'uuid']) {
      const version = new RegExp(`^ {2}${name}: (\\S+)$`, 'm').exec(catalog)?.[1]
      expect(components.find((component) => component.name === name)?.version).toBe(version)
    }
  })

  test('runs the code of jsonwebtoken and uuid, and not a likeness of it', () => {
    const code = readFileSync(join(folder, 'index.js'), 'utf8')
    for (const path of ['jsonwebtoken/sign.js', 'jsonwebtoken/verify.js', 'uuid/dist-node/v4.js'])
      expect(code).toContain(`node_modules/${path}`)
  })
})
