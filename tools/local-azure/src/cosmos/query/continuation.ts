/**
 * Where a query goes on: after a row, or after a number of results.
 *
 * A token only says where; what may be seen is decided anew for every page. It has at most 1,024 characters, which the
 * SDK asks for in `x-ms-documentdb-responsecontinuationtokenlimitinkb` and headers have room for.
 */

import { badRequest } from '../errors.ts'
import { isArray, isObject, type Json } from '../json.ts'
import type { Value } from './values.ts'

/** A place in the results of a query. */
export type Position = RowPosition | { readonly kind: 'count'; readonly count: number }

/** After a row; in a sorted result after its sort keys, of which a long one is cut. */
export interface RowPosition {
  readonly kind: 'row'
  readonly seq: number
  readonly ordinal: number
  readonly keys: readonly Value[]
  readonly cut?: CutKey | undefined
}

/** The beginning of a sort key that is too long to be written whole, and what stood around it. */
export interface CutKey {
  /** Its type, as `typeRank` has it. */
  readonly rank: number
  readonly prefix: string
  /** Hashes of distinct sort keys of the same beginning: the row's own, then those before it, nearest first. */
  readonly before: readonly string[]
  /** Those after it, nearest first. */
  readonly after: readonly string[]
}

/** The characters of one hash. */
export const hashCharacters = 8

/** Writes a position as ASCII, for a header. */
export function formatPosition(position: Position): string {
  if (position.kind === 'count') return JSON.stringify({ n: position.count })
  const { seq, ordinal, keys, cut } = position
  return toAscii({
    s: seq,
    d: ordinal,
    // A key that is not there stands as an empty array.
    ...(keys.length > 0 ? { k: keys.map((key) => (key === undefined ? [] : [key])) } : {}),
    ...(cut ? { r: cut.rank, p: cut.prefix, b: cut.before.join(''), a: cut.after.join('') } : {}),
  })
}

/** JSON text of ASCII characters only. */
export function toAscii(value: Json): string {
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** Reads a position. Throws 400. */
export function parsePosition(text: string): Position {
  let token: unknown
  try {
    token = JSON.parse(text)
  } catch {
    token = undefined
  }
  if (isObject(token)) {
    if (isCount(token['n'])) return { kind: 'count', count: token['n'] }
    const { s: seq, d: ordinal, k: keys = [], r: rank, p: prefix, b: before, a: after } = token
    if (isCount(seq) && isCount(ordinal) && isArray(keys) && keys.every(isArray)) {
      const row = { kind: 'row', seq, ordinal, keys: keys.map((key) => (key as readonly Json[])[0]) } as const
      if (rank === undefined) return row
      if (isCount(rank) && typeof prefix === 'string' && isHashes(before) && isHashes(after)) {
        return { ...row, cut: { rank, prefix, before: split(before), after: split(after) } }
      }
    }
  }
  throw badRequest('The continuation token is invalid.')
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function isHashes(value: unknown): value is string {
  return typeof value === 'string' && value.length % hashCharacters === 0
}

function split(hashes: string): string[] {
  return Array.from({ length: hashes.length / hashCharacters }, (_, i) =>
    hashes.slice(i * hashCharacters, (i + 1) * hashCharacters),
  )
}
