/**
 * Turns expressions of the syntax tree into functions of a row.
 */

import { isArray, isObject, property } from '../json.ts'
import { functions } from './functions/functions.ts'
import { compileLike } from './like.ts'
import { and, binaryOperators, or, unaryOperators } from './operators.ts'
import { QueryError } from './query-error.ts'
import type { Evaluator, Scope } from './scope.ts'
import type { Expression, Query } from './syntax.ts'
import { areEqual, relate, type Value } from './values.ts'

/** Makes of a subquery a function that lists its results at a row, at most `limit` of them. */
export type CompileSubquery = (query: Query, scope: Scope) => (row: Value[], limit?: number) => Value[]

/** What compiling needs besides the expression. */
export interface CompileContext {
  readonly scope: Scope
  readonly compileSubquery: CompileSubquery
  /** Gives aggregate functions their meaning where they may stand; `undefined` where they may not. */
  readonly compileAggregate?: ((call: Expression & { kind: 'call' }) => Evaluator) | undefined
}

type Compilers = {
  readonly [Kind in Expression['kind']]: (
    expression: Expression & { readonly kind: Kind },
    context: CompileContext,
  ) => Evaluator
}

/** Compiles an expression. Throws 400 for unknown names and functions. */
export function compileExpression(expression: Expression, context: CompileContext): Evaluator {
  const compile = compilers[expression.kind] as (expression: Expression, context: CompileContext) => Evaluator
  return compile(expression, context)
}

const compilers: Compilers = {
  literal: ({ value }) => {
    return () => value
  },
  parameter: ({ name, span }, { scope }) => {
    if (!scope.setting.parameters.has(name)) {
      throw new QueryError('SC2009', `The parameter '${name}' is not supplied.`, span)
    }
    const value = scope.setting.parameters.get(name)
    return () => value
  },
  identifier: ({ name, span }, { scope }) => {
    const slot = scope.resolve(name, span)
    return (row) => row[slot]
  },
  member: ({ object, index }, context) => {
    const compiled = compileExpression(object, context)
    if (index.kind === 'literal' && typeof index.value === 'string') {
      const name = index.value
      return (row) => {
        const value = compiled(row)
        return isObject(value) ? property(value, name) : undefined
      }
    }
    const compiledIndex = compileExpression(index, context)
    return (row) => valueAt(compiled(row), compiledIndex(row))
  },
  unary: ({ operator, operand }, context) => {
    const compiled = compileExpression(operand, context)
    const operate = unaryOperators[operator]
    return (row) => operate(compiled(row))
  },
  binary: ({ operator, left, right }, context) => {
    const a = compileExpression(left, context)
    const b = compileExpression(right, context)
    if (operator === '??') {
      return (row) => {
        // `null ?? x` is null: only what is not there is replaced.
        const value = a(row)
        return value === undefined ? b(row) : value
      }
    }
    if (operator === 'AND') {
      return (row) => {
        const value = a(row)
        return value === false ? false : and(value, b(row))
      }
    }
    if (operator === 'OR') {
      return (row) => {
        const value = a(row)
        return value === true ? true : or(value, b(row))
      }
    }
    const operate = binaryOperators[operator]
    return (row) => operate(a(row), b(row))
  },
  conditional: ({ test, then, otherwise }, context) => {
    const [a, b, c] = [test, then, otherwise].map((part) => compileExpression(part, context))
    return (row) => (a?.(row) === true ? b?.(row) : c?.(row))
  },
  in: ({ needle, haystack }, context) => {
    const compiled = compileExpression(needle, context)
    const candidates = haystack.map((item) => compileExpression(item, context))
    return (row) => {
      const value = compiled(row)
      if (value === undefined) return undefined
      return candidates.some((candidate) => areEqual(value, candidate(row)))
    }
  },
  between: ({ value, low, high }, context) => {
    const compiled = compileExpression(value, context)
    const from = compileExpression(low, context)
    const to = compileExpression(high, context)
    return (row) => {
      const found = compiled(row)
      const [above, below] = [relate(found, from(row)), relate(found, to(row))]
      return and(above === undefined ? undefined : above >= 0, below === undefined ? undefined : below <= 0)
    }
  },
  like: ({ value, pattern, escape: mark }, context) => {
    const compiled = compileExpression(value, context)
    const compiledPattern = compileExpression(pattern, context)
    const compiledEscape = mark && compileExpression(mark, context)
    const matcher = createLikeCache()
    return (row) => {
      const [text, like, marker] = [compiled(row), compiledPattern(row), compiledEscape?.(row)]
      if (typeof text !== 'string' || typeof like !== 'string') return undefined
      return matcher(like, typeof marker === 'string' ? marker : undefined)(text)
    }
  },
  call: (expression, context) => compileCall(expression, context),
  array: ({ items }, context) => {
    const compiled = items.map((item) => compileExpression(item, context))
    return (row) => compiled.map((item) => item(row)).filter((item) => item !== undefined)
  },
  object: ({ entries }, context) => {
    const compiled = entries.map(({ name, value }) => ({ name, value: compileExpression(value, context) }))
    return (row) => Object.fromEntries(compiled.map(({ name, value }) => [name, value(row)]).filter(hasValue))
  },
  subquery: ({ use, query, span }, context) => {
    const results = context.compileSubquery(query, context.scope)
    if (use === 'exists') return (row) => results(row, 1).length > 0
    if (use === 'array') return (row) => results(row).filter((value) => value !== undefined)
    return (row) => {
      const [first, ...more] = results(row, 2)
      if (more.length > 0) {
        throw new QueryError(
          'SC2014',
          'The cardinality of a scalar subquery result set cannot be greater than 1.',
          span,
        )
      }
      return first
    }
  },
}

