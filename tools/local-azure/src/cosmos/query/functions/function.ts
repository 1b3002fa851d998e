/**
 * What a built-in function is, and the makings of the usual kinds.
 */

import { isArray, type Json } from '../../json.ts'
import type { QuerySetting } from '../scope.ts'
import { finite, type Value } from '../values.ts'

/** A built-in function. */
export interface SqlFunction {
  /** The fewest and the most arguments. */
  readonly arity: readonly [fewest: number, most: number]
  /** Throws nothing: arguments that do not fit give `undefined`. */
  readonly evaluate: (args: readonly Value[], setting: QuerySetting) => Value
}

/** Functions by their name in upper case. */
export type FunctionTable = Readonly<Record<string, SqlFunction>>

/** A function of one number. */
export function ofNumber(operate: (value: number) => number): SqlFunction {
  return {
    arity: [1, 1],
    evaluate: ([value]) => (typeof value === 'number' ? finite(operate(value)) : undefined),
  }
}

/** A function of two numbers. */
export function ofNumbers(operate: (left: number, right: number) => number): SqlFunction {
  return {
    arity: [2, 2],
    evaluate: ([left, right]) =>
      typeof left === 'number' && typeof right === 'number' ? finite(operate(left, right)) : undefined,
  }
}

/** A function of one string. */
export function ofString(operate: (text: string) => Value): SqlFunction {
  return { arity: [1, 1], evaluate: ([text]) => (typeof text === 'string' ? operate(text) : undefined) }
}

/** A function of a string and a number. */
export function ofStringAndNumber(operate: (text: string, number: number) => Value): SqlFunction {
  return {
    arity: [2, 2],
    evaluate: ([text, number]) =>
      typeof text === 'string' && typeof number === 'number' ? operate(text, number) : undefined,
  }
}

/** A function of one array. */
export function ofArray(operate: (items: readonly Json[]) => Value): SqlFunction {
  return { arity: [1, 1], evaluate: ([items]) => (isArray(items) ? operate(items) : undefined) }
}

/** A function that tells whether a value is of some kind; false for what is not there. */
export function test(holds: (value: Value) => boolean): SqlFunction {
  return { arity: [1, 1], evaluate: ([value]) => holds(value) }
}
