import {
  isKeyCredential as isAzureKeyCredential,
  parseConnectionString as parseAsAzure,
} from '@azure/communication-common'
import {
  AccessKeyCredential,
  isKeyCredential,
  LatchkeyError,
  localKeyHead,
  parseClientArguments,
  parseConnectionString,
} from '@latchkey/common'
import fc from 'fast-check'
import { expect, test } from 'vitest'

// Without padding, so that nothing in its form gives it away.
const key = Buffer.from('never to be printed!!').toString('base64')
const endpoint = 'https://r.communication.azure.com/'

function codeOf(call: () => unknown): string {
  try {
    call()
    return 'ok'
  } catch (error) {
    expect(error).toBeInstanceOf(LatchkeyError)
    const { cause, code, details, message, stack } = error as LatchkeyError
    expect([message, stack, JSON.stringify(details), String(cause)].join()).not.toContain(key)
    return code
  }
}

test.for([
  `endpoint=${endpoint};accesskey=${key}`,
  `endpoint=${endpoint};accesskey=${key};`,
  `accesskey=${key};endpoint=${endpoint}`,
  ` Endpoint = ${endpoint} ; AccessKey = ${key} ; `,
  `ENDPOINT=${endpoint};ACCESSKEY=${key}\n`,
])('reads %s', (text) => {
  const parsed = parseConnectionString(text)
  expect(parsed.endpoint).toBe(endpoint)
  expect(parsed.credential.key).toBe(key)
})

test('reads what Azure reads, to the same endpoint and key', () => {
  const hosts = fc.domain().map((host) => `https://${host}`)
  const keys = fc
    .uint8Array({ minLength: 1, maxLength: 66 })
    .map((bytes) => Buffer.from(bytes).toString('base64'))
  fc.assert(
    fc.property(hosts, fc.constantFrom('', '/'), keys, (host, slash, generated) => {
      const text = `endpoint=${host}${slash};accesskey=${generated}`
      const theirs = parseAsAzure(text)
      const ours = parseConnectionString(text)
      expect([ours.endpoint, ours.credential.key]).toEqual([theirs.endpoint, theirs.credential.key])
    }),
  )
})

test.for([
  ['', 'ERR_CONNECTION_STRING'],
  [';', 'ERR_CONNECTION_STRING'],
  ['endpoint=', 'ERR_CONNECTION_STRING'],
  [`endpoint=${endpoint}`, 'ERR_CONNECTION_STRING'],
  [`accesskey=${key}`, 'ERR_CONNECTION_STRING'],
  [`endpoint=${endpoint};accesskey=`, 'ERR_CONNECTION_STRING'],
  [`endpoint=${endpoint};accesskey=${key}!`, 'ERR_CONNECTION_STRING'],
  [`endpoint=${endpoint};accesskey=${key};accesskey=${key}`, 'ERR_CONNECTION_STRING'],
  [`endpoint=${endpoint};endpoint=${endpoint};accesskey=${key}`, 'ERR_CONNECTION_STRING'],
  [`endpoint=${endpoint};accesskey=${key};other=1`, 'ERR_CONNECTION_STRING'],
  [`xendpoint=${endpoint};accesskey=${key}`, 'ERR_CONNECTION_STRING'],
  [`endpoint=${endpoint};accesskey=${key};;`, 'ERR_CONNECTION_STRING'],
  [`endpoint=http://r.example;accesskey=${key}`, 'ERR_ENDPOINT'],
  [`endpoint=ftp://r.example;accesskey=${key}`, 'ERR_ENDPOINT'],
  [`endpoint=httpsx://r.example;accesskey=${key}`, 'ERR_ENDPOINT'],
  [`endpoint=javascript:alert(1);accesskey=${key}`, 'ERR_ENDPOINT'],
  [`endpoint=r.example;accesskey=${key}`, 'ERR_ENDPOINT'],
  [`endpoint=https://r.example/path;accesskey=${key}`, 'ERR_ENDPOINT'],
  [`endpoint=https://r.example?q=1;accesskey=${key}`, 'ERR_ENDPOINT'],
  [`endpoint=https://user:${key}@r.example;accesskey=${key}`, 'ERR_ENDPOINT'],
  [`endpoint=https://r.example/${key};accesskey=${key}`, 'ERR_ENDPOINT'],
  [`endpoint=http://localhost.evil.example;accesskey=${key}`, 'ERR_ENDPOINT'],
] as const)('refuses %s as %s', ([text, code]) => {
  expect(codeOf(() => parseConnectionString(text))).toBe(code)
  expect(codeOf(() => parseClientArguments(text, {}))).toBe(code)
})

test.for(['http://127.0.0.1:4282', 'http://localhost:4282/', 'http://[::1]:4282', 'https://localhost:4292/'])(
  'takes %s, which is this machine',
  (local) => {
    expect(parseConnectionString(`endpoint=${local};accesskey=${key}`).endpoint).toBe(local)
  },
)

test('keeps keys of local Azure on this machine', () => {
  const localKey = localKeyHead + key
  expect(parseConnectionString(`endpoint=http://127.0.0.1:1;accesskey=${localKey}`).credential.key).toBe(
    localKey,
  )
  const away = `endpoint=${endpoint};accesskey=${localKey}`
  expect(codeOf(() => parseConnectionString(away))).toBe('ERR_LOCAL_KEY')
  expect(codeOf(() => parseClientArguments(endpoint, { key: localKey }))).toBe('ERR_LOCAL_KEY')
})

test('takes an endpoint with a key or a token credential, and gives both back untouched', () => {
  const tokens = { getToken: async () => null }
  const credential = new AccessKeyCredential(key)
  expect(parseClientArguments(endpoint, credential)).toEqual({ url: endpoint, credential })
  expect(parseClientArguments(endpoint, tokens).credential).toBe(tokens)
  expect(parseClientArguments(`endpoint=${endpoint};accesskey=${key}`).url).toBe(endpoint)
  expect(() => parseClientArguments('ftp://r.example', { key })).toThrow(
    'Invalid endpoint url ftp://r.example',
  )
  expect(codeOf(() => parseClientArguments(`endpoint=${endpoint};accesskey=${key}`, { key }))).toBe(
    'ERR_ENDPOINT',
  )
})

test('tells key credentials from others', () => {
  expect(isKeyCredential({ key })).toBe(true)
  expect(isKeyCredential(new AccessKeyCredential(key))).toBe(true)
  for (const other of [undefined, null, '', 0, {}, { key: 1 }, { key, getToken: () => null }, 'key']) {
    expect(isKeyCredential(other)).toBe(isAzureKeyCredential(other))
    expect(isKeyCredential(other)).toBeFalsy()
  }
})

test('Azure prints the key, and takes a broken endpoint', () => {
  expect(() => parseAsAzure(`accesskey=${key};endpoint=${endpoint}`)).toThrow(key)
  expect(parseAsAzure(`xendpoint=${endpoint};other=1;accesskey=${key};`).endpoint).toContain('other=1')
})
