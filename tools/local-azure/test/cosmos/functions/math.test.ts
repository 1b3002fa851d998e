// Expected values: the examples of the Azure reference, or worked out by hand.
import { describe, expect, test } from 'vitest'
import { type Cases, evaluate, run } from './run.ts'

const cases: Cases = [
  ['ABS(-1.5)', 1.5],
  ['ABS("x")', undefined],
  ['ACOS(-1)', Math.PI],
  ['ACOS(2)', undefined],
  ['ASIN(-1)', -1.5707963267948966],
  ['ATAN(-45.01)', -1.5485826962062663],
  ['ATN2(1, 1)', 0.7853981633974483],
  ['CEILING(123.45)', 124],
  ['CEILING(-123.45)', -123],
  ['COS(0)', 1],
  ['COT(124.1332)', -0.040311998371148884],
  ['DEGREES(PI() / 2)', 90],
  ['EXP(0)', 1],
  ['EXP(1)', Math.E],
  ['FLOOR(123.45)', 123],
  ['FLOOR(-123.45)', -124],
  ['INTADD(20, 10)', 30],
  ['INTADD(20.5, 10)', undefined],
  ['INTADD(9007199254740991, 1)', 9007199254740992],
  ['INTADD(9223372036854775807, 0)', 2 ** 63],
  ['INTADD(9223372036854775807, 1)', -(2 ** 63)],
  ['INTADD(1e300, 1)', undefined],
  ['INTBITAND(15, 25)', 9],
  ['INTBITLEFTSHIFT(16, 4)', 256],
  ['INTBITLEFTSHIFT(16, -1)', undefined],
  ['INTBITNOT(65535)', -65536],
  ['INTBITOR(56, 100)', 124],
  ['INTBITRIGHTSHIFT(16, 4)', 1],
  ['INTBITXOR(56, 100)', 92],
  ['INTDIV(10, 3)', 3],
  ['INTDIV(-10, 3)', -3],
  ['INTDIV(10, 0)', undefined],
  ['INTMOD(12, 5)', 2],
  ['INTMOD(-12, 5)', -2],
  ['INTMUL(5, 2)', 10],
  ['INTSUB(25, 50)', -25],
  ['LOG(1)', 0],
  ['LOG(8, 2)', 3],
  ['LOG(-1)', undefined],
  ['LOG10(100)', 2],
  ['NUMBERBIN(37.752, 10)', 30],
  ['NUMBERBIN(37.752)', 37],
  ['NUMBERBIN(-37.752, 10)', -40],
  ['NUMBERBIN(37.752, 0)', undefined],
  ['PI()', Math.PI],
  ['POWER(2, 3)', 8],
  ['POWER(0, -1)', undefined],
  ['RADIANS(-45.01)', -0.7855726963226477],
  ['ROUND(2.4)', 2],
  ['ROUND(2.5)', 3],
  ['ROUND(-2.5)', -3],
  ['ROUND(2.345, 1)', 2.3],
  ['SIGN(-2)', -1],
  ['SIGN(0)', 0],
  ['SIN(0)', 0],
  ['SQRT(9)', 3],
  ['SQRT(-1)', undefined],
  ['SQUARE(3)', 9],
  ['TAN(0)', 0],
  ['TRUNC(2.6)', 2],
  ['TRUNC(-2.6)', -2],
  ['1 / 0', undefined],
]

describe('numbers', () => {
  test.each(cases)('%s', (expression, value) => {
    const found = evaluate(expression)
    if (typeof value === 'number' && typeof found === 'number') expect(found).toBeCloseTo(value, 12)
    else expect(found).toEqual(value)
  })

  test('RAND is at least 0 and below 1, and not always the same', () => {
    const [values] = run('SELECT VALUE [RAND(), RAND(), RAND()] FROM c') as [number[]]
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    expect(new Set(values).size).toBeGreaterThan(1)
  })
})
