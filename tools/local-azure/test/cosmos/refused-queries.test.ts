/**
 * Every refusal of a query says which part of its text is wrong, as `location` of Azure's error does.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseContainerDefinition } from '../../src/cosmos/container-definition.ts'
import { CosmosError } from '../../src/cosmos/errors.ts'
import { compileQuery } from '../../src/cosmos/query/compiled-query.ts'
import { assertOrderIsServed } from '../../src/cosmos/query/order-paths.ts'

// What is wrong stands between two bars.
const refused: readonly (readonly [code: string, marked: string])[] = [
  ['SC1001', 'SELECT * |FORM| c'],
  ['SC1001', 'SELECT * FROM c WHERE||'],
  ['SC1001', 'SELECT c.id AS |value| FROM c'],
  ['SC1001', "SELECT c.id AS |'the id'| FROM c"],
  ['SC1010', 'SELECT |#| FROM c'],
  ['SC1011', 'SELECT VALUE |1e400| FROM c'],
  ['SC1012', 'SELECT VALUE |"\\u12"| FROM c'],
  ['SC2001', 'SELECT VALUE |d|.x FROM c'],
  ['SC2005', 'SELECT VALUE |NOPE|(c.x) FROM c'],
  ['SC2005', 'SELECT * FROM c ORDER BY |RANK| FullTextScore(c.x, "a")'],
  ['SC2006', 'SELECT |*|'],
  ['SC2007', 'SELECT |*| FROM c JOIN t IN c.tags'],
  ['SC2009', 'SELECT * FROM c WHERE c.id = |@id|'],
  ['SC2011', 'SELECT VALUE 1 FROM c JOIN |c| IN c.tags'],
  ['SC2014', 'SELECT VALUE |(SELECT VALUE t FROM t IN c.tags)| FROM c'],
  ['SC2050', 'SELECT VALUE |LOWER|() FROM c'],
  ['SC2050', 'SELECT VALUE |COUNT|(1, 2) FROM c'],
  ['SC2062', 'SELECT TOP |1.5| c.id FROM c'],
  ['SC2062', 'SELECT c.id FROM c OFFSET |0.5| LIMIT 1'],
  ['SC2102', 'SELECT |*| FROM c GROUP BY c.city'],
  ['SC2102', 'SELECT |c|.id FROM c GROUP BY c.city'],
  ['SC2103', 'SELECT c.city FROM c GROUP BY c.city ORDER BY |c.city|'],
  ['SC2104', 'SELECT * FROM c WHERE |COUNT|(1) = 1'],
  ['SC2105', 'SELECT MAX(g.n) FROM |(SELECT c.a, COUNT(1) AS n FROM c GROUP BY c.a) AS g|'],
  ['SC2106', 'SELECT COUNT(1) FROM c GROUP BY c.a, LOWER(|(SELECT VALUE c.b)|)'],
  ['SC2204', 'SELECT * FROM c ORDER BY c.a, |c.a + 1|'],
  ['SC2204', 'SELECT * FROM (SELECT * FROM c) s ORDER BY |s.a|'],
  ['SC2205', 'SELECT * FROM c ORDER BY |c.a, c.b DESC, c.d|'],
  ['SC2206', 'SELECT * FROM c ORDER BY |c.hidden.deep| DESC'],
  ['SC3001', `SELECT VALUE "${'x'.repeat(512 * 1024 - 14)}|" FROM c|`],
  ['SC3002', `SELECT VALUE ${'('.repeat(127)}|(|1${')'.repeat(128)} FROM c`],
]

function refusalOf(text: string): { code: string; location: { start: number; end: number } } {
  try {
    const query = compileQuery({ text, parameters: new Map() }, { nowMs: 0 })
    const definition = parseContainerDefinition({
      id: 'c',
      partitionKey: { paths: ['/pk'] },
      indexingPolicy: { excludedPaths: [{ path: '/hidden/*' }] },
    })
    assertOrderIsServed(query.orderPaths(), definition)
    query.run([{ seq: 1, key: '["p"]', value: { id: 'a', tags: ['a', 'b'] } }])
  } catch (error) {
    if (!(error instanceof CosmosError)) throw error
    return (error.detail as { errors: [ReturnType<typeof refusalOf>] }).errors[0]
  }
  throw new Error('The query was not refused')
}

const named = refused.map(([code, marked]) => [code, marked.slice(0, 80), marked] as const)

test.each(named)('%s: %s', (code, _, marked) => {
  const [before = '', wrong = ''] = marked.split('|')
  const refusal = refusalOf(marked.replaceAll('|', ''))
  expect({ code: refusal.code, ...refusal.location }).toEqual({
    code,
    start: before.length,
    end: before.length + wrong.length,
  })
})

test('no code is missing above', () => {
  const folder = join(import.meta.dirname, '../../src/cosmos/query')
  const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
  const codes = new Set([...source.matchAll(/'(SC\d{4})'/g)].map(([, code]) => code))
  expect(new Set(refused.map(([code]) => code))).toEqual(codes)
})
