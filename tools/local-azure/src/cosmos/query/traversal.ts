/**
 * Looking through expressions. Subqueries are not entered: what stands in them belongs to them.
 */

import type { Expression } from './syntax.ts'

/** The expressions directly inside another. */
export function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'member':
      return [expression.object, expression.index]
    case 'unary':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'conditional':
      return [expression.test, expression.then, expression.otherwise]
    case 'in':
      return [expression.needle, ...expression.haystack]
    case 'between':
      return [expression.value, expression.low, expression.high]
    case 'like':
      return [expression.value, expression.pattern, ...(expression.escape ? [expression.escape] : [])]
    case 'call':
      return expression.args
    case 'array':
      return expression.items
    case 'object':
      return expression.entries.map(({ value }) => value)
    default:
      return []
  }
}

/** Tells whether a call of one of `names` stands in an expression. */
export function containsCall(expression: Expression, names: ReadonlySet<string>): boolean {
  if (expression.kind === 'call' && names.has(expression.name)) return true
  return children(expression).some((child) => containsCall(child, names))
}

/** The first subquery in an expression. */
export function findSubquery(expression: Expression): (Expression & { kind: 'subquery' }) | undefined {
  if (expression.kind === 'subquery') return expression
  return children(expression)
    .map(findSubquery)
    .find((found) => found)
}

/** The name and properties of a path such as `c.address.zip`; `undefined` for anything else. */
export function pathOf(expression: Expression): string[] | undefined {
  if (expression.kind === 'identifier') return [expression.name]
  if (expression.kind !== 'member' || expression.index.kind !== 'literal') return undefined
  const { value } = expression.index
  const object = pathOf(expression.object)
  return object && typeof value === 'string' ? [...object, value] : undefined
}
