/**
 * Subqueries as sources of rows, as "Subqueries" and "SELECT" of the Azure reference show them.
 */

import { describe, expect, test } from 'vitest'
import { parseContainerDefinition } from '../../src/cosmos/container-definition.ts'
import { compileQuery } from '../../src/cosmos/query/compiled-query.ts'
import { formatPosition, parsePosition } from '../../src/cosmos/query/continuation.ts'
import { assertOrderIsServed } from '../../src/cosmos/query/order-paths.ts'

const items = [
  { id: 'a', kind: 'x', tags: ['s', 'm'], sizes: [1, 2], weight: 2, unit: 'kg' },
  { id: 'b', kind: 'x', tags: [], sizes: [3], weight: 5, unit: 'g' },
  { id: 'c', kind: 'y', tags: ['m'], sizes: [], weight: 7, unit: 'st' },
]

function compile(text: string): ReturnType<typeof compileQuery> {
  return compileQuery({ text, parameters: new Map() }, { nowMs: 0 })
}
const source = items.map((value, seq) => ({ seq, key: '[]', value }))

function readPages(text: string, limit: number): unknown[] {
  const rows: unknown[] = []
  let token: string | undefined
  do {
    const page = compile(text).page(source, {
      after: token === undefined ? undefined : parsePosition(token),
      limit,
    })
    rows.push(...page.rows.map((row) => JSON.parse(row)))
    token = page.next && formatPosition(page.next)
  } while (token !== undefined)
  return rows
}

const cases: readonly (readonly [name: string, text: string, rows: readonly unknown[]])[] = [
  [
    'external reference data',
    `SELECT c.id, c.weight * m.factor AS grams FROM c
     JOIN m IN (SELECT VALUE [{unit: "g", factor: 1}, {unit: "kg", factor: 1000}]) WHERE c.unit = m.unit`,
    [
      { id: 'a', grams: 2000 },
      { id: 'b', grams: 5 },
    ],
  ],
  [
    'IN a subquery of several arrays',
    'SELECT VALUE s FROM c JOIN s IN (SELECT VALUE [z, z] FROM z IN c.sizes)',
    [1, 1, 2, 2, 3, 3],
  ],
  ['IN what is no array', 'SELECT VALUE m FROM c JOIN m IN (SELECT VALUE 5)', []],
  [
    'JOINs without a name',
    'SELECT VALUE c.id FROM c JOIN (SELECT VALUE t FROM t IN c.tags WHERE t = "m") JOIN (SELECT VALUE s FROM s IN c.sizes)',
    ['a', 'a'],
  ],
  ['counting what is distinct', 'SELECT COUNT(1) AS n FROM (SELECT DISTINCT c.kind FROM c) AS k', [{ n: 2 }]],
  ['the same without a name', 'SELECT VALUE COUNT(1) FROM (SELECT DISTINCT VALUE c.kind FROM c)', [2]],
  [
    'choosing among groups',
    'SELECT VALUE g.kind FROM (SELECT c.kind, COUNT(1) AS n FROM c GROUP BY c.kind) AS g WHERE g.n > 1',
    ['x'],
  ],
  [
    'all of a subquery',
    'SELECT * FROM (SELECT c.kind FROM c WHERE c.weight > 2) k',
    [{ kind: 'x' }, { kind: 'y' }],
  ],
  [
    'a subquery in a subquery',
    'SELECT VALUE o FROM (SELECT VALUE i FROM (SELECT VALUE c.id FROM c) i) o',
    ['a', 'b', 'c'],
  ],
  ['the elements of a subquery', 'SELECT VALUE t FROM t IN (SELECT VALUE c.tags FROM c)', ['s', 'm', 'm']],
  [
    'JOIN to a subquery',
    'SELECT VALUE CONCAT(k.id, t) FROM (SELECT c.id, c.tags FROM c) k JOIN t IN k.tags',
    ['as', 'am', 'cm'],
  ],
  ['VALUE with a name', 'SELECT VALUE c.id AS name FROM c WHERE c.id = "a"', ['a']],
  ['VALUE with a name without AS', 'SELECT DISTINCT VALUE c.kind name FROM c', ['x', 'y']],
]

describe('subqueries', () => {
  test.each(cases)('%s', (_, text, rows) => {
    expect(compile(text).run(source).rows).toEqual(rows)
    for (const limit of [1, 2, 10]) expect(readPages(text, limit)).toEqual(rows)
  })

  test('what a subquery in FROM hides is not seen', () => {
    expect(() => compile('SELECT VALUE c.id FROM (SELECT c.id FROM c) k')).toThrow("Identifier 'c'")
  })
})

describe('ORDER BY follows the indexing policy', () => {
  const assertServed = (path: string, indexingPolicy: object): void => {
    const definition = parseContainerDefinition({
      id: 'c',
      partitionKey: { paths: ['/pk'] },
      indexingPolicy: { ...indexingPolicy },
    })
    assertOrderIsServed(compile(`SELECT * FROM c ORDER BY ${path}`).orderPaths(), definition)
  }
  const paths = (...list: string[]): object[] => list.map((path) => ({ path }))
  const onlyA = { includedPaths: paths('/a/*', '/b/c/?'), excludedPaths: paths('/*', '/a/x/*') }

  test.each([
    ['c.any', {}],
    ['c._ts', onlyA],
    ['c.id', onlyA],
    ['c.a.b.c', onlyA],
    ['c.b.c', onlyA],
    ['c.secret.open', { excludedPaths: paths('/secret/?') }],
    ['c["a b"]', { includedPaths: paths('/"a b"/?'), excludedPaths: paths('/*') }],
  ])('%s is served', (path, policy) => {
    expect(() => assertServed(path, policy)).not.toThrow()
  })

  test.each([
    ['c._etag', {}],
    ['c.other', onlyA],
    ['c.b', onlyA],
    ['c.b.c.d', onlyA],
    ['c.a.x', onlyA],
    ['c.a.x.y', onlyA],
    ['c.secret', { excludedPaths: paths('/secret/?') }],
    ['c.id', { indexingMode: 'none' }],
  ])('%s is refused', (path, policy) => {
    expect(() => assertServed(path, policy)).toThrow('specified order-by item is excluded')
  })
})
