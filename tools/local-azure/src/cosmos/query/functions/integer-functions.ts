/**
 * INTADD to INTBITXOR: arithmetic on 64-bit whole numbers.
 */

import type { Value } from '../values.ts'
import type { FunctionTable, SqlFunction } from './function.ts'

function toInteger(value: Value): bigint | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt.asIntN(64, BigInt(value)) : undefined
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
