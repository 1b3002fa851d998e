/**
 * Queries as the differential test makes them: trees of its own.
 */

/** A JSON value. */
export type Value = null | boolean | number | string | Value[] | { [name: string]: Value }

/** One character, `%` and `_` as wildcards, a set such as `[^ab]`, or a wildcard that stands for itself: `\%`. */
export type LikePart = string

/** An expression. */
export type Tree =
  | { readonly t: 'value'; readonly value: Value }
  | { readonly t: 'absent' }
  | { readonly t: 'path'; readonly alias: string; readonly names: readonly (string | number)[] }
  | { readonly t: 'two'; readonly op: string; readonly a: Tree; readonly b: Tree }
  | { readonly t: 'not'; readonly a: Tree }
  | { readonly t: 'minus'; readonly a: Tree }
  | { readonly t: 'in'; readonly not: boolean; readonly a: Tree; readonly list: readonly Tree[] }
  | {
      readonly t: 'between'
      readonly not: boolean
      readonly a: Tree
      readonly low: Tree
      readonly high: Tree
    }
  | { readonly t: 'like'; readonly not: boolean; readonly a: Tree; readonly parts: readonly LikePart[] }
  | { readonly t: 'if'; readonly test: Tree; readonly a: Tree; readonly b: Tree }
  | { readonly t: 'call'; readonly name: string; readonly args: readonly Tree[] }
  | { readonly t: 'list'; readonly items: readonly Tree[] }
  | { readonly t: 'record'; readonly fields: readonly (readonly [string, Tree])[] }
  /** With no `use`, a scalar subquery, which has at most one result. */
  | { readonly t: 'sub'; readonly use: 'EXISTS' | 'ARRAY' | ''; readonly inner: Inner }

/** A subquery over the elements `e` of a path, or over nothing, once; with `total`, an aggregate of its values. */
export interface Inner {
  readonly over?: Tree | undefined
  readonly total?: string | undefined
  readonly put: Tree
  readonly where: Tree
}

/** What is joined: a value or the results of a subquery; with `each`, their elements. */
export interface Source {
  readonly alias?: string | undefined
  readonly each: boolean
  readonly from: Tree | Inner
}

/** What a query puts out. */
export type Put =
  | { readonly kind: 'star' }
  | { readonly kind: 'value'; readonly tree: Tree }
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [string, Tree])[] }
  | {
      readonly kind: 'group'
      readonly keys: readonly Tree[]
      readonly aggregates: readonly (readonly [string, Tree])[]
    }

/** A query over `c`: the items, or what a subquery makes of them. */
export interface Query {
  readonly from?: { readonly distinct: boolean; readonly put: Tree; readonly where: Tree } | undefined
  readonly joins: readonly Source[]
  readonly where?: Tree | undefined
  readonly put: Put
  readonly distinct: boolean
  readonly orders: readonly { readonly name: string; readonly descending: boolean }[]
  readonly window?: { readonly offset: number; readonly limit: number } | undefined
  readonly top?: number | undefined
}
