/**
 * Makes items and queries at random.
 */

import fc from 'fast-check'
import { aggregates, arities } from './naive-functions.ts'
import type { Inner, Put, Query, Source, Tree, Value } from './tree.ts'

const names = ['a', 'b', 'n', 's', 'list', 'deep']
const scalar = fc.oneof(
  fc.constantFrom<Value>(null, true, false, 0, 1, 2, -1, 2.5, '', 'a', 'b', 'ab', 'B%', ' a_', 'ü'),
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

const comparisons = ['=', '!=', '<', '<=', '>', '>=']
const arithmetic = ['+', '-', '*', '/', '%', '||', '&', '|', '^']
const likePart = fc.constantFrom('%', '%', '_', 'a', 'b', 'B', '[ab]', '[^a]', '[a-c]', '\\%', '\\_')

function made<T extends Tree['t']>(
  t: T,
  fields: { readonly [Name in Exclude<keyof (Tree & { t: T }), 't'>]: fc.Arbitrary<(Tree & { t: T })[Name]> },
): fc.Arbitrary<Tree> {
  return fc.record({ t: fc.constant(t), ...fields }) as unknown as fc.Arbitrary<Tree>
}

function path(aliases: readonly string[]): fc.Arbitrary<Tree> {
  const steps = fc.array(fc.oneof(fc.constantFrom(...names), fc.constantFrom(0, 1)), { maxLength: 2 })
  return made('path', { alias: fc.constantFrom(...aliases), names: steps })
}

// A path that often leads to an array.
function listPath(aliases: readonly string[]): fc.Arbitrary<Tree> {
  const list = made('path', { alias: fc.constantFrom(...aliases), names: fc.constant(['list']) })
  return fc.oneof({ weight: 4, arbitrary: list }, { weight: 1, arbitrary: path(aliases) })
}

function named(tree: fc.Arbitrary<Tree>, fields: readonly string[]): fc.Arbitrary<[string, Tree][]> {
  return fc.uniqueArray(fc.tuple(fc.constantFrom(...fields), tree), {
    minLength: fields.length > 2 ? 1 : 0,
    maxLength: fields.length,
    selector: ([name]) => name,
  })
}

const expressions = new Map<string, fc.Arbitrary<Tree>>()

/** Expressions over the given names, at most `depth` deep; without subqueries when `plain`. */
function expression(aliases: readonly string[], depth: number, plain = false): fc.Arbitrary<Tree> {
  const key = JSON.stringify([aliases, depth, plain])
  const known = expressions.get(key) ?? makeExpression(aliases, depth, plain)
  expressions.set(key, known)
  return known
}

function makeExpression(aliases: readonly string[], depth: number, plain: boolean): fc.Arbitrary<Tree> {
  const leaf: fc.Arbitrary<Tree> = fc.oneof(
    { weight: 5, arbitrary: path(aliases) },
    { weight: 4, arbitrary: made('value', { value }) },
    { weight: 1, arbitrary: fc.constant<Tree>({ t: 'absent' }) },
  )
  if (depth === 0) return leaf
  const part = expression(aliases, depth - 1, plain)
  const two = (operators: readonly string[]): fc.Arbitrary<Tree> =>
    made('two', { op: fc.constantFrom(...operators), a: part, b: part })
  const not = fc.boolean()
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 4, arbitrary: two(comparisons) },
    { weight: 3, arbitrary: two(['AND', 'OR', '??']) },
    { weight: 2, arbitrary: two(arithmetic) },
    { weight: 1, arbitrary: made('not', { a: part }) },
    { weight: 1, arbitrary: made('minus', { a: part }) },
    {
      weight: 1,
      arbitrary: made('in', { not, a: part, list: fc.array(leaf, { minLength: 1, maxLength: 3 }) }),
    },
    { weight: 1, arbitrary: made('between', { not, a: leaf, low: leaf, high: leaf }) },
    { weight: 2, arbitrary: made('like', { not, a: leaf, parts: fc.array(likePart, { maxLength: 4 }) }) },
    { weight: 1, arbitrary: made('if', { test: part, a: leaf, b: leaf }) },
    { weight: 4, arbitrary: call(leaf) },
    { weight: 1, arbitrary: made('list', { items: fc.array(leaf, { maxLength: 3 }) }) },
    { weight: 1, arbitrary: made('record', { fields: named(leaf, ['x', 'y']) }) },
    ...(plain ? [] : [{ weight: 2, arbitrary: subquery(aliases, depth - 1) }]),
  )
}

