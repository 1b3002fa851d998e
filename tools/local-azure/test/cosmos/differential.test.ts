/**
 * The query engine against the plain one, over generated queries and items, all at once and page by page.
 *
 * COSMOS_DIFFERENTIAL_SEED repeats a run, COSMOS_DIFFERENTIAL_CASES makes it longer.
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileQuery } from '../../src/cosmos/query/compiled-query.ts'
import { formatPosition, parsePosition } from '../../src/cosmos/query/continuation.ts'
import { item, query } from './differential/makers.ts'
import { answer } from './differential/naive.ts'
import { queryText } from './differential/text.ts'

const seed = Number(process.env['COSMOS_DIFFERENTIAL_SEED'] ?? Date.now() % 2 ** 31)
const numRuns = Number(process.env['COSMOS_DIFFERENTIAL_CASES'] ?? 5_000)

test(
  `the engine answers as the plain evaluator does: ${numRuns} cases, seed ${seed}`,
  () => {
    console.log(`differential test of the Cosmos query engine: ${numRuns} cases, seed ${seed}`)
    let rows = 0
    const pageSize = fc.integer({ min: 1, max: 4 })
    fc.assert(
      fc.property(
        query,
        fc.array(item, { minLength: 1, maxLength: 6, size: 'max' }),
        pageSize,
        (tree, bodies, limit) => {
          const items = bodies.map((body, i) => ({ ...body, id: `i${i}` }))
          const source = items.map((value, seq) => ({ seq, key: '[]', value: value as never }))
          const text = queryText(tree)
          const compile = (): ReturnType<typeof compileQuery> =>
            compileQuery({ text, parameters: new Map() }, { nowMs: 0 })
          const expected = JSON.stringify(answer(tree, items))
          rows += answer(tree, items).length
          expect(JSON.stringify(compile().run(source).rows), text).toBe(expected)
          expect(`[${readPages(compile, source, limit).join(',')}]`, text).toBe(expected)
        },
      ),
      { seed, numRuns },
    )
    // Without this, queries that never find anything would pass for agreement.
    expect(rows).toBeGreaterThan(numRuns / 5)
  },
  120_000 + numRuns * 10,
)

type Compile = () => ReturnType<typeof compileQuery>

function readPages(
  compile: Compile,
  source: Parameters<ReturnType<Compile>['page']>[0],
  limit: number,
): string[] {
  const rows: string[] = []
  let token: string | undefined
  do {
    const after = token === undefined ? undefined : parsePosition(token)
    const page = compile().page(source, { after, limit })
    rows.push(...page.rows)
    token = page.next && formatPosition(page.next)
  } while (token !== undefined)
  return rows
}
