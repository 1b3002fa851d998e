/**
 * ORDER BY must name paths into the item that are indexed, and several of them need a composite index: as in the real
 * service, so that nobody ships a query that fails there.
 */

import type { ContainerDefinition } from '../container-definition.ts'
import { isArray, isObject, type JsonObject } from '../json.ts'
import { splitPath } from '../partition-key.ts'
import { QueryError, type Span } from './query-error.ts'
import type { Query } from './syntax.ts'
import { pathOf } from './traversal.ts'

/** One path of ORDER BY, as the names of its properties. */
export interface OrderPath {
  readonly names: readonly string[]
  readonly descending: boolean
  /** Where the query names it. */
  readonly span: Span
}

/** The paths of ORDER BY. Throws 400. */
export function orderPaths({ orderBy, sources: [root] }: Query): OrderPath[] {
  return orderBy.map(({ expression, descending, span }) => {
    const [alias, ...names] = pathOf(expression) ?? []
    if (names.length === 0 || alias !== root?.alias || root?.from?.kind === 'subquery') {
      throw new QueryError(
        'SC2204',
        'Unsupported ORDER BY clause. ORDER BY item expression could not be mapped to a document path.',
        span,
      )
    }
    return { names, descending, span }
  })
}

/** Refuses an ORDER BY that no index serves: of one path by itself, of several a composite one. */
export function assertOrderIsServed(order: readonly OrderPath[], definition: ContainerDefinition): void {
  const [first, second] = order
  if (first && !second && !isIndexed(first.names, definition.indexingPolicy)) {
    const message = 'The index path corresponding to the specified order-by item is excluded.'
    throw new QueryError('SC2206', message, first.span)
  }
  if (first && second && !hasCompositeIndex(order, definition)) {
    throw new QueryError(
      'SC2205',
      'The order by query does not have a corresponding composite index that it can be served from.',
      { start: first.span.start, end: (order.at(-1) ?? second).span.end },
    )
  }
}

function hasCompositeIndex(order: readonly OrderPath[], { compositeIndexes }: ContainerDefinition): boolean {
  return compositeIndexes.some((index) => {
    if (index.length !== order.length) return false
    const matches = (reversed: boolean): boolean =>
      index.every(({ path, order: direction }, i) => {
        const wanted = order[i]
        const descending = (direction === 'descending') !== reversed
        return wanted && sameNames(wanted.names, splitPath(path)) && wanted.descending === descending
      })
    return matches(false) || matches(true)
  })
}

// The most precise of the policy's paths decides.
function isIndexed(names: readonly string[], policy: JsonObject): boolean {
  if (String(policy['indexingMode']).toLowerCase() === 'none') return false
  if (sameNames(names, ['id']) || sameNames(names, ['_ts'])) return true
  return precision(names, policy['includedPaths']) > precision(names, policy['excludedPaths'])
}

// How closely one of some paths fits, `/a/*` whatever is below, `/a/?` the value itself; -1 when none does.
function precision(names: readonly string[], paths: JsonObject[string]): number {
  const fits = (isArray(paths) ? paths : []).map((entry) => {
    const path = isObject(entry) && typeof entry['path'] === 'string' ? entry['path'] : ''
    const all = path.endsWith('/*')
    const own = splitPath(path.replace(/\/[*?]$/, ''))
    if (!sameNames(all ? names.slice(0, own.length) : names, own)) return -1
    return own.length * 2 + (all ? 0 : 1)
  })
  return Math.max(-1, ...fits)
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