function hasValue(entry: readonly unknown[]): boolean {
  return entry[1] !== undefined
}

function valueAt(value: Value, index: Value): Value {
  if (isArray(value)) return typeof index === 'number' ? value[index] : undefined
  return isObject(value) && typeof index === 'string' ? property(value, index) : undefined
}

// A pattern is nearly always a constant, so the last one is kept.
function createLikeCache(): (pattern: string, mark: string | undefined) => (text: string) => boolean {
  let last: { pattern: string; mark: string | undefined; matcher: (text: string) => boolean } | undefined
  return (pattern, mark) => {
    if (last?.pattern !== pattern || last.mark !== mark) {
      last = { pattern, mark, matcher: compileLike(pattern, mark) }
    }
    return last.matcher
  }
}

function compileCall(expression: Expression & { kind: 'call' }, context: CompileContext): Evaluator {
  const { name, args, span } = expression
  const aggregate = aggregateNames.has(name)
  if (aggregate) {
    if (context.compileAggregate) return context.compileAggregate(expression)
    throw new QueryError('SC2104', `The aggregate function '${name}' is not allowed here.`, span)
  }
  const definition = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (!definition) {
    throw new QueryError('SC2005', `'${name}' is not a recognized built-in function name.`, span)
  }
  const [fewest, most] = definition.arity
  if (args.length < fewest || args.length > most) {
    throw new QueryError(
      'SC2050',
      `The ${name} function requires ${fewest === most ? fewest : `${fewest} to ${most}`} argument(s).`,
      span,
    )
  }
  const compiled = args.map((arg) => compileExpression(arg, context))
  const { evaluate } = definition
  const { setting } = context.scope
  const [first, second] = compiled
  if (compiled.length === 1 && first) return (row) => evaluate([first(row)], setting)
  if (compiled.length === 2 && first && second) return (row) => evaluate([first(row), second(row)], setting)
  return (row) =>
    evaluate(
      compiled.map((arg) => arg(row)),
      setting,
    )
}

/** The functions that make one value of many rows. */
export const aggregateNames: ReadonlySet<string> = new Set([
  'COUNT',
  'SUM',
  'AVG',
  'MIN',
  'MAX',
  'COUNTIF',
  'MAKELIST',
  'MAKESET',
])
