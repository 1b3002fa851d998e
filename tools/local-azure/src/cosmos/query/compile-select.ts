/**
 * Turns a query, or a subquery, into a function that lists its results.
 */

import { createAccumulator } from './aggregates.ts'
import { aggregateNames, type CompileContext, compileExpression } from './compile-expression.ts'
import { type Cursor, compileSources, type Walk } from './compile-sources.ts'
import { assertGrouped } from './grouping.ts'
import { lastName } from './parse-query.ts'
import { QueryError } from './query-error.ts'
import { type Evaluator, type Row, Scope } from './scope.ts'
import type { Count, Expression, Query } from './syntax.ts'
import { containsCall } from './traversal.ts'
import { canonicalText, compareValues, type Value } from './values.ts'

/** A query ready to run. */
export interface Select {
  /** Walks over the rows that pass WHERE. */
  readonly walk: Walk
  /** What a row puts out; `undefined` for nothing. */
  readonly project: Evaluator
  readonly orderBy: readonly { readonly key: Evaluator; readonly descending: boolean }[]
  readonly grouped: boolean
  /** Every result, at most `limit`. */
  results(row: Row, limit?: number): Value[]
}

interface Aggregate {
  readonly slot: number
  readonly name: string
  readonly argument: Evaluator
}

/** Compiles a query within `outer`; the outermost one walks over `cursor`. */
export function compileSelect(query: Query, outer: Scope, cursor?: Cursor): Select {
  const scope = new Scope(outer.setting, outer)
  const compileSubquery = (inner: Query, within: Scope, over?: Cursor): Select['results'] =>
    compileSelect(inner, within, over).results
  const context: CompileContext = { scope, compileSubquery }
  const sources = compileSources(query.sources, { scope, compileSubquery, cursor })
  const where = query.where && compileExpression(query.where, context)
  const walk: Walk = where
    ? (row, visit) => sources(row, (inner) => (where(inner) === true ? visit(inner) : true))
    : sources
  const aggregates: Aggregate[] = []
  const grouped = query.groupBy.length > 0 || projectsAggregate(query)
  if (grouped) assertGrouped(query)
  const compileAggregate = (call: Expression & { kind: 'call' }): Evaluator => {
    const [argument] = call.args
    if (!argument || call.args.length > 1) {
      throw new QueryError('SC2050', `The ${call.name} function requires 1 argument(s).`, call.span)
    }
    const slot = scope.setting.allocate()
    aggregates.push({ slot, name: call.name, argument: compileExpression(argument, context) })
    return (row) => row[slot]
  }
  const project = compileProjection(query, grouped ? { ...context, compileAggregate } : context)
  const groupBy = query.groupBy.map((expression) => compileExpression(expression, context))
  const orderBy = query.orderBy.map(({ expression, descending }) => ({
    key: compileExpression(expression, context),
    descending,
  }))
  const offset = count(query.offset, context, 'OFFSET') ?? 0
  const most = Math.min(
    count(query.top, context, 'TOP') ?? Infinity,
    count(query.limit, context, 'LIMIT') ?? Infinity,
  )
  const produce = grouped
    ? createGrouping(walk, groupBy, aggregates, project)
    : createListing(walk, orderBy, project)
  return {
    walk,
    project,
    orderBy,
    grouped,
    results: (row, limit = Infinity) => {
      const wanted = offset + Math.min(most, limit)
      return produce(row, query.distinct ? createDistinct() : undefined, wanted).slice(offset, wanted)
    },
  }
}

function count(counted: Count | undefined, context: CompileContext, clause: string): number | undefined {
  if (!counted) return undefined
  const value = compileExpression(counted.expression, context)([])
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 2 ** 31 - 1) return value
  throw new QueryError('SC2062', `The ${clause} count must be a non-negative integer.`, counted.span)
}

function projectsAggregate({ projection }: Query): boolean {
  if (projection.kind === 'star') return false
  const expressions =
    projection.kind === 'value' ? [projection.expression] : projection.items.map((item) => item.expression)
  return expressions.some((expression) => containsCall(expression, aggregateNames))
}

