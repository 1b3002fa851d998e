/**
 * Queries as the differential test makes them: a tree of its own, its text, and its makers.
 */

import fc from 'fast-check'

/** A JSON value. */
export type Value = null | boolean | number | string | Value[] | { [name: string]: Value }

/** An expression. */
export type Tree =
  | { readonly t: 'value'; readonly value: Value }
  | { readonly t: 'absent' }
  | { readonly t: 'path'; readonly alias: string; readonly names: readonly (string | number)[] }
  | { readonly t: 'two'; readonly op: string; readonly a: Tree; readonly b: Tree }
  | { readonly t: 'not'; readonly a: Tree }
  | { readonly t: 'minus'; readonly a: Tree }
  | { readonly t: 'in'; readonly not: boolean; readonly a: Tree; readonly list: readonly Tree[] }
  | {
      readonly t: 'between'
      readonly not: boolean
      readonly a: Tree
      readonly low: Tree
      readonly high: Tree
    }
  | { readonly t: 'like'; readonly a: Tree; readonly pattern: string }
  | { readonly t: 'if'; readonly test: Tree; readonly a: Tree; readonly b: Tree }
  | { readonly t: 'call'; readonly name: string; readonly args: readonly Tree[] }
  | { readonly t: 'list'; readonly items: readonly Tree[] }
  | { readonly t: 'record'; readonly fields: readonly (readonly [string, Tree])[] }
  | {
      readonly t: 'sub'
      readonly use: 'EXISTS' | 'ARRAY'
      readonly over: Tree
      readonly put: Tree
      readonly where: Tree
    }

/** A query over `c`, perhaps joined with the elements `j` of a path. */
export interface Query {
  readonly join?: Tree | undefined
  readonly where?: Tree | undefined
  readonly put:
    | { readonly kind: 'star' }
    | { readonly kind: 'value'; readonly tree: Tree }
    | { readonly kind: 'fields'; readonly fields: readonly (readonly [string, Tree])[] }
    | {
        readonly kind: 'group'
        readonly keys: readonly Tree[]
        readonly aggregates: readonly (readonly [string, Tree])[]
      }
  readonly distinct: boolean
  readonly order?: { readonly name: string; readonly descending: boolean } | undefined
  readonly window?: { readonly offset: number; readonly limit: number } | undefined
  readonly top?: number | undefined
}

const names = ['a', 'b', 'n', 's', 'list', 'deep']
const scalar = fc.oneof(
  fc.constantFrom<Value>(null, true, false, 0, 1, 2, -1, 2.5, '', 'a', 'b', 'ab', 'B%', 'ü'),
  fc.integer({ min: -3, max: 3 }),
)
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('a', 'b'), scalar, { maxKeys: 2 }) },
)

/** An item without its id. */
export const item: fc.Arbitrary<Record<string, Value>> = fc.record(
  {
    a: value,
    b: value,
    n: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom<Value>(1.5, null)),
    s: fc.constantFrom<Value>('a', 'b', 'ab', 'abc', '', 'B', 1),
    list: fc.oneof(
      { weight: 4, arbitrary: fc.array(value, { maxLength: 3 }) },
      { weight: 1, arbitrary: fc.constant<Value>('none') },
    ),
    deep: fc.record({ a: value, b: value }, { requiredKeys: [] }),
  },
  { requiredKeys: ['s', 'list'] },
)

const steps = fc.array(fc.oneof(fc.constantFrom(...names), fc.constantFrom(0, 1)), {
  minLength: 1,
  maxLength: 2,
})
const comparisons = ['=', '!=', '<', '<=', '>', '>=']
const arithmetic = ['+', '-', '*', '/', '%', '||', '&', '|', '^']
const calls: readonly (readonly [string, number])[] = [
  ['ABS', 1],
  ['LENGTH', 1],
  ['UPPER', 1],
  ['IS_DEFINED', 1],
  ['IS_NUMBER', 1],
  ['IS_STRING', 1],
  ['IS_NULL', 1],
  ['ARRAY_LENGTH', 1],
  ['CONTAINS', 2],
  ['STARTSWITH', 2],
  ['ARRAY_CONTAINS', 2],
  ['CONCAT', 2],
]

function path(alias: fc.Arbitrary<string>): fc.Arbitrary<Tree> {
  return fc.record({ t: fc.constant('path' as const), alias, names: fc.oneof(steps, fc.constant([])) })
}

// A path that often leads to an array.
function listPath(alias: fc.Arbitrary<string>): fc.Arbitrary<Tree> {
  const list: fc.Arbitrary<Tree> = fc.record({
    t: fc.constant('path' as const),
    alias,
    names: fc.constant(['list']),
  })
  return fc.oneof({ weight: 4, arbitrary: list }, { weight: 1, arbitrary: path(alias) })
}

