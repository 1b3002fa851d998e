/**
 * ARRAY_AVG to SETUNION, and functions that make arrays.
 */

import { isArray, isObject, type Json, type JsonObject } from '../../json.ts'
import { and, or } from '../operators.ts'
import { areEqual, canonicalText, compareValues, finite, typeRank, type Value } from '../values.ts'
import { type FunctionTable, ofArray, type SqlFunction } from './function.ts'

function numbersOf(items: readonly Json[]): number[] | undefined {
  return items.every((item) => typeof item === 'number') ? [...items] : undefined
}

function ofNumbersIn(operate: (numbers: readonly number[]) => number | undefined): SqlFunction {
  return ofArray((items) => {
    const numbers = numbersOf(items)
    const result = numbers && operate(numbers)
    return result === undefined ? undefined : finite(result)
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function median(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[middle - 1], sorted[middle]]
  if (high === undefined) return undefined
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2
}

function extreme(wins: (difference: number) => boolean): SqlFunction {
  return ofArray((items) => {
    if (items.some((item) => typeRank(item) > 4)) return undefined
    return items.reduce<Value>(
      (best, item) => (best === undefined || wins(compareValues(item, best)) ? item : best),
      undefined,
    )
  })
}

function slice([items, start, length]: readonly Value[], given: number): Value {
  if (!isArray(items) || typeof start !== 'number') return undefined
  if (given === 3 && typeof length !== 'number') return undefined
  const from = start < 0 ? Math.max(0, items.length + Math.trunc(start)) : Math.trunc(start)
  if (typeof length !== 'number') return items.slice(from)
  return items.slice(from, from + Math.max(0, Math.trunc(length)))
}

// With `partial`, an object that holds all the properties asked for is enough.
function holds(items: readonly Json[], wanted: Json, partial: boolean): boolean {
  return items.some((item) => areEqual(item, wanted) || (partial && holdsProperties(item, wanted)))
}

function holdsProperties(item: Json, wanted: Json): boolean {
  if (!isObject(item) || !isObject(wanted)) return false
  return Object.keys(wanted).every((name) => Object.hasOwn(item, name) && areEqual(item[name], wanted[name]))
}

function contains([items, wanted, partial]: readonly Value[]): Value {
  if (wanted === undefined) return undefined
  return isArray(items) ? holds(items, wanted, partial === true) : undefined
}

// Joined as conditions are: what is not there leaves open only what the others do not decide.
function containing(join: (left: Value, right: Value) => Value): SqlFunction {
  return {
    arity: [2, 256],
    evaluate: ([items, ...wanted]) =>
      isArray(items)
        ? wanted
            .map((value) => (value === undefined ? undefined : holds(items, value, false)))
            .reduce<Value>(join, join === and)
        : undefined,
  }
}

function ofSets(operate: (left: readonly Json[], right: readonly Json[]) => Json[]): SqlFunction {
  return {
    arity: [2, 2],
    evaluate: ([left, right]) => (isArray(left) && isArray(right) ? operate(left, right) : undefined),
  }
}

function distinct(items: readonly Json[]): Json[] {
  return [...new Map(items.map((item) => [canonicalText(item), item] as const)).values()]
}

function objectToArray([object, keyName = 'k', valueName = 'v']: readonly Value[]): Value {
  if (!isObject(object) || typeof keyName !== 'string' || typeof valueName !== 'string') return undefined
  return Object.entries(object).map(([key, value]): JsonObject => ({ [keyName]: key, [valueName]: value }))
}

export const arrayFunctions: FunctionTable = {
  ARRAY_AVG: ofNumbersIn((numbers) => (numbers.length === 0 ? undefined : sum(numbers) / numbers.length)),
  ARRAY_CONCAT: {
    arity: [2, 256],
    evaluate: (args): Value => (args.every(isArray) ? args.flat(1) : undefined),
  },
  ARRAY_CONTAINS: { arity: [2, 3], evaluate: contains },
  ARRAY_CONTAINS_ALL: containing(and),
  ARRAY_CONTAINS_ANY: containing(or),
  ARRAY_LENGTH: ofArray((items) => items.length),
  ARRAY_MAX: extreme((difference) => difference > 0),
  ARRAY_MEDIAN: ofNumbersIn(median),
  ARRAY_MIN: extreme((difference) => difference < 0),
  ARRAY_SLICE: { arity: [2, 3], evaluate: (args) => slice(args, args.length) },
  ARRAY_SUM: ofNumbersIn(sum),
  CHOOSE: {
    arity: [2, 256],
    evaluate: ([index, ...choices]) =>
      typeof index === 'number' && Number.isInteger(index) ? choices[index - 1] : undefined,
  },
  OBJECTTOARRAY: { arity: [1, 3], evaluate: objectToArray },
  SETDIFFERENCE: ofSets((left, right) => distinct(left).filter((item) => !holds(right, item, false))),
  SETEQUAL: {
    arity: [2, 2],
    evaluate: ([left, right]) => {
      if (!isArray(left) || !isArray(right)) return undefined
      return (
        left.every((item) => holds(right, item, false)) && right.every((item) => holds(left, item, false))
      )
    },
  },
  SETINTERSECT: ofSets((left, right) => distinct(left).filter((item) => holds(right, item, false))),
  SETUNION: ofSets((left, right) => distinct([...left, ...right])),
}
