/**
 * What a query should answer, worked out in the plainest way, and knowing nothing of the engine.
 */

import type { Query, Tree, Value } from './tree.ts'

/** Stands for what is not there. */
const absent: unique symbol = Symbol('absent')
type Found = Value | typeof absent
type Names = Readonly<Record<string, Found>>

/** The results of a query over items. */
export function answer(query: Query, items: readonly Value[]): Value[] {
  let rows: Names[] = items.map((c) => ({ c }))
  const { join, where, order, put } = query
  if (join) {
    rows = rows.flatMap((row) => {
      const list = evaluate(join, row)
      return Array.isArray(list) ? list.map((j) => ({ ...row, j })) : []
    })
  }
  if (where) rows = rows.filter((row) => evaluate(where, row) === true)
  if (order) {
    const path: Tree = { t: 'path', alias: 'c', names: [order.name] }
    const sign = order.descending ? -1 : 1
    rows = rows
      .map((row, i): { row: Names; i: number; key: Found } => ({ row, i, key: evaluate(path, row) }))
      .sort((x, y) => sign * inOrder(x.key, y.key) || x.i - y.i)
      .map(({ row }) => row)
  }
  let results: Found[] = put.kind === 'group' ? groups(put, rows) : rows.map((row) => projected(put, row))
  results = results.filter((result) => result !== absent)
  if (query.distinct)
    results = results.filter((result, i) => results.findIndex((other) => same(other, result)) === i)
  if (query.window) results = results.slice(query.window.offset, query.window.offset + query.window.limit)
  if (query.top !== undefined) results = results.slice(0, query.top)
  return results as Value[]
}

function projected(put: Exclude<Query['put'], { kind: 'group' }>, row: Names): Found {
  if (put.kind === 'star') return row['c'] ?? absent
  if (put.kind === 'value') return evaluate(put.tree, row)
  return recordOf(put.fields.map(([name, tree]) => [name, evaluate(tree, row)]))
}

function recordOf(fields: (readonly [string, Found])[]): Value {
  return Object.fromEntries(fields.filter(([, value]) => value !== absent)) as Value
}

function groups(put: Query['put'] & { kind: 'group' }, rows: readonly Names[]): Value[] {
  const found: { keys: Found[]; rows: Names[] }[] = put.keys.length === 0 ? [{ keys: [], rows: [] }] : []
  for (const row of rows) {
    const keys = put.keys.map((key) => evaluate(key, row))
    const group = found.find((other) => other.keys.every((key, i) => identical(key, keys[i] ?? null)))
    if (group) group.rows.push(row)
    else found.push({ keys, rows: [row] })
  }
  return found.map((group) =>
    recordOf([
      ...group.keys.map((key, i) => [`k${i}`, key] as const),
      ...put.aggregates.map(
        ([name, tree]) =>
          [
            name,
            aggregate(
              name,
              group.rows.map((row) => evaluate(tree, row)),
            ),
          ] as const,
      ),
    ]),
  )
}

function aggregate(name: string, all: readonly Found[]): Found {
  const values = all.filter((value) => value !== absent)
  if (name === 'COUNT') return values.length
  if (name === 'MIN' || name === 'MAX') {
    if (values.length === 0 || values.some((value) => typeof value === 'object' && value !== null))
      return absent
    const sorted = values.toSorted(inOrder)
    return (name === 'MIN' ? sorted[0] : sorted.at(-1)) as Found
  }
  if (values.some((value) => typeof value !== 'number')) return absent
  let sum = 0
  for (const value of values) sum += value as number
  if (name === 'SUM') return sum
  return values.length === 0 ? absent : sum / values.length
}

function same(a: Found, b: Found): boolean {
  if (a === absent || b === absent) return false
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].every((name) => same(member(a, name), member(b, name)))
}

function identical(a: Found, b: Found): boolean {
  return (a === absent && b === absent) || same(a, b)
}

function member(value: Value, name: string): Found {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? ((value as Record<string, Value>)[name] as Value)
    : absent
}

function kind(value: Found): number {
  if (value === absent) return 0
  if (value === null) return 1
  if (Array.isArray(value)) return 6
  return { boolean: 2, number: 4, string: 5, object: 7 }[
    typeof value as 'boolean' | 'number' | 'string' | 'object'
  ]
}

