/**
 * Reads a query: its clauses, from SELECT to OFFSET LIMIT.
 */

import { parseExpression } from './parse-expression.ts'
import { QueryError } from './query-error.ts'
import type { Count, Expression, OrderItem, Projection, Query, SelectItem, Source } from './syntax.ts'
import { reservedWords, TokenStream } from './token-stream.ts'

/** Reads the text of a query. Throws 400 with the position of what is wrong. */
export function parseQuery(text: string): Query {
  const tokens = new TokenStream(text, parseSelect)
  const query = parseSelect(tokens)
  if (tokens.peek().kind !== 'end') throw tokens.unexpected()
  return query
}

function parseSelect(tokens: TokenStream): Query {
  return tokens.nested(() => {
    tokens.expect('SELECT')
    const distinct = tokens.take('DISTINCT')
    const top = tokens.take('TOP') ? parseCount(tokens) : undefined
    const projection = parseProjection(tokens)
    const sources = tokens.take('FROM') ? parseSources(tokens) : []
    const where = tokens.take('WHERE') ? parseExpression(tokens) : undefined
    const groupBy = tokens.take('GROUP') ? parseGroupBy(tokens) : []
    const orderBy = tokens.take('ORDER') ? parseOrderBy(tokens) : []
    let offset: Count | undefined
    let limit: Count | undefined
    if (tokens.take('OFFSET')) {
      offset = parseCount(tokens)
      tokens.expect('LIMIT')
      limit = parseCount(tokens)
    }
    return { distinct, top, projection, sources, where, groupBy, orderBy, offset, limit }
  })
}

// A count is a number or a parameter, not an expression: `TOP 1 c.x` must stop after the 1.
function parseCount(tokens: TokenStream): Count {
  const span = tokens.peek()
  if (span.kind !== 'number' && span.kind !== 'parameter') throw tokens.unexpected()
  const { kind, value, text } = tokens.next()
  if (kind === 'number') return { expression: { kind: 'literal', value }, span }
  return { expression: { kind: 'parameter', name: text, span }, span }
}

function parseProjection(tokens: TokenStream): Projection {
  if (tokens.is('*')) return { kind: 'star', span: tokens.next() }
  if (tokens.take('VALUE')) {
    const expression = parseExpression(tokens)
    // It may be named; the name shows nowhere.
    parseAlias(tokens)
    return { kind: 'value', expression }
  }
  const items: SelectItem[] = []
  do {
    const expression = parseExpression(tokens)
    items.push({ expression, alias: parseAlias(tokens) })
  } while (tokens.take(','))
  return { kind: 'list', items }
}

function parseAlias(tokens: TokenStream): string | undefined {
  if (tokens.take('AS')) return tokens.name().text
  const token = tokens.peek()
  if (token.kind === 'word' && !reservedWords.has(token.upper)) return tokens.next().text
  return undefined
}

function parseSources(tokens: TokenStream): Source[] {
  const sources = [parseSource(tokens)]
  while (tokens.take('JOIN')) sources.push(parseSource(tokens))
  return sources
}

function parseSource(tokens: TokenStream): Source {
  if (tokens.peek().kind === 'word' && tokens.is('IN', 1)) {
    const span = tokens.name()
    tokens.expect('IN')
    return { alias: span.text, from: parseSourcePath(tokens), each: true, span }
  }
  const { start } = tokens.peek()
  const from = parseSourcePath(tokens)
  const alias = parseAlias(tokens) ?? lastName(from)
  const span = tokens.spanFrom(start)
  if (alias !== undefined) return { alias, from, each: false, span }
  if (from.kind !== 'subquery') throw tokens.unexpected()
  // A name that no query can say, and no other source has.
  return { alias: `(${start})`, from, each: false, span }
}

function parseSourcePath(tokens: TokenStream): Expression {
  if (tokens.is('(')) {
    const { start } = tokens.next()
    const query = parseSelect(tokens)
    tokens.expect(')')
    return { kind: 'subquery', use: 'array', query, span: tokens.spanFrom(start) }
  }
  if (tokens.is('[') || tokens.is('{') || tokens.peek().kind === 'parameter') return parseExpression(tokens)
  const root = tokens.name()
  let path: Expression = { kind: 'identifier', name: root.text, span: root }
  for (;;) {
    if (tokens.take('.'))
      path = { kind: 'member', object: path, index: { kind: 'literal', value: tokens.next().text } }
    else if (tokens.take('[')) {
      const token = tokens.next()
      if (token.kind !== 'string' && token.kind !== 'number') throw tokens.unexpected()
      path = { kind: 'member', object: path, index: { kind: 'literal', value: token.value } }
      tokens.expect(']')
    } else return path
  }
}

/** The name an expression without an alias goes by, if it has one. */
export function lastName(expression: Expression): string | undefined {
  if (expression.kind === 'identifier') return expression.name
  if (expression.kind !== 'member' || expression.index.kind !== 'literal') return undefined
  return typeof expression.index.value === 'string' ? expression.index.value : undefined
}

function parseGroupBy(tokens: TokenStream): Expression[] {
  tokens.expect('BY')
  const expressions: Expression[] = []
  do expressions.push(parseExpression(tokens))
  while (tokens.take(','))
  return expressions
}

function parseOrderBy(tokens: TokenStream): OrderItem[] {
  tokens.expect('BY')
  if (tokens.is('RANK')) {
    throw new QueryError(
      'SC2005',
      'ORDER BY RANK (full text search) is not part of local Azure.',
      tokens.peek(),
    )
  }
  const items: OrderItem[] = []
  do {
    const { start } = tokens.peek()
    const expression = parseExpression(tokens)
    const span = tokens.spanFrom(start)
    const descending = tokens.take('DESC')
    if (!descending) tokens.take('ASC')
    items.push({ expression, descending, span })
  } while (tokens.take(','))
  return items
}
