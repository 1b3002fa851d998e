/**
 * What a query should answer, worked out in the plainest way, and knowing nothing of the engine.
 */

import { aggregate, call } from './naive-functions.ts'
import {
  absent,
  calculated,
  compared,
  distinct,
  type Found,
  identical,
  inOrder,
  logical,
  member,
  negated,
  present,
  same,
} from './naive-values.ts'
import type { Inner, LikePart, Put, Query, Source, Tree, Value } from './tree.ts'

type Names = Readonly<Record<string, Found>>

/** The results of a query over items. */
export function answer(query: Query, items: readonly Value[]): Value[] {
  const { joins, where, orders, put } = query
  let rows: Names[] = rootRows(query.from, items)
  for (const join of joins) {
    rows = rows.flatMap((row) =>
      sourceValues(join, row).map((value) => ({ ...row, [join.alias ?? '']: value })),
    )
  }
  if (where) rows = rows.filter((row) => evaluate(where, row) === true)
  const sorted = rows.map((row, i) => ({
    row,
    i,
    keys: orders.map(({ name }) => evaluate({ t: 'path', alias: 'c', names: [name] }, row)),
  }))
  sorted.sort((x, y) => {
    for (const [i, { descending }] of orders.entries()) {
      const order = inOrder(x.keys[i] as Found, y.keys[i] as Found)
      if (order !== 0) return descending ? -order : order
    }
    return x.i - y.i
  })
  rows = sorted.map(({ row }) => row)
  let results = present(put.kind === 'group' ? groups(put, rows) : rows.map((row) => projected(put, row)))
  if (query.distinct) results = distinct(results)
  if (query.window) results = results.slice(query.window.offset, query.window.offset + query.window.limit)
  return query.top === undefined ? results : results.slice(0, query.top)
}

function rootRows(from: Query['from'], items: readonly Value[]): Names[] {
  const rows = items.map((c) => ({ c }))
  if (!from) return rows
  const kept = rows.filter((row) => evaluate(from.where, row) === true)
  const values = present(kept.map((row) => evaluate(from.put, row)))
  return (from.distinct ? distinct(values) : values).map((c) => ({ c }))
}

function sourceValues({ from, each }: Source, names: Names): Value[] {
  const values = 'put' in from ? innerValues(from, names) : present([evaluate(from, names)])
  return each ? values.flatMap((value) => (Array.isArray(value) ? value : [])) : values
}

function innerValues(inner: Inner, names: Names): Value[] {
  const list = inner.over ? evaluate(inner.over, names) : ['once']
  const rows: Names[] = Array.isArray(list) ? list.map((e) => (inner.over ? { ...names, e } : names)) : []
  const kept = rows.filter((row) => evaluate(inner.where, row) === true)
  const values = kept.map((row) => evaluate(inner.put, row))
  return present(inner.total ? [aggregate(inner.total, values)] : values)
}

function projected(put: Exclude<Put, { kind: 'group' }>, row: Names): Found {
  if (put.kind === 'star') return row['c'] as Found
  if (put.kind === 'value') return evaluate(put.tree, row)
  return recordOf(put.fields.map(([name, tree]) => [name, evaluate(tree, row)]))
}

function recordOf(fields: (readonly [string, Found])[]): Value {
  return Object.fromEntries(fields.filter(([, value]) => value !== absent)) as Value
}

function groups(put: Put & { kind: 'group' }, rows: readonly Names[]): Value[] {
  const found: { keys: Found[]; rows: Names[] }[] = put.keys.length === 0 ? [{ keys: [], rows: [] }] : []
  for (const row of rows) {
    const keys = put.keys.map((key) => evaluate(key, row))
    const group = found.find((other) => other.keys.every((key, i) => identical(key, keys[i] as Found)))
    if (group) group.rows.push(row)
    else found.push({ keys, rows: [row] })
  }
  return found.map((group) => {
    const values = (tree: Tree): Found[] => group.rows.map((row) => evaluate(tree, row))
    const keys = group.keys.map((key, i) => [`k${i}`, key] as const)
    return recordOf([
      ...keys,
      ...put.aggregates.map(([name, tree], i) => [`a${i}`, aggregate(name, values(tree))] as const),
    ])
  })
}

function two(op: string, a: Found, b: Found): Found {
  if (op === '??') return a === absent ? b : a
  if (op === 'AND' || op === 'OR') return logical(op, a, b)
  return ['=', '!=', '<', '<=', '>', '>='].includes(op) ? compared(op, a, b) : calculated(op, a, b)
}

// A set is the same in a regular expression.
function likeSource(part: LikePart): string {
  if (part === '%') return '[\\s\\S]*'
  if (part === '_') return '[\\s\\S]'
  if (part.startsWith('[')) return part
  return `\\u{${part.charCodeAt(part.length - 1).toString(16)}}`
}

type Rules = { readonly [Kind in Tree['t']]: (tree: Tree & { t: Kind }, names: Names) => Found }

function evaluate(tree: Tree, names: Names): Found {
  return (rules[tree.t] as (tree: Tree, names: Names) => Found)(tree, names)
}

const rules: Rules = {
  value: (tree) => tree.value,
  absent: () => absent,
  path: (tree, names) => {
    let value: Found = names[tree.alias] ?? null
    for (const name of tree.names) {
      const fits = value !== absent && (typeof name === 'number') === Array.isArray(value)
      value = fits ? member(value as Value, String(name)) : absent
    }
    return value
  },
  two: (tree, names) => two(tree.op, evaluate(tree.a, names), evaluate(tree.b, names)),
  not: (tree, names) => negated(evaluate(tree.a, names)),
  minus: (tree, names) => {
    const value = evaluate(tree.a, names)
    return typeof value === 'number' ? 0 - value : absent
  },
  in: (tree, names) => {
    const value = evaluate(tree.a, names)
    const found = value === absent ? absent : tree.list.some((item) => same(value, evaluate(item, names)))
    return tree.not ? negated(found) : found
  },
  between: (tree, names) => {
    const value = evaluate(tree.a, names)
    const above = compared('>=', value, evaluate(tree.low, names))
    const below = compared('<=', value, evaluate(tree.high, names))
    return tree.not ? negated(logical('AND', above, below)) : logical('AND', above, below)
  },
  like: (tree, names) => {
    const value = evaluate(tree.a, names)
    if (typeof value !== 'string') return absent
    const found = new RegExp(`^${tree.parts.map(likeSource).join('')}$`, 'u').test(value)
    return tree.not ? !found : found
  },
  if: (tree, names) => evaluate(evaluate(tree.test, names) === true ? tree.a : tree.b, names),
  call: (tree, names) =>
    call(
      tree.name,
      tree.args.map((argument) => evaluate(argument, names)),
    ),
  list: (tree, names) => present(tree.items.map((item) => evaluate(item, names))),
  record: (tree, names) => recordOf(tree.fields.map(([name, field]) => [name, evaluate(field, names)])),
  sub: (tree, names) => {
    const results = innerValues(tree.inner, names)
    if (tree.use === 'EXISTS') return results.length > 0
    return tree.use === 'ARRAY' ? results : results.length > 0 ? (results[0] as Value) : absent
  },
}
