/**
 * Our packages as a user gets them: built, packed, and installed into an empty project.
 */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../../..')
const folder = resolve(import.meta.dirname, '../../.peers/latchkey-identity')

/** What an installation takes. */
export interface Installation {
  readonly packages: number
  /** What the files hold. */
  readonly megabytes: number
  /** What they take on the disk, in whole blocks, with their folders: the figure of `du`. */
  readonly diskMegabytes: number
}

/** Builds, packs and installs `@latchkey/identity`; answers the project's folder. */
export function installIdentity(): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const dependencies: Record<string, string> = {}
  for (const name of ['common', 'identity']) {
    const cwd = join(root, 'packages', name)
    execFileSync('pnpm', ['run', 'build'], { cwd, stdio: 'ignore' })
    const packed = join(folder, `${name}.tgz`)
    execFileSync('pnpm', ['pack', '--out', packed], { cwd, stdio: 'ignore' })
    // npm keeps a cache by name; the content in the name keeps an old build out.
    const hash = createHash('sha256').update(readFileSync(packed)).digest('hex').slice(0, 12)
    const tarball = join(folder, `${name}-${hash}.tgz`)
    execFileSync('mv', [packed, tarball])
    dependencies[`@latchkey/${name}`] = `file:${basename(tarball)}`
  }
  const manifest = {
    private: true,
    dependencies,
    overrides: { '@latchkey/common': dependencies['@latchkey/common'] },
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  return folder
}

/** Counts packages, bytes and blocks under a project's node_modules. */
export function measureInstallation(project: string): Installation {
  const modules = join(project, 'node_modules')
  const lock: unknown = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'))
  const { packages } = lock as { readonly packages: object }
  let bytes = 0
  let blocks = 0
  // As `du` counts: folders and npm's own hidden files too.
  for (const path of ['', ...readdirSync(modules, { recursive: true, encoding: 'utf8' })]) {
    const entry = lstatSync(join(modules, path))
    blocks += entry.blocks
    if (entry.isFile()) bytes += entry.size
  }
  return {
    packages: Object.keys(packages).length,
    megabytes: bytes / 1_000_000,
    diskMegabytes: (blocks * 512) / 1_000_000,
  }
}
