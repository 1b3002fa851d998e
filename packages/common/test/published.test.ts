/** What is published: the bundles that build.ts makes of the sources. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as source from '@latchkey/common'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleCode, bundleDeclarations } from '../build.ts'

let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-common-'))
  await bundleCode(folder)
  await bundleDeclarations(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// What a bundler for browsers makes of a program that imports the package.
async function bundleFor(program: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program.replace('@latchkey/common', './index.js'), resolveDir: folder },
    ...{ bundle: true, minify: true, format: 'esm', platform: 'browser', write: false },
  })
  return outputFiles[0]?.text ?? ''
}

test.for(['index.js', 'index-node.js'])('%s exports what the sources export', async (file) => {
  const bundled: object = await import(pathToFileURL(join(folder, file)).href)
  expect(Object.keys(bundled).sort()).toEqual(Object.keys(source).sort())
})

// Without the field sideEffects too: nothing in it does anything unless it is used.
test('an unused import leaves nothing in a browser bundle', async () => {
  expect(await bundleFor(`import '@latchkey/common'`)).toBe('')
})

test('what is used of it stays small in a browser bundle', async () => {
  const names = 'AzureCommunicationTokenCredential, createIdentifierFromRawId, getIdentifierRawId'
  const code = await bundleFor(`export { ${names} } from '@latchkey/common'`)
  expect(code).toContain('tokenRefresher')
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(6_000)
})

// Types too, which leave no trace at run time.
function exportedNames(file: string): string[] {
  const lists = readFileSync(file, 'utf8').matchAll(/^export (?:type )?\{([^}]*)\}/gm)
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

test('the declarations name what the sources name', () => {
  const names = exportedNames(join(import.meta.dirname, '../src/index.ts'))
  expect(names).toContain('SerializedCommunicationIdentifier')
  expect(exportedNames(join(folder, 'index.d.ts'))).toEqual(names)
})

test('every function and class is declared with its documentation', () => {
  const declared = readFileSync(join(folder, 'index.d.ts'), 'utf8')
  const shared = readFileSync(join(folder, 'signer.d.ts'), 'utf8')
  const functions = Object.entries(source).filter(([, value]) => typeof value === 'function')
  expect(functions.length).toBeGreaterThan(30)
  for (const [name] of functions) {
    expect(declared + shared).toMatch(new RegExp(` \\*/\\ndeclare (function|class) ${name}\\b`))
  }
})
