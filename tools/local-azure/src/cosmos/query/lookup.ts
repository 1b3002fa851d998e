/**
 * What WHERE fixes: ids and the partition key, which are found by index instead of by scanning.
 */

import type { Json } from '../json.ts'
import { type PartitionKeyDefinition, type PartitionKeyValue, parseKey, splitPath } from '../partition-key.ts'
import type { Expression, Query } from './syntax.ts'
import { pathOf } from './traversal.ts'

type Parameters = ReadonlyMap<string, Json>

/** The ids all results have one of. */
export function findIds(query: Query, parameters: Parameters): string[] | undefined {
  const candidates = findCandidates(query, parameters, ['id'])
  return candidates?.filter((value) => typeof value === 'string')
}

/** The partition key all results have. */
export function findKey(
  query: Query,
  parameters: Parameters,
  definition: PartitionKeyDefinition,
): PartitionKeyValue | undefined {
  const components: Json[] = []
  for (const path of definition.paths) {
    const [value, ...more] = findCandidates(query, parameters, splitPath(path)) ?? []
    if (value === undefined || typeof value === 'object' || more.length > 0) return undefined
    components.push(value)
  }
  try {
    return parseKey(components)
  } catch {
    // No item has such a key, one that is too long: a scan finds none.
    return undefined
  }
}

// The constants a path of the container's alias must equal one of.
function findCandidates(query: Query, parameters: Parameters, names: readonly string[]): Json[] | undefined {
  const [root] = query.sources
  if (!root || root.each || root.from?.kind !== 'identifier' || !query.where) return undefined
  const wanted = JSON.stringify([root.alias, ...names])
  const isPath = (expression: Expression): boolean => JSON.stringify(pathOf(expression)) === wanted
  for (const condition of conjuncts(query.where)) {
    const found = candidatesIn(condition, isPath, parameters)
    if (found) return found
  }
  return undefined
}

function conjuncts(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'binary' || expression.operator !== 'AND') return [expression]
  return [...conjuncts(expression.left), ...conjuncts(expression.right)]
}

function candidatesIn(
  condition: Expression,
  isPath: (expression: Expression) => boolean,
  parameters: Parameters,
): Json[] | undefined {
  if (condition.kind === 'binary' && condition.operator === '=') {
    const { left, right } = condition
    const value = isPath(left)
      ? constant(right, parameters)
      : isPath(right)
        ? constant(left, parameters)
        : undefined
    return value === undefined ? undefined : [value]
  }
  if (condition.kind !== 'in' || !isPath(condition.needle)) return undefined
  const values = condition.haystack.map((item) => constant(item, parameters))
  return values.every((value) => value !== undefined) ? values : undefined
}

function constant(expression: Expression, parameters: Parameters): Json | undefined {
  if (expression.kind === 'literal') return expression.value
  return expression.kind === 'parameter' ? parameters.get(expression.name) : undefined
}
