/** What is published: the bundles that build.ts makes of the sources, and what they weigh with what they need. */

import { lstatSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleCode, bundleDeclarations } from '../build.ts'
import * as source from '../src/index.ts'

let folder: string
let code: string
let declarations: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-identity-'))
  await bundleCode(folder)
  await bundleDeclarations(folder)
  code = readFileSync(join(folder, 'index.js'), 'utf8')
  declarations = readFileSync(join(folder, 'index.d.ts'), 'utf8')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function exportedNames(text: string): string[] {
  const lists = text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)
  const entries = [...lists].flatMap(([, list = '']) => list.split(','))
  const names = entries.map(
    (entry) =>
      entry
        .split(' as ')
        .at(-1)
        ?.replace(/\btype\b/, '')
        .trim() ?? '',
  )
  return names.filter((name) => name !== '').sort()
}

test('the code exports what the sources export', () => {
  expect(exportedNames(code)).toEqual(Object.keys(source).sort())
})

test('the declarations name what the sources name, with their documentation', () => {
  const index = readFileSync(join(import.meta.dirname, '../src/index.ts'), 'utf8')
  expect(exportedNames(declarations)).toEqual(exportedNames(index))
  for (const name of ['CommunicationIdentityClient', 'CommunicationUserDirectory', 'createTokenRoute']) {
    expect(declarations).toMatch(new RegExp(` \\*/\\ndeclare (function|class) ${name}\\b`))
  }
})

test('importing the code imports Node’s own modules and one chunk, and undici only later', () => {
  const imported = [...code.matchAll(/^(?:import|\} from) ?.*"([^"]+)";$/gm)].map(
    ([, specifier]) => specifier,
  )
  expect(imported.length).toBeGreaterThan(1)
  for (const specifier of imported) expect(specifier).toMatch(/^(node:|\.\/chunk-)/)
  expect(code).toContain('import("undici")')
})

// On the disk, where each file takes whole blocks of 4 KiB; pnpm bench identity-footprint measures a real installation.
test('with undici it leaves a tenth of 3 MB for @latchkey/common and what npm adds', () => {
  const undici = realpathSync(join(import.meta.dirname, '../node_modules/undici'))
  const bytes = [folder, undici].map((root) => {
    const paths = ['', ...readdirSync(root, { recursive: true, encoding: 'utf8' })]
    return paths.reduce((sum, path) => sum + Math.ceil(lstatSync(join(root, path)).size / 4_096) * 4_096, 0)
  })
  expect(Math.min(...bytes)).toBeGreaterThan(50_000)
  expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(2_700_000)
})
