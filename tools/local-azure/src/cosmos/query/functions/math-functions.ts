/**
 * ABS to TRUNC.
 */

import { finite } from '../values.ts'
import { type FunctionTable, ofNumber, ofNumbers } from './function.ts'

export const mathFunctions: FunctionTable = {
  ABS: ofNumber(Math.abs),
  ACOS: ofNumber(Math.acos),
  ASIN: ofNumber(Math.asin),
  ATAN: ofNumber(Math.atan),
  ATN2: ofNumbers(Math.atan2),
  CEILING: ofNumber(Math.ceil),
  COS: ofNumber(Math.cos),
  COT: ofNumber((value) => 1 / Math.tan(value)),
  DEGREES: ofNumber((value) => (value * 180) / Math.PI),
  EXP: ofNumber(Math.exp),
  FLOOR: ofNumber(Math.floor),
  LOG: {
    arity: [1, 2],
    evaluate: ([value, base], _setting) => {
      if (typeof value !== 'number') return undefined
      if (base === undefined) return finite(Math.log(value))
      return typeof base === 'number' ? finite(Math.log(value) / Math.log(base)) : undefined
    },
  },
  LOG10: ofNumber(Math.log10),
  // One cell of a grid: the multiple of the bin's size at or below the value.
  NUMBERBIN: {
    arity: [1, 2],
    evaluate: ([value, size = 1]) => {
      if (typeof value !== 'number' || typeof size !== 'number' || size === 0) return undefined
      return finite(Math.floor(value / size) * size)
    },
  },
  PI: { arity: [0, 0], evaluate: () => Math.PI },
  POWER: ofNumbers((base, exponent) => base ** exponent),
  RADIANS: ofNumber((value) => (value * Math.PI) / 180),
  RAND: { arity: [0, 0], evaluate: () => Math.random() },
  // Halves go away from zero.
  ROUND: {
    arity: [1, 2],
    evaluate: ([value, digits = 0]) => {
      if (typeof value !== 'number' || typeof digits !== 'number') return undefined
      const scale = 10 ** digits
      return finite((Math.sign(value) * Math.round(Math.abs(value) * scale)) / scale)
    },
  },
  SIGN: ofNumber(Math.sign),
  SIN: ofNumber(Math.sin),
  SQRT: ofNumber(Math.sqrt),
  SQUARE: ofNumber((value) => value * value),
  TAN: ofNumber(Math.tan),
  TRUNC: ofNumber(Math.trunc),
}
