import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { judgeApi } from '../src/api-report.ts'

let folder: string
const entry = (): Parameters<typeof judgeApi>[0] => ({ name: 'planted', folder, types: 'index.d.ts' })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-api-'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "planted", "version": "1.0.0" }')
  writeFileSync(join(folder, 'options.d.ts'), 'export interface Options {\n  readonly seconds: number\n}\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function declare(text: string): void {
  writeFileSync(join(folder, 'index.d.ts'), `import type { Options } from './options.d.ts'\n${text}\n`)
}

test('a page is outdated from the first change of a signature until it is written anew', () => {
  declare('export type { Options }\nexport declare function start(options: Options): void')
  expect(judgeApi(entry(), false).isOutdated, 'there is none yet').toBe(true)
  expect(judgeApi(entry(), true)).toEqual({ errors: [], unexported: [], isOutdated: false })
  expect(judgeApi(entry(), false)).toEqual({ errors: [], unexported: [], isOutdated: false })

  declare('export type { Options }\nexport declare function start(options?: Options): void')
  expect(judgeApi(entry(), false).isOutdated).toBe(true)
})

test('a type of a public signature that nobody can import is named', () => {
  declare('export declare function start(options: Options): void')
  expect(judgeApi(entry(), true).unexported).toEqual(['Options'])
})
