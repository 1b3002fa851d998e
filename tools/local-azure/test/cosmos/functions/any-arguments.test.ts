/**
 * Whatever its arguments are, a function answers or refuses; it never fails.
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CosmosError } from '../../../src/cosmos/errors.ts'
import type { Json } from '../../../src/cosmos/json.ts'
import { aggregateNames } from '../../../src/cosmos/query/compile-expression.ts'
import { compileQuery } from '../../../src/cosmos/query/compiled-query.ts'
import { functions } from '../../../src/cosmos/query/functions/functions.ts'

const number = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    1,
    -1,
    2.5,
    64,
    1e6,
    -1e9,
    1e15,
    1e300,
    5e-324,
    2 ** 53,
    2 ** 63,
    -(2 ** 63),
    2 ** 64,
  ),
  // None of these comes in by JSON; nothing may rely on that.
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN),
  fc.double(),
)
const text = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    '\ud800',
    '😀',
    '[1,2',
    '{"a":1e400}',
    '(',
    '(?i)a',
    '\\',
    'x#',
    '__proto__',
    '1e400',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
)
const moments = [
  '2020-01-31T00:00:00Z',
  '9999-12-31T23:59:59.9999999Z',
  '0001-01-01',
  '0001-01-01T00:00:00+14:00',
]
const scalar = fc.oneof(number, text, fc.constantFrom(null, true, false))
// As many of each kind, so that the right ones often meet.
const argument: fc.Arbitrary<Json | undefined> = fc.oneof(
  number,
  text,
  fc.constantFrom('yyyy', 'mm', 'dd', 'ns'),
  fc.constantFrom(...moments),
  fc.oneof(
    fc.constantFrom(undefined, null, true, false),
    fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', '_rid', '__proto__'), scalar, { maxKeys: 3 }),
  ),
)

function outcome(name: string, args: readonly (Json | undefined)[]): unknown {
  const parameters = new Map<string, Json>()
  const given = args.map((value, i) => {
    if (value === undefined) return 'undefined'
    parameters.set(`@p${i}`, value)
    return `@p${i}`
  })
  const query = compileQuery({ text: `SELECT VALUE ${name}(${given.join(', ')})`, parameters }, { nowMs: 0 })
  return query.run([]).rows[0]
}

const holdsNumber = (value: unknown, test: (number: number) => boolean): boolean =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'number' && test(part) ? '!' : part,
  )?.includes('"!"') ?? false
const isEndless = (number: number): boolean => !Number.isFinite(number)

const arities = [
  ...Object.entries(functions).map(([name, { arity }]) => [name, ...arity] as const),
  ...[...aggregateNames].map((name) => [name, 1, 1] as const),
]

test.each(arities)('%s', (name, fewest, most) => {
  const args = fc.array(argument, { minLength: fewest, maxLength: Math.min(most, fewest + 3), size: 'max' })
  fc.assert(
    fc.property(args, (given) => {
      let result: unknown
      try {
        result = outcome(name, given)
      } catch (error) {
        expect(error).toBeInstanceOf(CosmosError)
      }
      // No number without end comes out unless one went in.
      if (!holdsNumber(given, isEndless)) expect(holdsNumber(result, isEndless)).toBe(false)
    }),
    { numRuns: 450 * fewest + 150 },
  )
})
