/**
 * The tokens of a query, one after the other.
 */

import { type Token, tokenize } from './lexer.ts'
import { QueryError, type Span, syntaxError } from './query-error.ts'
import type { Query } from './syntax.ts'

/** How deep expressions and subqueries may nest. */
const maxDepth = 128

/** Hands out tokens and says what was expected. */
export class TokenStream {
  readonly #tokens: readonly Token[]
  readonly #parseSelect: (tokens: TokenStream) => Query
  #at = 0
  #depth = 0

  /** `parseSelect` reads a subquery where an expression holds one. */
  constructor(text: string, parseSelect: (tokens: TokenStream) => Query) {
    this.#tokens = tokenize(text)
    this.#parseSelect = parseSelect
  }

  /** Reads a subquery. */
  subquery(): Query {
    return this.#parseSelect(this)
  }

  /** The token `ahead` of the next one. */
  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]
    if (!token) throw new QueryError('SC1001', 'The query is empty.', { start: 0, end: 0 })
    return token
  }

  next(): Token {
    const token = this.peek()
    this.#at += 1
    return token
  }

  /** Tells whether the next token is this symbol or keyword. */
  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return (token.kind === 'symbol' || token.kind === 'word') && token.upper === text
  }

  /** Takes the next token if it is this symbol or keyword. */
  take(text: string): boolean {
    if (!this.is(text)) return false
    this.#at += 1
    return true
  }

  expect(text: string): Token {
    if (!this.is(text)) throw this.unexpected()
    return this.next()
  }

  /** A name, which no reserved word is. */
  name(): Token {
    const token = this.peek()
    if (token.kind !== 'word' || reservedWords.has(token.upper)) throw this.unexpected()
    return this.next()
  }

  unexpected(): QueryError {
    const token = this.peek()
    return syntaxError(token.kind === 'end' ? 'end of query' : token.text, token)
  }

  /** From `start` to the last token taken. */
  spanFrom(start: number): Span {
    return { start, end: this.#tokens[Math.max(this.#at - 1, 0)]?.end ?? start }
  }

  /** Runs `parse` one level deeper. Throws 400 when that is too deep. */
  nested<T>(parse: () => T): T {
    this.#depth += 1
    if (this.#depth > maxDepth) throw new QueryError('SC3002', 'The query is nested too deeply.', this.peek())
    try {
      return parse()
    } finally {
      this.#depth -= 1
    }
  }
}

/** The words that name nothing. */
export const reservedWords: ReadonlySet<string> = new Set(
  `AND ARRAY AS ASC BETWEEN BY CASE CAST CONVERT CROSS DESC DISTINCT ELSE END ESCAPE EXISTS FALSE FOR FROM GROUP HAVING IN INNER
   INSERT INTO IS JOIN LEFT LIKE LIMIT NOT NULL OFFSET ON OR ORDER OUTER OVER RIGHT SELECT SET THEN TOP TRUE UDF UNDEFINED UPDATE
   VALUE WHEN WHERE WITH`
    .split(/\s+/)
    .filter((word) => word !== 'LEFT' && word !== 'RIGHT'),
)
