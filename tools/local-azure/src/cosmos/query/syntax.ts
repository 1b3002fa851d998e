/**
 * The syntax tree of a query.
 */

import type { Json } from '../json.ts'
import type { Span } from './query-error.ts'

/** A scalar expression. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Json | undefined }
  | { readonly kind: 'parameter'; readonly name: string; readonly span: Span }
  | { readonly kind: 'identifier'; readonly name: string; readonly span: Span }
  | { readonly kind: 'member'; readonly object: Expression; readonly index: Expression }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly kind: 'conditional'
      readonly test: Expression
      readonly then: Expression
      readonly otherwise: Expression
    }
  | { readonly kind: 'in'; readonly needle: Expression; readonly haystack: readonly Expression[] }
  | {
      readonly kind: 'between'
      readonly value: Expression
      readonly low: Expression
      readonly high: Expression
    }
  | {
      readonly kind: 'like'
      readonly value: Expression
      readonly pattern: Expression
      readonly escape?: Expression | undefined
    }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly args: readonly Expression[]
      readonly span: Span
    }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly entries: readonly ObjectEntry[] }
  | {
      readonly kind: 'subquery'
      readonly use: 'exists' | 'array' | 'scalar'
      readonly query: Query
      readonly span: Span
    }

export interface ObjectEntry {
  readonly name: string
  readonly value: Expression
}

export type UnaryOperator = 'NOT' | '-' | '+' | '~'

export type BinaryOperator =
  | 'AND'
  | 'OR'
  | '??'
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '||'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '>>>'

/** What a query puts out for each row. */
export type Projection =
  | { readonly kind: 'star'; readonly span: Span }
  | { readonly kind: 'value'; readonly expression: Expression }
  | { readonly kind: 'list'; readonly items: readonly SelectItem[] }

export interface SelectItem {
  readonly expression: Expression
  readonly alias?: string | undefined
}

/** One source of rows. */
export interface Source {
  /** The name rows are known by. */
  readonly alias: string
  /** A path, or a subquery; absent for the container itself. */
  readonly from?: Expression | undefined
  /** True for `x IN path`: one row for each element. */
  readonly each: boolean
  readonly span: Span
}

export interface OrderItem {
  readonly expression: Expression
  readonly descending: boolean
  readonly span: Span
}

/** A number of rows. */
export interface Count {
  readonly expression: Expression
  readonly span: Span
}

/** A query. */
export interface Query {
  readonly distinct: boolean
  readonly top?: Count | undefined
  readonly projection: Projection
  /** Empty when there is no FROM. The first is the root, the others are joined. */
  readonly sources: readonly Source[]
  readonly where?: Expression | undefined
  readonly groupBy: readonly Expression[]
  readonly orderBy: readonly OrderItem[]
  readonly offset?: Count | undefined
  readonly limit?: Count | undefined
}
