/**
 * How values compare: JSON values, and `undefined` for what is not there.
 */

import { isArray, isObject, type Json } from '../json.ts'

/** A value in a query. */
export type Value = Json | undefined

/** The order of the types: undefined, null, false, true, number, string, array, object. */
export function typeRank(value: Value): number {
  if (value === undefined) return 0
  if (value === null) return 1
  if (typeof value === 'boolean') return 2
  if (typeof value === 'number') return 3
  if (typeof value === 'string') return 4
  return isArray(value) ? 5 : 6
}

/** Compares two values of any types, for ORDER BY, MIN and MAX. */
export function compareValues(a: Value, b: Value): number {
  const rank = typeRank(a)
  const difference = rank - typeRank(b)
  if (difference !== 0) return difference
  if (rank <= 1) return 0
  return rank <= 4 ? comparePrimitives(a, b) : comparePrimitives(canonicalText(a), canonicalText(b))
}

function comparePrimitives(a: Value, b: Value): number {
  if (a === b) return 0
  return (a as string | number | boolean) < (b as string | number | boolean) ? -1 : 1
}

/** The outcome of `<` and its kin: a number for two primitives of one type, else `undefined`. */
export function relate(a: Value, b: Value): number | undefined {
  const rank = typeRank(a)
  if (rank === 0 || rank > 4 || rank !== typeRank(b)) return undefined
  return comparePrimitives(a, b)
}

/** Tells whether two values are the same, looking into arrays and objects. */
export function areEqual(a: Value, b: Value): boolean {
  if (a === b) return true
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, i) => areEqual(item, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => Object.hasOwn(b, name) && areEqual(a[name], b[name]))
}

/** A text that two values share exactly when they are equal. */
export function canonicalText(value: Value): string {
  if (value === undefined) return 'undefined'
  if (isArray(value)) return `[${value.map(canonicalText).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`).join(',')}}`
}

/** The most characters of a text that a query makes; an item has 2 MB. */
const maxTextCharacters = 4 * 1024 * 1024

/** Texts in one; `undefined` when that is too long. */
export function joinTexts(texts: readonly string[], separator = ''): string | undefined {
  const length = texts.reduce((sum, text) => sum + text.length + separator.length, -separator.length)
  return length <= maxTextCharacters ? texts.join(separator) : undefined
}

/** A number that JSON can hold, or `undefined`. */
export function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}
