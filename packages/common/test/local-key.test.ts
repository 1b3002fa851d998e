import { isLocalKey, isLocalUrl, isLoopbackUrl, localKeyHead } from '@latchkey/common'
import { expect, test } from 'vitest'

test('knows a key of local Azure by its head, which is base64 of whole bytes', () => {
  expect(isLocalKey(`${localKeyHead}AAAA`)).toBe(true)
  expect(isLocalKey(`A${localKeyHead}`)).toBe(false)
  expect(isLocalKey('')).toBe(false)
  expect(Buffer.from(localKeyHead, 'base64').toString('base64')).toBe(localKeyHead)
})

test.for([
  'http://localhost',
  'https://localhost:4292/x?y#z',
  'http://LOCALHOST.',
  'http://127.0.0.1',
  'http://127.255.1.2:80',
  'http://127.1',
  'http://2130706433',
  'http://0x7f.1',
  'http://127.0.0.1.',
  'http://[::1]:4282',
  'http://[::ffff:127.0.0.1]',
  'http://[::ffff:127.255.255.254]:4282/x',
  'http://[0:0:0:0:0:ffff:7f00:1]',
  'ws://localhost',
])('%s is this machine', (url) => {
  for (const form of [url, new URL(url)])
    expect([isLoopbackUrl(form), isLocalUrl(form)]).toEqual([true, true])
})

test.for([
  '',
  'localhost',
  'http://',
  'http://localhost.example',
  'http://127.0.0.1.example',
  'http://example/localhost',
  'http://localhost@example',
  'http://127.0.0.1@example',
  'http://example#@localhost',
  'http://128.0.0.1',
  'http://[::ffff:8.8.8.8]',
  'http://[::ffff:128.0.0.1]',
  'http://[::2]',
  'http://10.0.0.0',
  'http://localhost.example.',
  'http://0.0.0.0.example',
  'http://xlocalhost',
  'file:///etc/hosts',
])('%s is not', (url) => {
  expect([isLoopbackUrl(url), isLocalUrl(url)]).toEqual([false, false])
})

// Where a key goes must be certain; what production refuses need only be possible.
test.for([
  'http://a.b.localhost:1',
  'http://app.localhost.',
  'http://0.0.0.0',
  'http://0',
  'http://0x0:4283',
  'http://[::]',
  'http://[::ffff:0.0.0.0]',
])('%s may be', (url) => {
  for (const form of [url, new URL(url)])
    expect([isLoopbackUrl(form), isLocalUrl(form)]).toEqual([false, true])
})