function inOrder(a: Found, b: Found): number {
  if (kind(a) !== kind(b)) return kind(a) - kind(b)
  if (a === absent || a === null || same(a, b)) return 0
  if (typeof a === 'object') return flat(a) < flat(b as Value) ? -1 : 1
  return (a as number) < (b as number) ? -1 : 1
}

// Arrays and objects have an order only so that it is always the same one.
function flat(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(flat).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${flat((value as Record<string, Value>)[name] as Value)}`)
    .join(',')}}`
}

function compared(op: string, a: Found, b: Found): Found {
  if (a === absent || b === absent) return absent
  if (op === '=') return same(a, b)
  if (op === '!=') return !same(a, b)
  if (kind(a) !== kind(b) || (typeof a === 'object' && a !== null)) return absent
  const order = inOrder(a, b)
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[op] ?? absent
}

function calculated(op: string, a: Found, b: Found): Found {
  if (op === '||') return typeof a === 'string' && typeof b === 'string' ? `${a}${b}` : absent
  if (typeof a !== 'number' || typeof b !== 'number') return absent
  const result = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '/': a / b,
    '%': a % b,
    '&': a & b,
    '|': a | b,
    '^': a ^ b,
  }[op]
  return result !== undefined && Number.isFinite(result) ? result : absent
}

function logical(op: string, a: Found, b: Found): Found {
  const decisive = op === 'OR'
  if (a === decisive || b === decisive) return decisive
  return a === !decisive && b === !decisive ? !decisive : absent
}

function two(op: string, a: Found, b: Found): Found {
  if (op === '??') return a === absent ? b : a
  if (op === 'AND' || op === 'OR') return logical(op, a, b)
  return ['=', '!=', '<', '<=', '>', '>='].includes(op) ? compared(op, a, b) : calculated(op, a, b)
}

function negated(value: Found): Found {
  return typeof value === 'boolean' ? !value : absent
}

type Call = (a: Found, b: Found) => Found

function onText(call: (text: string) => Value): Call {
  return (a) => (typeof a === 'string' ? call(a) : absent)
}

function onTexts(call: (a: string, b: string) => Value): Call {
  return (a, b) => (typeof a === 'string' && typeof b === 'string' ? call(a, b) : absent)
}

const calls: Readonly<Record<string, Call>> = {
  ABS: (a) => (typeof a === 'number' ? Math.abs(a) : absent),
  LENGTH: onText((text) => text.length),
  UPPER: onText((text) => text.toUpperCase()),
  IS_DEFINED: (a) => a !== absent,
  IS_NUMBER: (a) => typeof a === 'number',
  IS_STRING: (a) => typeof a === 'string',
  IS_NULL: (a) => a === null,
  ARRAY_LENGTH: (a) => (Array.isArray(a) ? a.length : absent),
  CONTAINS: onTexts((a, b) => a.includes(b)),
  STARTSWITH: onTexts((a, b) => a.startsWith(b)),
  CONCAT: onTexts((a, b) => a + b),
  ARRAY_CONTAINS: (a, b) =>
    Array.isArray(a) && b !== absent ? a.some((element) => same(element, b)) : absent,
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
    const pattern = tree.pattern.replaceAll('%', '[\\s\\S]*').replaceAll('_', '[\\s\\S]')
    return typeof value === 'string' ? new RegExp(`^${pattern}$`, 'u').test(value) : absent
  },
  if: (tree, names) => evaluate(evaluate(tree.test, names) === true ? tree.a : tree.b, names),
  call: (tree, names) => {
    const [a = absent, b = absent] = tree.args.map((argument) => evaluate(argument, names))
    const call = calls[tree.name]
    return call ? call(a, b) : absent
  },
  list: (tree, names) => present(tree.items.map((item) => evaluate(item, names))),
  record: (tree, names) => recordOf(tree.fields.map(([name, field]) => [name, evaluate(field, names)])),
  sub: (tree, names) => {
    const list = evaluate(tree.over, names)
    const rows: Names[] = Array.isArray(list) ? list.map((e) => ({ ...names, e })) : []
    const kept = rows.filter((row) => evaluate(tree.where, row) === true)
    const results = present(kept.map((row) => evaluate(tree.put, row)))
    return tree.use === 'EXISTS' ? results.length > 0 : results
  },
}

function present(values: readonly Found[]): Value[] {
  return values.filter((value): value is Value => value !== absent)
}
