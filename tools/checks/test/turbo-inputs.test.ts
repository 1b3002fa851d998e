/** Turbo repeats a test after a change of any file it reads, of those outside its package too. */

import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')

interface DryRun {
  readonly globalCacheInputs: { readonly files: Readonly<Record<string, string>> }
  readonly tasks: readonly {
    readonly task: string
    readonly directory: string
    readonly inputs: Readonly<Record<string, string>>
    readonly resolvedTaskDefinition: { readonly cache: boolean }
  }[]
}

/** The files outside `directory` that the texts in its tests lead to, relative to the root. */
function readFromOutside(directory: string): readonly string[] {
  return globSync('test/**/*.{ts,tsx}', { cwd: join(root, directory) }).flatMap((file) => {
    const path = join(root, directory, file)
    const texts = readFileSync(path, 'utf8').matchAll(/['"`]((?:\.\.\/)+[^'"`$\n]*)['"`]/g)
    return [...texts]
      .map(([, text = '']) => relative(root, resolve(dirname(path), text)))
      .filter((target) => relative(directory, target).startsWith('..'))
      .flatMap((target) => globSync(target, { cwd: root }))
  })
}

test('every file a cached test reads counts', () => {
  const turbo = join(root, 'node_modules/.bin/turbo')
  const options = {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  } as const
  const dryRun = JSON.parse(execFileSync(turbo, ['run', 'test', '--dry=json'], options)) as DryRun
  const everywhere = Object.keys(dryRun.globalCacheInputs.files)
  const tests = dryRun.tasks.filter((task) => task.task === 'test' && task.resolvedTaskDefinition.cache)
  const read = tests.flatMap(({ directory, inputs }) => {
    const own = Object.keys(inputs).map((path) => join(directory, path))
    return readFromOutside(directory).map((path) => ({
      directory,
      path,
      counts: own.includes(path) || everywhere.includes(path),
    }))
  })
  expect(read.map(({ path }) => path)).toContain('docs/security.md')
  const missing = read.filter(({ counts }) => !counts)
  expect(missing, 'belongs to the inputs of `test` in the turbo.json of its package').toEqual([])
})
