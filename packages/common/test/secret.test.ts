import { format, inspect } from 'node:util'
import { AccessKeyCredential, LatchkeyError, Secret } from '@latchkey/common'
import { expect, test } from 'vitest'

const value = Buffer.from('never to be printed').toString('base64')

test.for([
  ['Secret', new Secret(value)],
  ['AccessKeyCredential', new AccessKeyCredential(value)],
] as const)('%s prints as [redacted] whichever way it is printed', ([, secret]) => {
  const printed = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    format('%s %o %j %O', secret, secret, secret, secret),
    inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
    inspect(new Error('outer', { cause: secret })),
    inspect(new LatchkeyError('outer', { code: 'ERR', cause: secret })),
    JSON.stringify(structuredClone({ secret })),
    JSON.stringify(Object.entries(secret)),
    JSON.stringify({ ...secret }),
  ]
  for (const text of printed) expect(text).not.toContain(value)
  expect(printed[0]).toBe('[redacted]')
  expect(printed[2]).toBe('{"secret":"[redacted]"}')
})

test('gives its value to who asks for it', () => {
  expect(new Secret(value).reveal()).toBe(value)
  expect(new Secret(new Uint8Array([1])).reveal()).toEqual(new Uint8Array([1]))
})
