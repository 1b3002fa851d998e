import { globSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compare, median } from '../src/compare.ts'
import type { BenchRow } from '../src/row.ts'

const rowFolder = resolve(import.meta.dirname, '../src/rows')

describe('compare', () => {
  test('calls every subject and finds the one that does more work slower', async () => {
    const calls = { light: 0, heavy: 0 }
    const rates = await compare({
      light: () => {
        calls.light += 1
      },
      heavy: () => {
        calls.heavy += 1
        return Array.from({ length: 20_000 }, (_, index) => index).reduce((sum, value) => sum + value, 0)
      },
    })
    expect(Math.min(calls.light, calls.heavy)).toBeGreaterThan(50)
    expect(rates.get('light')).toBeGreaterThan(10 * (rates.get('heavy') ?? Number.POSITIVE_INFINITY))
  })

  test.for([
    [[3, 1, 2], 2],
    [[1], 1],
    [[], Number.NaN],
  ] as const)('the median of %j is %d', ([values, expected]) => expect(median(values)).toBe(expected))
})

describe('the rows', () => {
  test.for(globSync('*.ts', { cwd: rowFolder }))(
    '%s names itself, exact peers and its promises',
    async (file) => {
      const { row } = (await import(join(rowFolder, file))) as { row: BenchRow }
      expect(row.name).toBe(basename(file, '.ts'))
      expect(row.promises.length).toBeGreaterThan(0)
      for (const version of Object.values(row.peers)) expect(version).toMatch(/^\d+\.\d+\.\d+/)
    },
  )
})
