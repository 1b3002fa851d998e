/**
 * Functions and aggregates in the plainest way.
 */

import { absent, distinct, type Found, inOrder, kind, present, same } from './naive-values.ts'
import type { Value } from './tree.ts'

type Call = (...args: readonly Found[]) => Found

/** The name and the number of arguments of each function there is. */
export const arities: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'ABS LENGTH UPPER LOWER REVERSE FLOOR SIGN TRIM TOSTRING'.split(' ').map((name) => [name, 1]),
  ),
  ...Object.fromEntries(
    'DEFINED NUMBER STRING NULL BOOL ARRAY OBJECT PRIMITIVE INTEGER'
      .split(' ')
      .map((name) => [`IS_${name}`, 1]),
  ),
  ...Object.fromEntries('LENGTH SUM AVG MIN MAX'.split(' ').map((name) => [`ARRAY_${name}`, 1])),
  ...Object.fromEntries(
    'CONTAINS STARTSWITH ENDSWITH CONCAT INDEX_OF LEFT RIGHT'.split(' ').map((name) => [name, 2]),
  ),
  ...Object.fromEntries(
    'ARRAY_CONTAINS ARRAY_CONCAT ARRAY_SLICE SETUNION SETINTERSECT STRINGSPLIT'
      .split(' ')
      .map((name) => [name, 2]),
  ),
  ...Object.fromEntries(
    'SUBSTRING REPLACE IIF STRINGEQUALS ARRAY_CONTAINS_ANY'.split(' ').map((name) => [name, 3]),
  ),
}

const isText = (value: Found): value is string => typeof value === 'string'
const isNumber = (value: Found): value is number => typeof value === 'number'

function onText(call: (text: string) => Value): Call {
  return (a) => (isText(a ?? null) ? call(a as string) : absent)
}

function onTexts(call: (a: string, b: string) => Value): Call {
  return (a = absent, b = absent) => (isText(a) && isText(b) ? call(a, b) : absent)
}

function onNumber(call: (number: number) => number): Call {
  return (a = absent) => (isNumber(a) ? call(a) : absent)
}

function onArray(call: (items: Value[]) => Found): Call {
  return (a = absent) => (Array.isArray(a) ? call(a) : absent)
}

function onArrays(call: (a: Value[], b: Value[]) => Value): Call {
  return (a = absent, b = absent) => (Array.isArray(a) && Array.isArray(b) ? call(a, b) : absent)
}

function part(text: string, from: number, length: number): string {
  return text
    .split('')
    .filter((_, i) => i >= from && i < from + length)
    .join('')
}

const kinds: Readonly<Record<string, readonly number[]>> = {
  NULL: [1],
  BOOL: [2],
  NUMBER: [4],
  STRING: [5],
  ARRAY: [6],
  OBJECT: [7],
  PRIMITIVE: [1, 2, 4, 5],
  DEFINED: [1, 2, 4, 5, 6, 7],
}

