import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { aggregateNames } from '../../../src/cosmos/query/compile-expression.ts'
import { functions } from '../../../src/cosmos/query/functions/functions.ts'

const page = readFileSync(new URL('../../../docs/cosmos-functions.md', import.meta.url), 'utf8')
const tests = readdirSync(new URL('.', import.meta.url))
  .filter(
    (name) => name.endsWith('.test.ts') && !['documented.test.ts', 'any-arguments.test.ts'].includes(name),
  )
  .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
  .join('\n')

describe('the list of functions', () => {
  test('has at least the eighty promised', () => {
    expect(Object.keys(functions).length).toBeGreaterThanOrEqual(80)
  })

  test('names each function, and no other', () => {
    const documented = [...page.matchAll(/^\| `([A-Z0-9_]+)\(/gm)].map(([, name]) => name)
    expect(documented.map(String).toSorted()).toEqual(
      [...Object.keys(functions), ...aggregateNames].toSorted(),
    )
  })

  test.each([...Object.keys(functions), ...aggregateNames])('%s is tested', (name) => {
    expect(tests).toMatch(new RegExp(`(?<![A-Z0-9_])${name}\\(`))
  })
})
