import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listPublishedPackages } from '../src/published.ts'
import { type PackedPackage, packAll } from '../src/tarballs.ts'

const root = resolve(import.meta.dirname, '../../..')
// The Node of whoever installs the packages: CI names the oldest and the newest, here it is the workspace's own.
const consumerNode = process.env['CONSUMER_NODE'] ?? process.execPath
const env = { ...process.env, PATH: [dirname(consumerNode), process.env['PATH']].join(delimiter) }
const published = listPublishedPackages(root)

// What a package needs comes from the registry the first time.
describe('the packed tarballs', { timeout: 240_000 }, () => {
  let folder: string
  let packed: readonly PackedPackage[]
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-tarballs-'))
    packed = packAll(root, folder)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('are the five that are meant to be published', () => {
    expect(published.map(({ name }) => name)).toEqual([
      '@latchkey/common',
      '@latchkey/fluid',
      '@latchkey/identity',
      '@latchkey/server',
      '@latchkey/local-azure',
    ])
  })

  test.for(published.map(({ name }) => name))('%s installs into an empty project and imports', (name) => {
    const project = mkdtempSync(join(folder, 'project-'))
    const own = packed.find((one) => one.name === name)
    if (!own) throw new Error(`${name} was not packed`)
    // The siblings are not in a registry yet: wherever one is asked for, its tarball answers.
    const overrides = Object.fromEntries(packed.map((one) => [one.name, `file:${one.tarball}`]))
    const manifest = {
      name: 'empty',
      private: true,
      type: 'module',
      // Optional peers are what a subpath asks for beside the package.
      dependencies: { ...own.peers, [name]: `file:${own.tarball}` },
    }
    writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
    writeFileSync(
      join(project, 'pnpm-workspace.yaml'),
      JSON.stringify({
        overrides,
        packages: ['.'],
        strictDepBuilds: false,
        autoInstallPeers: true,
        minimumReleaseAge: 0,
      }),
    )
    execFileSync('pnpm', ['install', '--prefer-offline', '--ignore-scripts'], { cwd: project, stdio: 'pipe' })
    // A vitest fixture can be imported by a test only, so that one is run.
    const isFixture = (subpath: string): boolean => subpath === './testing' && 'vitest' in own.peers
    const specifiers = own.subpaths
      .filter((subpath) => !isFixture(subpath))
      .map((subpath) => join(name, subpath))
    const script = `for (const name of ${JSON.stringify(specifiers)}) {
      console.log(name, Object.keys(await import(name)).length > 0)
    }`
    const run = (command: string, ...args: string[]): string =>
      execFileSync(command, args, { cwd: project, env, encoding: 'utf8', stdio: 'pipe' })
    const output = run('node', '--input-type=module', '--eval', script)
    expect(output.trim().split('\n')).toEqual(specifiers.map((specifier) => `${specifier} true`))
    if (!own.subpaths.some(isFixture)) return
    writeFileSync(join(project, 'fixture.test.js'), fixtureTest)
    expect(run('node_modules/.bin/vitest', 'run', '--no-color')).toContain('1 passed')
    expect(run('node_modules/.bin/latchkey-azure', '--help')).toContain('Usage: latchkey-azure')
  })
})

const fixtureTest = `
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'

test('starts', async ({ localAzure }) => {
  expect((await fetch(localAzure.endpoints.entra.b2c.metadata)).status).toBe(200)
})
`