/** Expressions over the given names, at most `depth` deep. */
export function expression(aliases: readonly string[], depth: number): fc.Arbitrary<Tree> {
  const leaf: fc.Arbitrary<Tree> = fc.oneof(
    { weight: 5, arbitrary: path(fc.constantFrom(...aliases)) },
    { weight: 4, arbitrary: fc.record({ t: fc.constant('value' as const), value }) },
    { weight: 1, arbitrary: fc.constant<Tree>({ t: 'absent' }) },
  )
  if (depth === 0) return leaf
  const part = expression(aliases, depth - 1)
  const two = (operators: readonly string[]): fc.Arbitrary<Tree> =>
    fc.record({ t: fc.constant('two' as const), op: fc.constantFrom(...operators), a: part, b: part })
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 4, arbitrary: two(comparisons) },
    { weight: 3, arbitrary: two(['AND', 'OR', '??']) },
    { weight: 2, arbitrary: two(arithmetic) },
    { weight: 1, arbitrary: fc.record({ t: fc.constant('not' as const), a: part }) },
    { weight: 1, arbitrary: fc.record({ t: fc.constant('minus' as const), a: part }) },
    {
      weight: 1,
      arbitrary: fc.record({
        t: fc.constant('in' as const),
        not: fc.boolean(),
        a: part,
        list: fc.array(leaf, { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        t: fc.constant('between' as const),
        not: fc.boolean(),
        a: leaf,
        low: leaf,
        high: leaf,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        t: fc.constant('like' as const),
        a: leaf,
        pattern: fc.constantFrom('a%', '%b', '_', '%', '[ab]%', '[^a]_%', 'ab', '%a%b%'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ t: fc.constant('if' as const), test: part, a: leaf, b: leaf }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...calls).chain(([name, count]) =>
        fc.record({
          t: fc.constant('call' as const),
          name: fc.constant(name),
          args: fc.array(leaf, { minLength: count, maxLength: count }),
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.record({ t: fc.constant('list' as const), items: fc.array(leaf, { maxLength: 3 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        t: fc.constant('record' as const),
        fields: fc.uniqueArray(fc.tuple(fc.constantFrom('x', 'y'), leaf), {
          maxLength: 2,
          selector: ([name]) => name,
        }),
      }),
    },
    { weight: 1, arbitrary: subquery(aliases, depth - 1) },
  )
}

function subquery(aliases: readonly string[], depth: number): fc.Arbitrary<Tree> {
  const inner = expression([...new Set([...aliases, 'e'])], depth)
  return fc.record({
    t: fc.constant('sub' as const),
    use: fc.constantFrom('EXISTS' as const, 'ARRAY' as const),
    over: listPath(fc.constantFrom(...aliases)),
    put: inner,
    where: inner,
  })
}

const aggregates = ['COUNT', 'SUM', 'AVG', 'MIN', 'MAX']

/** Queries. */
export const query: fc.Arbitrary<Query> = fc.oneof(
  { weight: 3, arbitrary: queryOver(fc.constant(undefined), ['c']) },
  { weight: 2, arbitrary: queryOver(listPath(fc.constant('c')), ['c', 'j']) },
)

function queryOver(join: fc.Arbitrary<Tree | undefined>, aliases: readonly string[]): fc.Arbitrary<Query> {
  const fields = fc.uniqueArray(fc.tuple(fc.constantFrom('x', 'y', 'z'), expression(aliases, 2)), {
    minLength: 1,
    maxLength: 3,
    selector: ([name]) => name,
  })
  const group = fc.record({
    kind: fc.constant('group' as const),
    keys: fc.array(expression(aliases, 1), { maxLength: 2 }),
    aggregates: fc.uniqueArray(fc.tuple(fc.constantFrom(...aggregates), expression(aliases, 1)), {
      minLength: 1,
      maxLength: 3,
      selector: ([name]) => name,
    }),
  })
  const put: fc.Arbitrary<Query['put']> = fc.oneof(
    ...(aliases.length > 1 ? [] : [fc.constant({ kind: 'star' as const })]),
    fc.record({ kind: fc.constant('value' as const), tree: expression(aliases, 2) }),
    fc.record({ kind: fc.constant('fields' as const), fields }),
    group,
  )
  return fc
    .record({
      join,
      where: fc.option(expression(aliases, 3), { nil: undefined, freq: 1 }),
      put,
      distinct: fc.boolean(),
      order: fc.option(fc.record({ name: fc.constantFrom(...names), descending: fc.boolean() }), {
        nil: undefined,
      }),
      window: fc.option(fc.record({ offset: fc.nat(2), limit: fc.nat(6) }), { nil: undefined, freq: 2 }),
      top: fc.option(fc.nat(4), { nil: undefined, freq: 2 }),
    })
    .map((made) => ({
      ...made,
      // A query has a window or a top, and a group no order.
      top: made.window ? undefined : made.top,
      order: made.put.kind === 'group' ? undefined : made.order,
    }))
}
