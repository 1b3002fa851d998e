/**
 * The public surface of every published package on pages: `<package>/api/<entry>.api.md`.
 *
 * A change of what teams import shows in the diff of these pages. `pnpm check api` fails where a page differs from the
 * declarations that would be published, and where a public signature names a type that nobody can import;
 * `pnpm api` writes the pages anew.
 */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { judgeApi } from './api-report.ts'
import { listPublishedPackages, type PublishedPackage } from './published.ts'

const root = resolve(import.meta.dirname, '../../..')
const writes = process.argv.includes('--write')

function judgePackage({ declarations, folder }: PublishedPackage): readonly string[] {
  const verdicts = declarations.map((entry) => ({ ...entry, ...judgeApi({ ...entry, folder }, writes) }))
  const [main] = verdicts
  const page = readFileSync(join(folder, 'api', `${main?.name}.api.md`), 'utf8')
  const declared = [...page.matchAll(/^export (?:declare |abstract )*\w+ (\w+)/gm)]
  const exported = new Set(declared.map(([, name]) => name))
  return verdicts.flatMap(({ errors, isOutdated, name, unexported }) => {
    const where = relative(root, join(folder, 'api', `${name}.api.md`))
    return [
      ...errors,
      // What the package's main entry exports can be imported from there.
      ...unexported
        .filter((type) => name === main?.name || !exported.has(type))
        .map((type) => `${where}: a public signature names ${type}, which nobody can import`),
      ...(isOutdated
        ? [`${where} is not what the sources say: run pnpm api and look at the difference`]
        : []),
    ]
  })
}

execFileSync('turbo', ['run', 'build', '--output-logs=errors-only', '--ui=stream'], { cwd: root })
const wrong = listPublishedPackages(root).flatMap(judgePackage)
for (const line of wrong) console.error(line)
process.exitCode = wrong.length === 0 ? 0 : 1
