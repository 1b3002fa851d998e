/**
 * Runs one query over one item, with the real SDK's form of a query.
 */

import { compileQuery } from '../../../src/cosmos/query/compiled-query.ts'

/** The moment at which all queries of these tests run. */
export const nowMs: number = Date.UTC(2026, 10, 21, 12, 34, 56, 789)

/** The results of a query over one item. */
export function run(text: string, item: object = { id: 'a' }): unknown[] {
  const query = compileQuery({ text, parameters: new Map() }, { nowMs })
  return [...query.run([{ seq: 1, key: '["p"]', value: item as never }]).rows]
}

/** Expressions with their values; a value of `undefined` puts out nothing. */
export type Cases = readonly (readonly [expression: string, value: unknown])[]

/** The value of an expression. */
export function evaluate(expression: string, item?: object): unknown {
  return run(`SELECT VALUE ${expression} FROM c`, item)[0]
}
