/**
 * The peers of a row, installed on demand into the bench's own folder so that the workspace stays lean.
 */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const folderOfAll = resolve(import.meta.dirname, '../.peers')

/** Installs `peers` (names with exact versions) unless they are there, and answers their folder. */
export function installPeers(peers: Readonly<Record<string, string>>): string {
  const wanted = JSON.stringify(peers, Object.keys(peers).toSorted())
  const folder = join(folderOfAll, createHash('sha256').update(wanted).digest('hex').slice(0, 12))
  const done = join(folder, 'installed')
  if (existsSync(done)) return folder
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: peers }))
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  writeFileSync(done, '')
  return folder
}

/** Imports `specifier` as a module in `folder` would. */
export async function importFrom(folder: string, specifier: string): Promise<unknown> {
  const require = createRequire(join(folder, 'package.json'))
  return await import(pathToFileURL(require.resolve(specifier)).href)
}
