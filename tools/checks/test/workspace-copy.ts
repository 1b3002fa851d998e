/**
 * A throw-away copy of the workspace's files, with the installed packages linked in, for planting defects.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

/** How a step ended, and what it printed. */
export interface CheckResult {
  readonly passed: boolean
  readonly output: string
}

export interface WorkspaceCopy {
  readonly folder: string
  /** Writes a file, runs one step of `check`, removes the file, and answers what the step said. */
  checkWith(
    step: string,
    path: string,
    content: string,
  ): { readonly passed: boolean; readonly output: string }
  remove(): void
}

export function copyWorkspace(): WorkspaceCopy {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-check-'))
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  })
  for (const path of listed.split('\0').filter((name) => name !== '' && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(root, path), join(folder, path))
  }
  for (const path of ['node_modules', ...globSync('{packages,apps,tools}/*/node_modules', { cwd: root })]) {
    linkEntries(join(root, path), join(folder, path))
  }
  // turbo and Biome read the ignore file through git.
  execFileSync('git', ['init', '-q'], { cwd: folder })
  const check = (step: string): CheckResult => {
    const result = spawnSync('node', ['tools/checks/src/check.ts', step], { cwd: folder, encoding: 'utf8' })
    return { passed: result.status === 0, output: `${result.stdout}${result.stderr}` }
  }
  return {
    folder,
    checkWith: (step, path, content) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
      try {
        return check(step)
      } finally {
        rmSync(join(folder, path))
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

// Entry by entry, and without the caches, so that nothing the copy writes lands in the original.
function linkEntries(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from).filter((name) => name !== '.cache' && !name.startsWith('.modules'))) {
    if (!entry.startsWith('@')) symlinkSync(realpathSync(join(from, entry)), join(to, entry), 'dir')
    else linkEntries(join(from, entry), join(to, entry))
  }
}
