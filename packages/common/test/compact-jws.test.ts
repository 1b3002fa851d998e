import { isLatchkeyError, maxCompactJwsLength, parseCompactJws } from '@latchkey/common'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const header = part({ alg: 'HS256', typ: 'JWT' })
const signature = 'c2lnbmF0dXJl'

// RFC 7515 appendix A.1: the payload and the signing input are the RFC's own.
const example = [
  'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9',
  'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ',
  'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
].join('.')

test('takes the token of RFC 7515 apart', () => {
  const jws = parseCompactJws(example)
  expect(jws.header).toEqual({ typ: 'JWT', alg: 'HS256' })
  expect(jws.payload).toEqual({ iss: 'joe', exp: 1300819380, 'http://example.com/is_root': true })
  expect(`${jws.signingInput}.${Buffer.from(jws.signature).toString('base64url')}`).toBe(example)
})

test('takes an empty signature and nested members with one name', () => {
  const payload = { a: { x: '":"', b: [{ x: 1 }, { x: 2 }] }, x: 'a":"b', 'with "quotes": in it': 1 }
  expect(parseCompactJws(`${header}.${part(payload)}.`).payload).toEqual(payload)
})

test.for<[string, string]>([
  ['', 'segments'],
  ['a', 'segments'],
  ['a.b', 'segments'],
  [`${header}.${part({})}.${signature}.x`, 'segments'],
  [`.${part({})}.${signature}`, 'segments'],
  [`${header}..${signature}`, 'segments'],
  [` ${header}.${part({})}.${signature}`, 'header'],
  [`${header}.${part({})}.${signature}\n`, 'signature'],
  [`${header}.${part({})}.${signature}==`, 'signature'],
  [`${header}.${part({})}.QR`, 'signature'],
  [`${header}.${part({ a: 1 })}=.${signature}`, 'payload'],
  [`${part('[]')}.${part({})}.${signature}`, 'header'],
  [`${header}.${part('null')}.${signature}`, 'payload'],
  [`${header}.${part('"text"')}.${signature}`, 'payload'],
  [`${header}.${part('{"a":1')}.${signature}`, 'payload'],
  [`${header}.${part('\uFEFF{}')}.${signature}`, 'payload'],
  [
    `${header}.${Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url')}.x`,
    'signature',
  ],
  [`${header}.${Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url')}.`, 'payload'],
  [`${header}.${part('{"a":1,"a":2}')}.${signature}`, 'payload'],
  [`${header}.${part('{"o":{"a":1,"\\u0061":2}}')}.${signature}`, 'payload'],
  [`${header}.${part('{"a" : 1, "b":[{"c":1,"c":1}]}')}.${signature}`, 'payload'],
])('refuses %s for its %s', ([token, place]) => {
  try {
    parseCompactJws(token)
    expect.unreachable()
  } catch (error) {
    expect(isLatchkeyError(error, 'ERR_JWS_MALFORMED') && error.details['part']).toBe(place)
  }
})

test('a member called __proto__ is a member like any other', () => {
  const { payload } = parseCompactJws(`${header}.${part('{"__proto__":{"admin":true}}')}.${signature}`)
  expect(Object.keys(payload)).toEqual(['__proto__'])
  expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
})

test('has a longest length', () => {
  expect(() => parseCompactJws('a'.repeat(maxCompactJwsLength + 1))).toThrow(
    expect.objectContaining({ code: 'ERR_JWS_TOO_LARGE', details: { length: 8193 } }),
  )
})

test('has one spelling of every token it accepts', () => {
  const alphabet = fc.constantFrom(...'AQgwZz09-_.=+/ \n')
  fc.assert(
    fc.property(fc.nat(example.length - 1), alphabet, (at, character) => {
      const changed = example.slice(0, at) + character + example.slice(at + 1)
      let same: string | undefined
      try {
        const { signature: code, signingInput } = parseCompactJws(changed)
        same = `${signingInput}.${Buffer.from(code).toString('base64url')}`
      } catch (error) {
        expect(isLatchkeyError(error)).toBe(true)
      }
      if (same !== undefined) expect(same).toBe(changed)
    }),
    { numRuns: 2_000 },
  )
})
