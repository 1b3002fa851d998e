// Expected values: the examples of the Azure reference, or worked out by hand.
import { describe, expect, test } from 'vitest'
import { type Cases, evaluate } from './run.ts'

const cases: Cases = [
  ['ARRAY_AVG([1, 2, 3, 4])', 2.5],
  ['ARRAY_AVG([])', undefined],
  ['ARRAY_AVG([1, "x"])', undefined],
  ['ARRAY_CONCAT([1], [2, 3], [[4]])', [1, 2, 3, [4]]],
  ['ARRAY_CONCAT([1], 2)', undefined],
  ['ARRAY_CONTAINS(["a", "b"], "b")', true],
  ['ARRAY_CONTAINS(["a", "b"], "x")', false],
  ['ARRAY_CONTAINS("a", "a")', undefined],
  ['ARRAY_CONTAINS([{"a": 1, "b": 2}], {"a": 1})', false],
  ['ARRAY_CONTAINS([{"a": 1, "b": 2}], {"a": 1}, true)', true],
  ['ARRAY_CONTAINS([{"a": 1}], {"a": 1, "b": 2}, true)', false],
  ['ARRAY_CONTAINS_ALL([1, 2, 3], 1, 3)', true],
  ['ARRAY_CONTAINS_ALL([1, 2, 3], 1, 4)', false],
  ['ARRAY_CONTAINS_ANY([1, 2, 3], 4, 3)', true],
  ['ARRAY_CONTAINS_ANY([1, 2, 3], 4, 5)', false],
  ['ARRAY_LENGTH([70, 86, 92])', 3],
  ['ARRAY_LENGTH("abc")', undefined],
  ['ARRAY_MAX([1, 5, 3])', 5],
  ['ARRAY_MAX([1, "a", null])', 'a'],
  ['ARRAY_MAX([])', undefined],
  ['ARRAY_MEDIAN([3, 1, 2])', 2],
  ['ARRAY_MEDIAN([4, 1, 2, 3])', 2.5],
  ['ARRAY_MEDIAN([])', undefined],
  ['ARRAY_MIN([4, 5, 3])', 3],
  ['ARRAY_MIN([[1]])', undefined],
  ['ARRAY_SLICE([70, 86, 92, 99, 85, 82], 1)', [86, 92, 99, 85, 82]],
  ['ARRAY_SLICE([70, 86, 92, 99, 85, 82], 1, 2)', [86, 92]],
  ['ARRAY_SLICE([70, 86, 92, 99, 85, 82], -2)', [85, 82]],
  ['ARRAY_SLICE([70, 86, 92], 0, 0)', []],
  ['ARRAY_SLICE([70, 86, 92], 0, -1)', []],
  ['ARRAY_SUM([1, 2, 3])', 6],
  ['ARRAY_SUM([])', 0],
  ['CHOOSE(2, "abc", 1, true)', 1],
  ['CHOOSE(0, "abc")', undefined],
  ['CHOOSE(5, "abc")', undefined],
  [
    'OBJECTTOARRAY({"a": 1, "b": "x"})',
    [
      { k: 'a', v: 1 },
      { k: 'b', v: 'x' },
    ],
  ],
  ['OBJECTTOARRAY({"a": 1}, "name", "value")', [{ name: 'a', value: 1 }]],
  ['OBJECTTOARRAY([1])', undefined],
  ['SETDIFFERENCE([1, 2, 2, 3], [3])', [1, 2]],
  ['SETEQUAL([1, 2], [2, 1, 1])', true],
  ['SETEQUAL([1, 2], [2])', false],
  ['SETINTERSECT([1, 2, 2, 3], [2, 3, 4])', [2, 3]],
  ['SETUNION([1, 2, 2], [2, 3])', [1, 2, 3]],
  ['SETUNION([{"a": 1, "b": 2}], [{"b": 2, "a": 1}])', [{ a: 1, b: 2 }]],
  ['IIF(true, 123, 456)', 123],
  ['IIF("ABC", 123, 456)', 456],
  ['IIF(undefined, 123, 456)', 456],
  ['IS_ARRAY([1])', true],
  ['IS_ARRAY({})', false],
  ['IS_BOOL(false)', true],
  ['IS_BOOL("false")', false],
  ['IS_DEFINED(null)', true],
  ['IS_DEFINED(c.none)', false],
  ['IS_FINITE_NUMBER(1.5)', true],
  ['IS_FINITE_NUMBER("1")', false],
  ['IS_INTEGER(1)', true],
  ['IS_INTEGER(1.0)', true],
  ['IS_INTEGER(1.5)', false],
  ['IS_INTEGER(1e300)', false],
  ['IS_INTEGER(-9223372036854775808)', true],
  ['IS_INTEGER(9223372036854775807)', true],
  ['IS_INTEGER(18446744073709551615)', false],
  ['IS_NULL(null)', true],
  ['IS_NULL(undefined)', false],
  ['IS_NUMBER(1)', true],
  ['IS_NUMBER("1")', false],
  ['IS_OBJECT({})', true],
  ['IS_OBJECT([])', false],
  ['IS_OBJECT(null)', false],
  ['IS_PRIMITIVE(null)', true],
  ['IS_PRIMITIVE("x")', true],
  ['IS_PRIMITIVE([])', false],
  ['IS_PRIMITIVE(undefined)', false],
  ['IS_STRING("x")', true],
  ['IS_STRING(1)', false],
]

describe('arrays, sets and types', () => {
  test.each(cases)('%s', (expression, value) => {
    expect(evaluate(expression)).toEqual(value)
  })

  test('DOCUMENTID is the number in the resource id', () => {
    // 8 bytes of the container, then 7 in little-endian order.
    const rid = Buffer.from([1, 2, 3, 4, 0x80, 6, 7, 8, 7, 0, 0, 0, 0, 0, 0, 0]).toString('base64')
    expect(evaluate('DOCUMENTID(c)', { id: 'a', _rid: rid })).toBe(7)
    expect(evaluate('DOCUMENTID("x")')).toBeUndefined()
  })
})