function compileProjection(query: Query, context: CompileContext): Evaluator {
  const { projection, sources } = query
  if (projection.kind === 'star') {
    const [only, ...more] = sources
    if (!only)
      throw new QueryError('SC2006', "'SELECT *' is not valid if FROM clause is omitted.", projection.span)
    if (more.length > 0)
      throw new QueryError('SC2007', "'SELECT *' is only valid with a single input set.", projection.span)
    const slot = context.scope.resolve(only.alias, projection.span)
    return (row) => row[slot]
  }
  if (projection.kind === 'value') return compileExpression(projection.expression, context)
  let unnamed = 0
  const fields = projection.items.map(({ expression, alias }) => {
    const name = alias ?? lastName(expression)
    if (name === undefined) unnamed += 1
    return { name: name ?? `$${unnamed}`, evaluate: compileExpression(expression, context) }
  })
  return (row) => {
    const entries: [string, Value][] = []
    for (const { name, evaluate } of fields) {
      const value = evaluate(row)
      if (value !== undefined) entries.push([name, value])
    }
    return Object.fromEntries(entries)
  }
}

type IsNew = (value: Value) => boolean
type Produce = (row: Row, isNew: IsNew | undefined, wanted: number) => Value[]

function createDistinct(): IsNew {
  const seen = new Set<string>()
  return (value) => seen.size < seen.add(canonicalText(value)).size
}

function createListing(walk: Walk, orderBy: Select['orderBy'], project: Evaluator): Produce {
  if (orderBy.length === 0) {
    return (row, isNew, wanted) => {
      const results: Value[] = []
      if (wanted > 0) {
        walk(row, (inner) => {
          const value = project(inner)
          if (value !== undefined && (isNew?.(value) ?? true)) results.push(value)
          return results.length < wanted
        })
      }
      return results
    }
  }
  return (row, isNew) => {
    const rows: { readonly keys: Value[]; readonly value: Value }[] = []
    walk(row, (inner) => {
      const value = project(inner)
      if (value !== undefined) rows.push({ keys: orderBy.map(({ key }) => key(inner)), value })
      return true
    })
    rows.sort((a, b) => compareKeys(orderBy, a.keys, b.keys))
    return rows.map(({ value }) => value).filter((value) => isNew?.(value) ?? true)
  }
}

/** Compares the sort keys of two rows. */
export function compareKeys(orderBy: Select['orderBy'], a: readonly Value[], b: readonly Value[]): number {
  for (const [i, { descending }] of orderBy.entries()) {
    const difference = compareValues(a[i], b[i])
    if (difference !== 0) return descending ? -difference : difference
  }
  return 0
}

function createGrouping(
  walk: Walk,
  groupBy: readonly Evaluator[],
  aggregates: readonly Aggregate[],
  project: Evaluator,
): Produce {
  return (row, isNew) => {
    const newGroup = (first: Row): { first: Row; accumulators: ReturnType<typeof createAccumulator>[] } => ({
      first: [...first],
      accumulators: aggregates.map(({ name }) => createAccumulator(name)),
    })
    const groups = new Map<string, ReturnType<typeof newGroup>>()
    walk(row, (inner) => {
      const key = groupBy.map((evaluate) => canonicalText(evaluate(inner))).join('\n')
      const group = groups.get(key) ?? newGroup(inner)
      groups.set(key, group)
      aggregates.forEach(({ argument }, i) => {
        group.accumulators[i]?.add(argument(inner))
      })
      return true
    })
    // Aggregates without groups answer for no rows, too.
    if (groupBy.length === 0 && groups.size === 0) groups.set('', newGroup(row))
    const results: Value[] = []
    for (const { first, accumulators } of groups.values()) {
      aggregates.forEach(({ slot }, i) => {
        first[slot] = accumulators[i]?.result()
      })
      const value = project(first)
      if (value !== undefined && (isNew?.(value) ?? true)) results.push(value)
    }
    return results
  }
}
