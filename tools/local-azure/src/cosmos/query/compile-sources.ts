/**
 * FROM and JOIN: turns the sources of a query into a walk over its rows.
 */

import { isArray } from '../json.ts'
import type { ParsedItem } from '../store/residents.ts'
import { type CompileSubquery, compileExpression } from './compile-expression.ts'
import type { Row, Scope } from './scope.ts'
import type { Expression, Source } from './syntax.ts'
import type { Value } from './values.ts'

/** Where a walk over the container stands. */
export interface Cursor {
  items: Iterable<ParsedItem>
  seq: number
  /** Counts the rows that came of the current item. */
  ordinal: number
  /** The items looked at so far. */
  scanned: number
}

/** Is given each row; answers false to stop. */
export type Visit = (row: Row) => boolean
/** Walks over rows; answers false when it was stopped. */
export type Walk = (row: Row, visit: Visit) => boolean

export interface SourceContext {
  readonly scope: Scope
  /** `cursor`: the container, for a subquery whose own first source is that. */
  readonly compileSubquery: (
    ...given: [...Parameters<CompileSubquery>, cursor?: Cursor]
  ) => ReturnType<CompileSubquery>
  /** For the outermost query, and for a subquery it begins with: the container. */
  readonly cursor?: Cursor | undefined
}

/** Compiles the sources and declares their names, in order. */
export function compileSources(sources: readonly Source[], context: SourceContext): Walk {
  const [first, ...joined] = sources
  if (!first) return (row, visit) => visit(row)
  const steps = [
    context.cursor ? compileRoot(first, context, context.cursor) : compileSource(first, context),
    ...joined.map((source) => compileSource(source, { ...context, cursor: undefined })),
  ]
  return steps.reduceRight<Walk>(
    (next, step) => (row, visit) => step(row, (inner) => next(inner, visit)),
    (row, visit) => visit(row),
  )
}

function compileRoot(source: Source, context: SourceContext, cursor: Cursor): Walk {
  const name = rootName(source.from)
  // A subquery walks over the container itself.
  if (name === undefined) return compileSource(source, context)
  const simple = source.from?.kind === 'identifier' && !source.each
  // Whatever the query calls the container, only the alias is seen by its other clauses.
  const slot = simple ? context.scope.declare(source.alias, source.span) : context.scope.setting.allocate()
  const inner = simple
    ? undefined
    : compileSource(source, { ...context, scope: context.scope.withRoot(name, slot) })
  return (row, visit) => {
    for (const item of cursor.items) {
      cursor.seq = item.seq
      cursor.ordinal = 0
      cursor.scanned += 1
      row[slot] = item.value
      if (!(inner ? inner(row, visit) : visit(row))) return false
    }
    return true
  }
}

function rootName(path: Expression | undefined): string | undefined {
  if (path?.kind === 'identifier') return path.name
  return path?.kind === 'member' ? rootName(path.object) : undefined
}

function compileSource({ from, alias, each, span }: Source, context: SourceContext): Walk {
  const list = compileList(from, context)
  const slot = context.scope.declare(alias, span)
  const values = each ? (row: Row): Value[] => list(row).flatMap(elements) : list
  return (row, visit) => {
    for (const value of values(row)) {
      row[slot] = value
      if (!visit(row)) return false
    }
    return true
  }
}

// The values of a path, which is one or none, or of a subquery.
function compileList(from: Expression | undefined, context: SourceContext): (row: Row) => readonly Value[] {
  if (from?.kind === 'subquery') return context.compileSubquery(from.query, context.scope, context.cursor)
  const path = compileExpression(from ?? { kind: 'literal', value: undefined }, context)
  return (row) => {
    const value = path(row)
    return value === undefined ? [] : [value]
  }
}

function elements(value: Value): readonly Value[] {
  return isArray(value) ? value : []
}
