import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listPublishedPackages } from '../src/published.ts'
import { type PackedPackage, packAll } from '../src/tarballs.ts'

const root = resolve(import.meta.dirname, '../../..')
const published = listPublishedPackages(root)

describe('the packed tarballs', () => {
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
      dependencies: { [name]: `file:${own.tarball}` },
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
    const specifiers = own.subpaths.map((subpath) => join(name, subpath))
    const script = `for (const name of ${JSON.stringify(specifiers)}) {
      try { const all = await import(name); console.log(name, Object.keys(all).length > 0) }
      catch (error) { if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/'vitest'/.test(error.message)) throw error
        console.log(name, true) }
    }`
    const output = execFileSync('node', ['--input-type=module', '--eval', script], {
      cwd: project,
      encoding: 'utf8',
    })
    expect(output.trim().split('\n')).toEqual(specifiers.map((specifier) => `${specifier} true`))
  })
})
