/**
 * The rules of GROUP BY and of aggregates.
 */

import { aggregateNames } from './compile-expression.ts'
import { QueryError } from './query-error.ts'
import type { Expression, Query } from './syntax.ts'
import { children, findSubquery } from './traversal.ts'

/** Refuses a query that puts out something that is neither grouped by nor an aggregate. */
export function assertGrouped({ projection, groupBy, orderBy, sources: [root] }: Query): void {
  const [ordered] = orderBy
  if (root?.from?.kind === 'subquery' && root.from.query.groupBy.length > 0) {
    const message = "An aggregate of a subquery with 'GROUP BY' is not supported."
    throw new QueryError('SC2105', message, root.span)
  }
  const nested = groupBy.map(findSubquery).find((found) => found)
  if (nested) throw new QueryError('SC2106', "'GROUP BY' does not allow a subquery.", nested.span)
  if (groupBy.length > 0 && ordered) {
    const message = "'ORDER BY' is not supported together with 'GROUP BY'."
    throw new QueryError('SC2103', message, ordered.span)
  }
  if (projection.kind === 'star') {
    throw new QueryError('SC2102', "'SELECT *' is not allowed together with 'GROUP BY'.", projection.span)
  }
  const keys = new Set(groupBy.map(form))
  const expressions =
    projection.kind === 'value' ? [projection.expression] : projection.items.map((item) => item.expression)
  for (const expression of expressions) assertCovered(expression, keys)
}

function assertCovered(expression: Expression, keys: ReadonlySet<string>): void {
  if (keys.has(form(expression))) return
  if (expression.kind === 'call' && aggregateNames.has(expression.name)) return
  if (expression.kind === 'identifier') {
    throw new QueryError(
      'SC2102',
      `Property reference '${expression.name}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
      expression.span,
    )
  }
  for (const child of children(expression)) assertCovered(child, keys)
}

// Where an expression stands in the text does not matter.
function form(expression: Expression): string {
  return JSON.stringify(expression, (name, value: unknown) => (name === 'span' ? undefined : value))
}
