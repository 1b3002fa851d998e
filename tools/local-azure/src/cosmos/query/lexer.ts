/**
 * Cuts a query's text into tokens.
 */

import { QueryError, type Span } from './query-error.ts'

/** A token. Words keep their spelling; `upper` is for comparing with keywords. */
export interface Token extends Span {
  readonly kind: 'word' | 'parameter' | 'number' | 'string' | 'symbol' | 'end'
  readonly text: string
  readonly upper: string
  /** The value of a number or a string. */
  readonly value: number | string
}

const patterns: readonly (readonly [kind: Token['kind'] | 'blank', pattern: RegExp])[] = [
  ['blank', /(?:\s|--[^\n]*|\/\*[\s\S]*?\*\/)+/y],
  ['word', /[A-Za-z_\p{L}][\w\p{L}$]*/uy],
  ['parameter', /@[A-Za-z_\p{L}][\w\p{L}]*/uy],
  ['number', /(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y],
  ['string', /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/y],
  ['symbol', />>>|<<|>>|<=|>=|<>|!=|\|\||\?\?|[=<>+\-*/%&|^~?:()[\]{},.]/y],
]

/** The longest query, in characters. */
export const maxQueryCharacters: number = 512 * 1024

/** Reads tokens. Throws 400 with the position of what is none. */
export function tokenize(text: string): Token[] {
  if (text.length > maxQueryCharacters)
    throw new QueryError('SC3001', 'The query text is too long.', {
      start: maxQueryCharacters,
      end: text.length,
    })
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const token = readToken(text, at)
    if (token.kind !== 'blank') tokens.push({ ...token, kind: token.kind })
    at = token.end
  }
  tokens.push({ kind: 'end', text: '', upper: '', value: '', start: at, end: at })
  return tokens
}

function readToken(
  text: string,
  at: number,
): Omit<Token, 'kind'> & { readonly kind: Token['kind'] | 'blank' } {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found === undefined) continue
    const span = { start: at, end: at + found.length }
    const upper = kind === 'word' ? found.toUpperCase() : found
    return { kind, text: found, upper, value: tokenValue(kind, found, span), ...span }
  }
  const span = { start: at, end: at + 1 }
  throw new QueryError('SC1010', `Syntax error, invalid token '${text.charAt(at)}'.`, span)
}

function tokenValue(kind: string, text: string, span: Span): number | string {
  if (kind === 'string') return unquote(text, span)
  const value = kind === 'number' ? Number(text) : ''
  if (value === Infinity)
    throw new QueryError('SC1011', `Syntax error, invalid numeric value '${text}'.`, span)
  return value
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

function unquote(text: string, span: Span): string {
  const inner = text.slice(1, -1)
  if (!inner.includes('\\')) return inner
  return inner.replace(
    /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g,
    (_, code: string | undefined, letter: string | undefined) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
      if (letter === 'u') throw new QueryError('SC1012', 'Syntax error, invalid escape sequence.', span)
      return escapes[letter ?? ''] ?? letter ?? ''
    },
  )
}
