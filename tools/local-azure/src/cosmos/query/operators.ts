/**
 * The operators. What is not there, or of the wrong type, makes the outcome `undefined`.
 */

import type { BinaryOperator, UnaryOperator } from './syntax.ts'
import { areEqual, finite, joinTexts, relate, type Value } from './values.ts'

type Operate = (left: Value, right: Value) => Value

function arithmetic(operate: (left: number, right: number) => number): Operate {
  return (left, right) =>
    typeof left === 'number' && typeof right === 'number' ? finite(operate(left, right)) : undefined
}

function relational(holds: (difference: number) => boolean): Operate {
  return (left, right) => {
    const difference = relate(left, right)
    return difference === undefined ? undefined : holds(difference)
  }
}

/** The operators whose two sides are always both evaluated. */
export const binaryOperators: Readonly<Record<Exclude<BinaryOperator, 'AND' | 'OR' | '??'>, Operate>> = {
  '=': (left, right) => (left === undefined || right === undefined ? undefined : areEqual(left, right)),
  '!=': (left, right) => (left === undefined || right === undefined ? undefined : !areEqual(left, right)),
  '<': relational((difference) => difference < 0),
  '<=': relational((difference) => difference <= 0),
  '>': relational((difference) => difference > 0),
  '>=': relational((difference) => difference >= 0),
  '||': (left, right) =>
    typeof left === 'string' && typeof right === 'string' ? joinTexts([left, right]) : undefined,
  '+': arithmetic((left, right) => left + right),
  '-': arithmetic((left, right) => left - right),
  '*': arithmetic((left, right) => left * right),
  '/': arithmetic((left, right) => left / right),
  '%': arithmetic((left, right) => left % right),
  '&': arithmetic((left, right) => left & right),
  '|': arithmetic((left, right) => left | right),
  '^': arithmetic((left, right) => left ^ right),
  '<<': arithmetic((left, right) => left << right),
  '>>': arithmetic((left, right) => left >> right),
  '>>>': arithmetic((left, right) => left >>> right),
}

export const unaryOperators: Readonly<Record<UnaryOperator, (operand: Value) => Value>> = {
  NOT: (operand) => (typeof operand === 'boolean' ? !operand : undefined),
  '-': (operand) => (typeof operand === 'number' ? -operand : undefined),
  '+': (operand) => (typeof operand === 'number' ? operand : undefined),
  '~': (operand) => (typeof operand === 'number' ? ~operand : undefined),
}

/** AND of three truth values: false wins over undefined. */
export function and(left: Value, right: Value): Value {
  if (left === false || right === false) return false
  return left === true && right === true ? true : undefined
}

/** OR of three truth values: true wins over undefined. */
export function or(left: Value, right: Value): Value {
  if (left === true || right === true) return true
  return left === false && right === false ? false : undefined
}
