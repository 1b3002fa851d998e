import { describe, expect, test } from 'vitest'
import { run } from './run.ts'

const cases: readonly (readonly [expression: string, values: readonly unknown[], result: unknown])[] = [
  ['COUNT(v)', [1, null, 'a'], 3],
  ['COUNT(v.none)', [1, {}], 0],
  ['COUNTIF(v > 1)', [1, 2, 3, 'a', null], 2],
  ['COUNTIF(v)', [true, true, false, 1, 'true'], 2],
  ['COUNTIF(v > 1)', [], 0],
  ['SUM(v)', [1, 2.5], 3.5],
  ['SUM(v)', [1, 'a'], undefined],
  ['SUM(v)', [1e308, 1e308], undefined],
  ['SUM(v)', [], 0],
  ['AVG(v)', [1, 2], 1.5],
  ['AVG(v)', [], undefined],
  ['MIN(v)', [2, 1, 'a'], 1],
  ['MIN(v)', ['b', 'a'], 'a'],
  ['MAX(v)', [2, true, 3], 3],
  ['MAX(v)', [2, {}], undefined],
  ['MAKELIST(v)', [1, 1, null, [2], { a: 1 }], [1, 1, null, [2], { a: 1 }]],
  ['MAKELIST(v.a)', [{ a: 1 }, {}, { a: 'x' }], [1, 'x']],
  ['MAKELIST(v)', [], []],
  ['MAKESET(v)', [1, 1, '1', null, null, [2], [2]], [1, '1', null, [2]]],
  [
    'MAKESET(v)',
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [{ a: 1, b: 2 }],
  ],
  ['MAKESET(v.a)', [{}, { a: 0 }], [0]],
]

describe('aggregates', () => {
  test.each(cases)('%s of %j is %j', (expression, values, result) => {
    const rows = run(`SELECT VALUE ${expression} FROM v IN c.values`, { id: 'a', values })
    expect(rows).toEqual(result === undefined ? [] : [result])
  })

  test('of each group', () => {
    const values = ['a', 'b', 'a', 'c'].map((k, n) => ({ k, n }))
    const text =
      'SELECT v.k, COUNTIF(v.n > 0) AS many, MAKELIST(v.n) AS l, MAKESET(v.k) AS s FROM v IN c.values GROUP BY v.k'
    expect(run(text, { id: 'a', values })).toEqual([
      { k: 'a', many: 1, l: [0, 2], s: ['a'] },
      { k: 'b', many: 1, l: [1], s: ['b'] },
      { k: 'c', many: 1, l: [3], s: ['c'] },
    ])
  })
})
