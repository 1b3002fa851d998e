import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiEntry, type ApiVerdict, judgeApis } from '../src/api-report.ts'

let folder: string
const judge = (writes: boolean): ApiVerdict | undefined => {
  const entry: ApiEntry = { name: 'planted', folder, types: 'index.d.ts' }
  return judgeApis([entry], writes)[0]
}

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
  expect(judge(false)?.isOutdated, 'there is none yet').toBe(true)
  expect(judge(true)).toMatchObject({ errors: [], unexported: [], isOutdated: false })
  expect(judge(false)).toMatchObject({ errors: [], unexported: [], isOutdated: false })

  declare('export type { Options }\nexport declare function start(options?: Options): void')
  expect(judge(false)?.isOutdated).toBe(true)
})

test('a type of a public signature that nobody can import is named', () => {
  declare('export declare function start(options: Options): void')
  expect(judge(true)?.unexported).toEqual(['Options'])
})
