/**
 * INTADD to INTBITXOR: arithmetic on 64-bit whole numbers.
 */

import type { Value } from '../values.ts'
import type { FunctionTable, SqlFunction } from './function.ts'

// Values are doubles, and 2^63 is the one nearest to the largest whole number of 64 bits: that is what it stands for.
function toInteger(value: Value): bigint | undefined {
  if (typeof value !== 'number' || !isInteger(value)) return undefined
  return value === 2 ** 63 ? 2n ** 63n - 1n : BigInt(value)
}

/** Tells whether a value is a whole number of 64 bits. */
export function isInteger(value: Value): boolean {
  return Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 63
}

function ofIntegers(operate: (left: bigint, right: bigint) => bigint | undefined): SqlFunction {
  return {
    arity: [2, 2],
    evaluate: ([a, b]) => {
      const [left, right] = [toInteger(a), toInteger(b)]
      const result = left === undefined || right === undefined ? undefined : operate(left, right)
      return result === undefined ? undefined : Number(BigInt.asIntN(64, result))
    },
  }
}

// A shift by less than nothing, or by more than there are bits, has no outcome.
function shiftable(bits: bigint): boolean {
  return bits >= 0n && bits < 64n
}

export const integerFunctions: FunctionTable = {
  INTADD: ofIntegers((left, right) => left + right),
  INTBITAND: ofIntegers((left, right) => left & right),
  INTBITLEFTSHIFT: ofIntegers((left, right) => (shiftable(right) ? left << right : undefined)),
  INTBITNOT: {
    arity: [1, 1],
    evaluate: ([value]) => {
      const integer = toInteger(value)
      return integer === undefined ? undefined : Number(~integer)
    },
  },
  INTBITOR: ofIntegers((left, right) => left | right),
  INTBITRIGHTSHIFT: ofIntegers((left, right) => (shiftable(right) ? left >> right : undefined)),
  INTBITXOR: ofIntegers((left, right) => left ^ right),
  INTDIV: ofIntegers((left, right) => (right === 0n ? undefined : left / right)),
  INTMOD: ofIntegers((left, right) => (right === 0n ? undefined : left % right)),
  INTMUL: ofIntegers((left, right) => left * right),
  INTSUB: ofIntegers((left, right) => left - right),
}
