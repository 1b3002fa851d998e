/**
 * ORDER BY must name paths into the item, and several of them need a composite index: as in the real service, so that
 * nobody ships a query that fails there.
 */

import type { ContainerDefinition } from '../container-definition.ts'
import { splitPath } from '../partition-key.ts'
import { QueryError, type Span } from './query-error.ts'
import type { Query } from './syntax.ts'
import { pathOf } from './traversal.ts'

/** One path of ORDER BY, as the names of its properties in JSON. */
export interface OrderPath {
  readonly path: string
  readonly descending: boolean
  /** Where the query names it. */
  readonly span: Span
}

/** The paths of ORDER BY. Throws 400. */
export function orderPaths({ orderBy, sources }: Query): OrderPath[] {
  return orderBy.map(({ expression, descending, span }) => {
    const [alias, ...names] = pathOf(expression) ?? []
    if (names.length === 0 || alias !== sources[0]?.alias) {
      throw new QueryError(
        'SC2204',
        'Unsupported ORDER BY clause. ORDER BY item expression could not be mapped to a document path.',
        span,
      )
    }
    return { path: JSON.stringify(names), descending, span }
  })
}

/** Refuses an ORDER BY of several paths that no composite index serves. */
export function assertOrderIsServed(order: readonly OrderPath[], definition: ContainerDefinition): void {
  const [first, second] = order
  if (!first || !second) return
  const served = definition.compositeIndexes.some((index) => {
    if (index.length !== order.length) return false
    const matches = (reversed: boolean): boolean =>
      index.every(({ path, order: direction }, i) => {
        const wanted = order[i]
        const descending = (direction === 'descending') !== reversed
        return wanted?.path === JSON.stringify(splitPath(path)) && wanted.descending === descending
      })
    return matches(false) || matches(true)
  })
  if (!served) {
    throw new QueryError(
      'SC2205',
      'The order by query does not have a corresponding composite index that it can be served from.',
      { start: first.span.start, end: (order.at(-1) ?? second).span.end },
    )
  }
}
