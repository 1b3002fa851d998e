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
import { type ApiEntry, type ApiVerdict, judgeApis } from './api-report.ts'
import { listPublishedPackages } from './published.ts'

const root = resolve(import.meta.dirname, '../../..')
const writes = process.argv.includes('--write')

/** What is wrong with one package, whose entries these are, the main one first. */
function complaints(verdicts: readonly ApiVerdict[]): readonly string[] {
  const [main] = verdicts
  if (!main) return []
  const page = readFileSync(join(main.folder, 'api', `${main.name}.api.md`), 'utf8')
  const declared = [...page.matchAll(/^export (?:declare |abstract )*\w+ (\w+)/gm)]
  const exported = new Set(declared.map(([, name]) => name))
  return verdicts.flatMap(({ errors, folder, isOutdated, name, unexported }) => {
    const where = relative(root, join(folder, 'api', `${name}.api.md`))
    return [
      ...errors,
      // What the package's main entry exports can be imported from there.
      ...unexported
        .filter((type) => name === main.name || !exported.has(type))
        .map((type) => `${where}: a public signature names ${type}, which nobody can import`),
      ...(isOutdated
        ? [`${where} is not what the sources say: run pnpm api and look at the difference`]
        : []),
    ]
  })
}

execFileSync('turbo', ['run', 'build', '--output-logs=errors-only', '--ui=stream'], { cwd: root })
const published = listPublishedPackages(root)
const entries = published.flatMap(({ declarations, folder }) =>
  declarations.map((entry): ApiEntry => ({ ...entry, folder })),
)
const verdicts = judgeApis(entries, writes)
const wrong = published.flatMap(({ folder }) =>
  complaints(verdicts.filter((verdict) => verdict.folder === folder)),
)
for (const line of wrong) console.error(line)
process.exitCode = wrong.length === 0 ? 0 : 1