function call(argument: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> {
  return fc.constantFrom(...Object.entries(arities)).chain(([name, count]) =>
    made('call', {
      name: fc.constant(name),
      args: fc.array(argument, { minLength: count, maxLength: count }),
    }),
  )
}

const always = fc.constant<Tree>({ t: 'value', value: true })

function inner(aliases: readonly string[], depth: number, single: boolean): fc.Arbitrary<Inner> {
  const tree = (over: readonly string[]): fc.Arbitrary<Tree> => expression(over, depth)
  const within = [...new Set([...aliases, 'e'])]
  const total = fc.constantFrom(...aggregates)
  const over = listPath(aliases)
  const where = (visible: readonly string[]): fc.Arbitrary<Tree> => fc.oneof(always, tree(visible))
  return fc.oneof(
    fc.record({ put: tree(aliases), where: where(aliases) }),
    fc.record({ over, total, put: tree(within), where: where(within) }),
    ...(single ? [] : [fc.record({ over, put: tree(within), where: where(within) })]),
  )
}

function subquery(aliases: readonly string[], depth: number): fc.Arbitrary<Tree> {
  return fc.oneof(
    made('sub', { use: fc.constantFrom('EXISTS', 'ARRAY'), inner: inner(aliases, depth, false) }),
    made('sub', { use: fc.constant(''), inner: inner(aliases, depth, true) }),
  )
}

// Seen by name or not; a subquery needs none.
function source(alias: string, aliases: readonly string[], seen = false): fc.Arbitrary<Source> {
  const rows = inner(aliases, 1, false)
  const arrays: fc.Arbitrary<Inner> = fc.record({
    put: fc.oneof(listPath(aliases), made('list', { items: fc.array(path(aliases), { maxLength: 3 }) })),
    where: always,
  })
  const of = (
    each: boolean,
    from: fc.Arbitrary<Source['from']>,
    name: fc.Arbitrary<string | undefined> = fc.constant(alias),
  ): fc.Arbitrary<Source> => fc.record({ alias: name, each: fc.constant(each), from })
  return fc.oneof(
    { weight: 3, arbitrary: of(true, listPath(aliases)) },
    { weight: 1, arbitrary: of(false, path(aliases)) },
    { weight: 2, arbitrary: of(true, fc.oneof(rows, arrays)) },
    { weight: 2, arbitrary: of(false, rows, fc.constant(seen ? alias : undefined)) },
  )
}

const whole: Put = { kind: 'value', tree: { t: 'path', alias: 'c', names: [] } }

/** Queries. */
export const query: fc.Arbitrary<Query> = fc.oneof(
  { weight: 4, arbitrary: queryOver(fc.constant([]), ['c']) },
  { weight: 3, arbitrary: queryOver(fc.tuple(source('j', ['c'])), ['c']) },
  { weight: 2, arbitrary: queryOver(fc.tuple(source('j', ['c'], true)), ['c', 'j']) },
  {
    weight: 2,
    arbitrary: queryOver(fc.tuple(source('j', ['c'], true), source('k', ['c', 'j'], true)), ['c', 'j', 'k']),
  },
)

function queryOver(joins: fc.Arbitrary<readonly Source[]>, aliases: readonly string[]): fc.Arbitrary<Query> {
  const group: fc.Arbitrary<Put> = fc.record({
    kind: fc.constant('group' as const),
    keys: fc.array(expression(aliases, 1, true), { maxLength: 2 }),
    aggregates: fc.array(fc.tuple(fc.constantFrom(...aggregates), expression(aliases, 1)), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  const put: fc.Arbitrary<Put> = fc.oneof(
    fc.constant<Put>({ kind: 'star' }),
    fc.record({ kind: fc.constant('value' as const), tree: expression(aliases, 2) }),
    fc.record({
      kind: fc.constant('fields' as const),
      fields: named(expression(aliases, 2), ['x', 'y', 'z']),
    }),
    group,
  )
  const from = fc.record({
    distinct: fc.boolean(),
    put: expression(['c'], 1),
    where: fc.oneof(always, expression(['c'], 1)),
  })
  const order = fc.record({ name: fc.constantFrom(...names), descending: fc.boolean() })
  return fc
    .record({
      from: fc.option(from, { nil: undefined, freq: 4 }),
      joins,
      where: fc.option(expression(aliases, 3), { nil: undefined, freq: 1 }),
      put,
      distinct: fc.boolean(),
      orders: fc.array(order, { maxLength: 3 }),
      window: fc.option(fc.record({ offset: fc.nat(2), limit: fc.nat(6) }), { nil: undefined, freq: 2 }),
      top: fc.option(fc.nat(4), { nil: undefined, freq: 2 }),
    })
    .map((all) => ({
      ...all,
      // A query has a window or a top; what a group or a subquery puts out has no order.
      top: all.window ? undefined : all.top,
      orders: all.put.kind === 'group' || all.from ? [] : all.orders,
      // All of a row is one thing only without a join.
      put: all.put.kind === 'star' && all.joins.length > 0 ? whole : all.put,
    }))
}
