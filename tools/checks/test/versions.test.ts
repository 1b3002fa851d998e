import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listPublishedPackages } from '../src/published.ts'
import { copyWorkspace, type WorkspaceCopy } from './workspace-copy.ts'

describe('changesets', () => {
  let copy: WorkspaceCopy
  beforeEach(() => {
    copy = copyWorkspace()
    for (const path of globSync('.changeset/*.md', { cwd: copy.folder })) rmSync(join(copy.folder, path))
  })
  afterEach(() => copy.remove())

  function versions(): Record<string, string> {
    const read = (folder: string): string =>
      (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version
    return Object.fromEntries(
      listPublishedPackages(copy.folder).map(({ name, folder }) => [name, read(folder)]),
    )
  }

  test.for([
    { changed: '@latchkey/fluid', follow: ['@latchkey/server'] },
    { changed: '@latchkey/identity', follow: ['@latchkey/server'] },
    { changed: '@latchkey/server', follow: [] },
  ])('a change in $changed bumps it and its dependents only', ({ changed, follow }) => {
    const before = versions()
    writeFileSync(join(copy.folder, '.changeset/change.md'), `---\n'${changed}': minor\n---\n\nA change.\n`)
    execFileSync('node_modules/.bin/changeset', ['version'], { cwd: copy.folder })
    const after = versions()
    const bumped = Object.keys(after).filter((name) => after[name] !== before[name])
    expect(bumped.toSorted()).toEqual([changed, ...follow].toSorted())
    const [, minor] = String(before[changed]).split('.')
    expect(String(after[changed]).split('.')[1]).toBe(String(Number(minor) + 1))
  })
})