const calls: Readonly<Record<string, Call>> = {
  ...Object.fromEntries(
    Object.entries(kinds).map(([name, of]) => [`IS_${name}`, (a: Found = absent) => of.includes(kind(a))]),
  ),
  IS_INTEGER: (a = absent) => isNumber(a) && a % 1 === 0,
  ABS: onNumber((number) => (number < 0 ? -number : number)),
  FLOOR: onNumber((number) => number - (((number % 1) + 1) % 1)),
  SIGN: onNumber((number) => (number > 0 ? 1 : number < 0 ? -1 : 0)),
  LENGTH: onText((text) => text.length),
  UPPER: onText((text) => text.toUpperCase()),
  LOWER: onText((text) => text.toLowerCase()),
  REVERSE: onText((text) => text.split('').reverse().join('')),
  TRIM: onText((text) => text.replace(/^\s+|\s+$/g, '')),
  TOSTRING: (a = absent) => (a === absent || isText(a) ? a : JSON.stringify(a)),
  CONTAINS: onTexts((a, b) => a.split(b).length > 1 || b === ''),
  STARTSWITH: onTexts((a, b) => part(a, 0, b.length) === b),
  ENDSWITH: onTexts((a, b) => b.length <= a.length && part(a, a.length - b.length, b.length) === b),
  CONCAT: onTexts((a, b) => a + b),
  INDEX_OF: onTexts((a, b) => {
    for (let i = 0; i <= a.length; i += 1)
      if (i + b.length <= a.length && part(a, i, b.length) === b) return i
    return -1
  }),
  LEFT: (a = absent, b = absent) => (isText(a) && isNumber(b) ? part(a, 0, Math.trunc(b)) : absent),
  RIGHT: (a = absent, b = absent) =>
    isText(a) && isNumber(b)
      ? part(a, Math.max(0, a.length - Math.trunc(b)), Math.max(0, Math.trunc(b)))
      : absent,
  SUBSTRING: (a = absent, b = absent, c = absent) =>
    isText(a) && isNumber(b) && isNumber(c) ? part(a, Math.max(0, Math.trunc(b)), Math.trunc(c)) : absent,
  REPLACE: (a = absent, b = absent, c = absent) =>
    isText(a) && isText(b) && isText(c) ? (b === '' ? a : a.split(b).join(c)) : absent,
  IIF: (a = absent, b = absent, c = absent) => (a === true ? b : c),
  STRINGEQUALS: (a = absent, b = absent, c = absent) => {
    if (!isText(a) || !isText(b)) return absent
    return c === true ? a.toLowerCase() === b.toLowerCase() : a === b
  },
  STRINGSPLIT: onTexts((a, b) => (b === '' ? [a] : a.split(b))),
  ARRAY_LENGTH: onArray((items) => items.length),
  ARRAY_SUM: onArray((items) => total(items)),
  ARRAY_AVG: onArray((items) => (items.length === 0 ? absent : mean(items))),
  ARRAY_MIN: onArray((items) => aggregate('MIN', items)),
  ARRAY_MAX: onArray((items) => aggregate('MAX', items)),
  ARRAY_CONTAINS: (a = absent, b = absent) =>
    Array.isArray(a) && b !== absent ? a.some((element) => same(element, b)) : absent,
  ARRAY_CONTAINS_ANY: (a = absent, ...wanted) => {
    if (!Array.isArray(a)) return absent
    if (wanted.some((value) => a.some((element) => same(element, value)))) return true
    return wanted.includes(absent) ? absent : false
  },
  ARRAY_CONCAT: onArrays((a, b) => [...a, ...b]),
  ARRAY_SLICE: (a = absent, b = absent) => {
    if (!Array.isArray(a) || !isNumber(b)) return absent
    const from = Math.trunc(b) < 0 ? a.length + Math.trunc(b) : Math.trunc(b)
    return a.filter((_, i) => i >= from)
  },
  SETUNION: onArrays((a, b) => distinct([...a, ...b])),
  SETINTERSECT: onArrays((a, b) => distinct(a.filter((x) => b.some((y) => same(x, y))))),
}

/** The outcome of a function. */
export function call(name: string, args: readonly Found[]): Found {
  const result = calls[name]?.(...args)
  if (result === undefined) throw new Error(`The plain evaluator knows no ${name}.`)
  return result
}

function total(values: readonly Value[]): Found {
  let sum = 0
  for (const value of values) {
    if (!isNumber(value)) return absent
    sum += value
  }
  return sum
}

function mean(values: readonly Value[]): Found {
  const sum = total(values)
  return isNumber(sum) ? sum / values.length : absent
}

export const aggregates = ['COUNT', 'SUM', 'AVG', 'MIN', 'MAX', 'COUNTIF', 'MAKELIST', 'MAKESET'] as const

/** The outcome of an aggregate over the values of all rows. */
export function aggregate(name: string, all: readonly Found[]): Found {
  const values = present(all)
  switch (name) {
    case 'COUNT':
      return values.length
    case 'COUNTIF':
      return values.filter((value) => value === true).length
    case 'MAKELIST':
      return values
    case 'MAKESET':
      return distinct(values)
    case 'SUM':
      return total(values)
    case 'AVG':
      return values.length === 0 ? absent : mean(values)
    default: {
      if (values.length === 0 || values.some((value) => kind(value) > 5)) return absent
      const sorted = values.toSorted(inOrder)
      return (name === 'MIN' ? sorted[0] : sorted.at(-1)) as Found
    }
  }
}
