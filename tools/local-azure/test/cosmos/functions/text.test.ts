// Expected values: the examples of the Azure reference, or worked out by hand.
import { describe, expect, test } from 'vitest'
import { type Cases, evaluate } from './run.ts'

const cases: Cases = [
  ['CONCAT("abc", "def")', 'abcdef'],
  ['CONCAT("a", "b", "c", "d")', 'abcd'],
  ['CONCAT("a", 1)', undefined],
  ['CONTAINS("abc", "bc")', true],
  ['CONTAINS("abc", "BC")', false],
  ['CONTAINS("abc", "BC", true)', true],
  ['CONTAINS(1, "BC")', undefined],
  ['CONTAINS_ALL_CI("The Red Fox", "red", "FOX")', true],
  ['CONTAINS_ALL_CI("The Red Fox", "red", "cat")', false],
  ['CONTAINS_ALL_CS("The Red Fox", "Red", "Fox")', true],
  ['CONTAINS_ALL_CS("The Red Fox", "red", "Fox")', false],
  ['CONTAINS_ANY_CI("The Red Fox", "cat", "FOX")', true],
  ['CONTAINS_ANY_CS("The Red Fox", "cat", "FOX")', false],
  ['CONTAINS_ANY_CS("The Red Fox", "cat", "Fox")', true],
  ['ENDSWITH("abc", "bc")', true],
  ['ENDSWITH("abc", "BC")', false],
  ['ENDSWITH("abc", "bC", true)', true],
  ['INDEX_OF("abc", "ab")', 0],
  ['INDEX_OF("abc", "c")', 2],
  ['INDEX_OF("abc", "x")', -1],
  ['INDEX_OF("abcabc", "a", 1)', 3],
  ['LASTINDEXOF("abcabc", "a")', 3],
  ['LEFT("Microsoft", 5)', 'Micro'],
  ['LEFT("ab", 0)', ''],
  ['LEFT("ab", -1)', ''],
  ['LENGTH("abc")', 3],
  ['LENGTH(undefined)', undefined],
  ['LOWER("Abc")', 'abc'],
  ['LTRIM("  abc ")', 'abc '],
  ['LTRIM("xxabcx", "x")', 'abcx'],
  ['REGEXMATCH("abcd", "A", "i")', true],
  ['REGEXMATCH("abcd", "A")', false],
  ['REGEXMATCH("a-b", "[\\\\A-]")', true],
  ['REGEXMATCH("a@b", "^[a-z\\\\@]+$")', true],
  ['REGEXMATCH("abcd", "a b", "x")', true],
  ['REGEXMATCH("ab\\ncd", "^cd", "m")', true],
  ['REGEXMATCH("a\\nb", "a.b", "s")', true],
  ['REGEXMATCH("a", "a", "ii")', true],
  ['REGEXMATCH("a", "[")', undefined],
  ['REGEXMATCH("a", "a", "z")', undefined],
  ['REGEXMATCH("555-1234", "\\\\d{3}\\\\-\\\\d{4}")', true],
  ['REGEXMATCH("555_1234", "\\\\d{3}\\\\-\\\\d{4}")', false],
  ['REGEXMATCH("a@b.c", "^[\\\\w\\\\.]+\\\\@[a\\\\-z\\\\.]+$")', false],
  ['REGEXMATCH("😀é", "^.\\\\p{L}$")', true],
  ['REGEXMATCH("{a}", "{a}")', true],
  ['REGEXMATCH("ab\\n", "\\\\Aab\\\\Z")', true],
  ['REGEXMATCH("ab\\n", "ab\\\\z")', false],
  ['REGEXMATCH("a b", "a\\\\ b # both\\n", "x")', true],
  ['REGEXMATCH("a b", "a[ ]b", "x")', true],
  ['REPLACE("This is a Test", "Test", "desk")', 'This is a desk'],
  ['REPLACE("aaa", "a", "aa")', 'aaaaaa'],
  ['REPLACE("$1", "$", "$$")', '$$1'],
  ['REPLICATE("a", 3)', 'aaa'],
  ['REPLICATE("a", -1)', undefined],
  ['LENGTH(REPLICATE("ab", 5000))', 10_000],
  ['REPLICATE("ab", 5001)', undefined],
  ['REVERSE("Abc")', 'cbA'],
  ['RIGHT("Microsoft", 4)', 'soft'],
  ['RIGHT("ab", 5)', 'ab'],
  ['RIGHT("ab", 0)', ''],
  ['RTRIM(" abc  ")', ' abc'],
  ['RTRIM("xabcxx", "x")', 'xabc'],
  ['STARTSWITH("abc", "b")', false],
  ['STARTSWITH("abc", "AB", true)', true],
  ['STRINGEQUALS("AbC", "abc")', false],
  ['STRINGEQUALS("AbC", "abc", true)', true],
  ['STRINGJOIN(["a", "b"], "-")', 'a-b'],
  ['STRINGJOIN(["a", 1], "-")', undefined],
  ['STRINGSPLIT("a,b,,c", ",")', ['a', 'b', '', 'c']],
  ['SUBSTRING("abc", 1, 1)', 'b'],
  ['SUBSTRING("abc", 0, 10)', 'abc'],
  ['SUBSTRING("abc", 5, 1)', ''],
  ['TOSTRING(1.5)', '1.5'],
  ['TOSTRING("x")', 'x'],
  ['TOSTRING(true)', 'true'],
  ['TOSTRING(null)', 'null'],
  ['TOSTRING([1, {"a": "b"}])', '[1,{"a":"b"}]'],
  ['TOSTRING(undefined)', undefined],
  ['TRIM("  abc  ")', 'abc'],
  ['TRIM("xyabcyx", "xy")', 'abc'],
  ['UPPER("Abc")', 'ABC'],
  ['STRINGTOARRAY("[1, 2]")', [1, 2]],
  ['STRINGTOARRAY("{}")', undefined],
  ['STRINGTOBOOLEAN("true")', true],
  ['STRINGTOBOOLEAN(" false ")', false],
  ['STRINGTOBOOLEAN("yes")', undefined],
  ['STRINGTONULL("null")', null],
  ['STRINGTONULL("NULL")', undefined],
  ['STRINGTONUMBER("-1.5e3")', -1500],
  ['STRINGTONUMBER("1.0.0")', undefined],
  ['STRINGTONUMBER("1e400")', undefined],
  ['STRINGTOARRAY("[{\\"a\\": -1e400}]")', undefined],
  ['STRINGTOOBJECT(\'{"a": [1]}\')', { a: [1] }],
  ['STRINGTOOBJECT("[]")', undefined],
]

describe('texts', () => {
  test.each(cases)('%s', (expression, value) => {
    expect(evaluate(expression)).toEqual(value)
  })

  const long = 'REPLICATE("a", 10000)'
  const longer = `REPLACE(REPLICATE("a", 400), "a", ${long})`
  test.each([
    [`LENGTH(${longer})`, 4_000_000],
    [`REPLACE(${long}, "a", ${long})`, undefined],
    [`CONCAT(${longer}, ${longer})`, undefined],
    [`${longer} || ${longer}`, undefined],
    [`STRINGJOIN([${longer}, ${longer}], "")`, undefined],
  ])('no text grows without end: %s', (expression, value) => {
    expect(evaluate(expression)).toBe(value)
  })

  test('LIKE takes no more than text times pattern', () => {
    const text = 'a'.repeat(4000)
    const found = evaluate(`"${text}b" LIKE "${'%a'.repeat(200)}%c"`)
    expect(found).toBe(false)
  })
})
