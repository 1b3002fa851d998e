import { decodeBase64, decodeBase64Url, decodeUtf8, encodeBase64, encodeBase64Url } from '@latchkey/common'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const bytes = fc.uint8Array({ maxLength: 300 })

test('encodes and decodes as Node’s Buffer does', () => {
  fc.assert(
    fc.property(bytes, (data) => {
      const buffer = Buffer.from(data)
      expect(encodeBase64(data)).toBe(buffer.toString('base64'))
      expect(encodeBase64Url(data)).toBe(buffer.toString('base64url'))
      expect(decodeBase64(buffer.toString('base64'))).toEqual(new Uint8Array(data))
      expect(decodeBase64Url(buffer.toString('base64url'))).toEqual(new Uint8Array(data))
    }),
  )
})

test('encodes text as UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(encodeBase64(text)).toBe(Buffer.from(text, 'utf8').toString('base64'))
    }),
  )
})

test('encodes a megabyte', () => {
  const large = new Uint8Array(1_000_000).fill(201)
  expect(encodeBase64(large)).toBe(Buffer.from(large).toString('base64'))
})

test('decodes only what encoding would produce', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'AZaz09+/-_=\n ') }), (text) => {
      const decoded = decodeBase64(text)
      if (decoded !== undefined) expect(encodeBase64(decoded)).toBe(text)
      const url = decodeBase64Url(text)
      if (url !== undefined) expect(encodeBase64Url(url)).toBe(text)
    }),
    { numRuns: 5_000 },
  )
})

// The last two bits of QR== and the last two of QUJ= say nothing: QQ== and QUI= are the canonical spellings.
test.for(['QR==', 'QUJ=', 'QQ', 'QQ=', 'Q===', 'Q Q=', 'QQ==\n', 'QQ==QQ==', '=', '====', '-_-_', 'Ñandu'])(
  'refuses the base64 %j',
  (text) => {
    expect(decodeBase64(text)).toBeUndefined()
  },
)

test.for(['QR', 'QUJ', 'QQ==', 'Q', 'Q Q', '+/+/', 'QQ\n'])('refuses the base64url %j', (text) => {
  expect(decodeBase64Url(text)).toBeUndefined()
})

test.for([
  [[0x41, 0xc3, 0xa9], 'Aé'],
  [[], ''],
  [[0xc3], undefined],
  [[0xef, 0xbb, 0xbf, 0x41], undefined],
  [[0xed, 0xa0, 0x80], undefined],
  [[0xc0, 0xaf], undefined],
] as const)('reads %j as UTF-8', ([data, text]) => {
  expect(decodeUtf8(Uint8Array.from(data))).toBe(text)
})
