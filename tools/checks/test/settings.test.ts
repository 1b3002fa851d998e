import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
const pattern = /LATCHKEY_[A-Z_]*[A-Z]/g

function variablesIn(...patterns: string[]): string[] {
  const texts = patterns
    .flatMap((one) => globSync(one, { cwd: root }))
    .map((path) => readFileSync(join(root, path), 'utf8'))
  return [...new Set(texts.join('\n').match(pattern) ?? [])].toSorted()
}

test('docs/settings.md names every variable that is read, and no other', () => {
  const read = variablesIn('packages/server/src/settings/*.ts', 'apps/*/src/**/*.ts')
  expect(read.length).toBeGreaterThan(20)
  expect(variablesIn('docs/settings.md')).toEqual(read)
})
