/**
 * `@latchkey/fluid` as a user gets it: built, packed, and installed into an empty project.
 */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../../..')
const folder = resolve(import.meta.dirname, '../../.peers/latchkey-fluid')

/** Builds, packs and installs the package; answers the project's folder. */
export function installFluid(): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const dependencies = Object.fromEntries(
    ['common', 'fluid'].map((name) => [`@latchkey/${name}`, `file:${pack(name)}`]),
  )
  const overrides = { '@latchkey/common': dependencies['@latchkey/common'] }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies, overrides }))
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  return folder
}

function pack(name: string): string {
  const cwd = join(root, 'packages', name)
  execFileSync('pnpm', ['run', 'build'], { cwd, stdio: 'ignore' })
  const packed = join(folder, `${name}.tgz`)
  execFileSync('pnpm', ['pack', '--out', packed], { cwd, stdio: 'ignore' })
  // npm keeps a cache by name; the content in the name keeps an old build out.
  const hash = createHash('sha256').update(readFileSync(packed)).digest('hex').slice(0, 12)
  const file = `${name}-${hash}.tgz`
  renameSync(packed, join(folder, file))
  return file
}
