/**
 * Where a query goes on: after a row, or after a number of results.
 *
 * A token only says where; what may be seen is decided anew for every page.
 */

import { badRequest } from '../errors.ts'
import { isArray, isObject, type Json } from '../json.ts'
import type { Value } from './values.ts'

/** A place in the results of a query. */
export type Position =
  | { readonly kind: 'row'; readonly seq: number; readonly ordinal: number; readonly keys: readonly Value[] }
  | { readonly kind: 'count'; readonly count: number }

/** Writes a position as ASCII, for a header. */
export function formatPosition(position: Position): string {
  if (position.kind === 'count') return JSON.stringify({ n: position.count })
  const { seq, ordinal, keys } = position
  // A key that is not there stands as an empty array.
  const token = {
    s: seq,
    d: ordinal,
    ...(keys.length > 0 ? { k: keys.map((key) => (key === undefined ? [] : [key])) } : {}),
  }
  return JSON.stringify(token).replace(/[^\x20-\x7e]/g, (character) => {
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
    const { s: seq, d: ordinal, k: keys = [] } = token
    if (isCount(seq) && isCount(ordinal) && isArray(keys) && keys.every(isArray)) {
      return { kind: 'row', seq, ordinal, keys: keys.map((key) => (key as readonly Json[])[0]) }
    }
  }
  throw badRequest('The continuation token is invalid.')
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
