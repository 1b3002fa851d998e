/**
 * Reads scalar expressions, from the loosest operator to the tightest.
 */

import { notImplemented } from '../errors.ts'
import type { BinaryOperator, Expression, ObjectEntry } from './syntax.ts'
import type { TokenStream } from './token-stream.ts'

/** Reads an expression. Throws 400. */
export function parseExpression(tokens: TokenStream): Expression {
  return tokens.nested(() => {
    const test = parseBinary(tokens, 0)
    if (!tokens.take('?')) return test
    const then = parseExpression(tokens)
    tokens.expect(':')
    return { kind: 'conditional', test, then, otherwise: parseExpression(tokens) }
  })
}

// Loosest first. NOT and the comparisons stand between AND and the arithmetic ones, and are read apart.
const levels: readonly (readonly BinaryOperator[])[] = [
  ['??'],
  ['OR'],
  ['AND'],
  [],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>', '>>>'],
  ['||'],
  ['+', '-'],
  ['*', '/', '%'],
]
const comparisonLevel = 3

function parseBinary(tokens: TokenStream, level: number): Expression {
  if (level === comparisonLevel) return parseNot(tokens)
  const operators = levels[level]
  if (!operators) return parseUnary(tokens)
  let left = parseBinary(tokens, level + 1)
  for (;;) {
    const operator = operators.find((text) => tokens.is(text))
    if (operator === undefined) return left
    tokens.next()
    left = { kind: 'binary', operator, left, right: parseBinary(tokens, level + 1) }
  }
}

function parseNot(tokens: TokenStream): Expression {
  if (!tokens.take('NOT')) return parseComparison(tokens)
  return tokens.nested(() => negate(parseNot(tokens)))
}

function negate(operand: Expression): Expression {
  return { kind: 'unary', operator: 'NOT', operand }
}

const comparisons: Readonly<Record<string, BinaryOperator>> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

function parseComparison(tokens: TokenStream): Expression {
  let left = parseBinary(tokens, comparisonLevel + 1)
  for (;;) {
    const token = tokens.peek()
    const operator = token.kind === 'symbol' ? comparisons[token.text] : undefined
    if (operator !== undefined) {
      tokens.next()
      left = { kind: 'binary', operator, left, right: parseBinary(tokens, comparisonLevel + 1) }
      continue
    }
    const not = tokens.is('NOT') && (tokens.is('IN', 1) || tokens.is('BETWEEN', 1) || tokens.is('LIKE', 1))
    if (not) tokens.next()
    const test = parseTest(tokens, left)
    if (!test) return left
    left = not ? negate(test) : test
  }
}

function parseTest(tokens: TokenStream, value: Expression): Expression | undefined {
  if (tokens.take('IN')) {
    tokens.expect('(')
    const haystack = parseList(tokens, ')')
    if (haystack.length === 0) throw tokens.unexpected()
    return { kind: 'in', needle: value, haystack }
  }
  if (tokens.take('BETWEEN')) {
    const low = parseBinary(tokens, comparisonLevel + 1)
    tokens.expect('AND')
    return { kind: 'between', value, low, high: parseBinary(tokens, comparisonLevel + 1) }
  }
  if (tokens.take('LIKE')) {
    const pattern = parseBinary(tokens, comparisonLevel + 1)
    const mark = tokens.take('ESCAPE') ? parseBinary(tokens, comparisonLevel + 1) : undefined
    return { kind: 'like', value, pattern, escape: mark }
  }
  return undefined
}

function parseUnary(tokens: TokenStream): Expression {
  for (const operator of ['-', '+', '~'] as const) {
    if (tokens.take(operator)) {
      return tokens.nested(() => ({ kind: 'unary', operator, operand: parseUnary(tokens) }))
    }
  }
  return parsePostfix(tokens)
}

function parsePostfix(tokens: TokenStream): Expression {
  let expression = parsePrimary(tokens)
  for (;;) {
    if (tokens.take('.')) {
      // After a dot even a reserved word is a property.
      const token = tokens.next()
      if (token.kind !== 'word') throw tokens.unexpected()
      expression = { kind: 'member', object: expression, index: { kind: 'literal', value: token.text } }
    } else if (tokens.take('[')) {
      const index = parseExpression(tokens)
      tokens.expect(']')
      expression = { kind: 'member', object: expression, index }
    } else return expression
  }
}

function parsePrimary(tokens: TokenStream): Expression {
  const token = tokens.peek()
  if (token.kind === 'number' || token.kind === 'string')
    return { kind: 'literal', value: tokens.next().value }
  if (token.kind === 'parameter') return { kind: 'parameter', name: tokens.next().text, span: token }
  if (token.kind === 'symbol') return parseBracketed(tokens)
  const keyword = parseKeyword(tokens)
  if (keyword) return keyword
  const name = tokens.name()
  if (!tokens.take('(')) return { kind: 'identifier', name: name.text, span: name }
  const args = parseList(tokens, ')')
  return { kind: 'call', name: name.upper, args, span: name }
}

function parseBracketed(tokens: TokenStream): Expression {
  if (tokens.is('(')) {
    const { start } = tokens.next()
    if (tokens.is('SELECT')) {
      const query = tokens.subquery()
      tokens.expect(')')
      return { kind: 'subquery', use: 'scalar', query, span: tokens.spanFrom(start) }
    }
    const inner = parseExpression(tokens)
    tokens.expect(')')
    return inner
  }
  if (tokens.take('[')) return { kind: 'array', items: parseList(tokens, ']') }
  if (tokens.take('{')) return { kind: 'object', entries: parseEntries(tokens) }
  throw tokens.unexpected()
}

const literals: Readonly<Record<string, null | boolean | undefined>> = {
  NULL: null,
  TRUE: true,
  FALSE: false,
  UNDEFINED: undefined,
}

function parseKeyword(tokens: TokenStream): Expression | undefined {
  const token = tokens.peek()
  if (Object.hasOwn(literals, token.upper)) {
    tokens.next()
    return { kind: 'literal', value: literals[token.upper] }
  }
  if ((tokens.is('EXISTS') || tokens.is('ARRAY')) && tokens.is('(', 1)) {
    tokens.next()
    tokens.next()
    const query = tokens.subquery()
    tokens.expect(')')
    const use = token.upper === 'EXISTS' ? 'exists' : 'array'
    return { kind: 'subquery', use, query, span: tokens.spanFrom(token.start) }
  }
  if (tokens.is('UDF') && tokens.is('.', 1)) throw notImplemented('User-defined functions')
  return undefined
}

function parseList(tokens: TokenStream, close: string): Expression[] {
  const items: Expression[] = []
  if (tokens.take(close)) return items
  do items.push(parseExpression(tokens))
  while (tokens.take(','))
  tokens.expect(close)
  return items
}

function parseEntries(tokens: TokenStream): ObjectEntry[] {
  const entries: ObjectEntry[] = []
  if (tokens.take('}')) return entries
  do {
    const token = tokens.next()
    if (token.kind !== 'word' && token.kind !== 'string') throw tokens.unexpected()
    tokens.expect(':')
    const name = token.kind === 'word' ? token.text : String(token.value)
    entries.push({ name, value: parseExpression(tokens) })
  } while (tokens.take(','))
  tokens.expect('}')
  return entries
}
