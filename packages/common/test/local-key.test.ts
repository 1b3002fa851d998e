import { isLocalKey, isLoopbackUrl, localKeyHead } from '@latchkey/common'
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
  'http://a.b.localhost:1',
  'http://127.0.0.1',
  'http://127.255.1.2:80',
  'http://127.1',
  'http://2130706433',
  'http://0x7f.1',
  'http://[::1]:4282',
  'ws://localhost',
])('%s is this machine', (url) => {
  expect(isLoopbackUrl(url)).toBe(true)
  expect(isLoopbackUrl(new URL(url))).toBe(true)
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
  'http://0.0.0.0',
  'http://[::]',
  'http://[::ffff:8.8.8.8]',
  'http://xlocalhost',
  'file:///etc/hosts',
])('%s is not', (url) => {
  expect(isLoopbackUrl(url)).toBe(false)
})
