/**
 * docs/security.md names tests; each of them must exist.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const page = readFileSync(join(import.meta.dirname, '../../../docs/security.md'), 'utf8')
const sources = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
  .join('\n')

const rowsOf = (heading: string): string[][] =>
  (page.split(`## ${heading}\n`)[1] ?? '')
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| |') && !line.startsWith('| item'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )

test('every weakness of the original has its line, and its test or the reason why not', () => {
  const rows = rowsOf('Weaknesses of the original')
  const ids = [
    ...Array.from({ length: 20 }, (_none, index) => `S${index + 1}`),
    ...Array.from({ length: 16 }, (_none, index) => `C${index + 1}`),
  ]
  expect(rows.map(([id]) => id)).toEqual(ids)
  for (const [id, , here = '', title = ''] of rows) {
    if (title === '-') expect([id, here]).toEqual([id, expect.stringContaining('not built')])
    else expect([id, title, sources.includes(title)]).toEqual([id, title, true])
  }
})

test('every line of the checklist has a test that exists', () => {
  const rows = rowsOf('The checklist')
  expect(rows.length).toBeGreaterThan(30)
  for (const [item, , title = ''] of rows)
    expect([item, title, sources.includes(title)]).toEqual([item, title, true])
})
