/**
 * Packs every published package and judges the tarball with publint and are-the-types-wrong.
 *
 * The workspace's own `exports` point at sources and only `pnpm pack` writes the published ones, so nothing but the
 * tarball says what a team would install.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { packAll } from './tarballs.ts'

const root = resolve(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'latchkey-packages-'))

function judge(command: string, args: readonly string[]): boolean {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (result.status !== 0) console.error(`${result.stdout}${result.stderr}`)
  return result.status === 0
}

try {
  execFileSync('turbo', ['run', 'build', '--output-logs=errors-only', '--ui=stream'], { cwd: root })
  const verdicts = packAll(root, folder).flatMap(({ tarball }) => [
    judge('publint', ['run', tarball, '--strict']),
    judge('attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii']),
  ])
  process.exitCode = verdicts.every(Boolean) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
