/** What a caller without types may get wrong: refused at once, in words that name the argument. */

import { createManualClock } from '@latchkey/common/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as identity from '../src/index.ts'
import { CommunicationIdentityClient, CommunicationUserDirectory, createMemoryStore } from '../src/index.ts'
import { type ScriptedService, startScriptedService, token, user } from './scripted-service.ts'

// The package as JavaScript sees it.
type Untyped = Readonly<
  Record<string, (new (...given: unknown[]) => unknown) & ((...given: unknown[]) => unknown)>
>
const plain = identity as unknown as Untyped

const endpoint = 'https://contoso.communication.azure.com'
const connectionString = `endpoint=${endpoint};accesskey=AAAA`
const client = new CommunicationIdentityClient(connectionString)
const store = createMemoryStore()
const directory = new CommunicationUserDirectory({ client, store })
const authenticate = (): undefined => undefined

let service: ScriptedService
beforeAll(async () => {
  service = await startScriptedService()
})
afterAll(() => service.close())

describe('a client is not made', () => {
  const Client = plain['CommunicationIdentityClient'] as Untyped[string]
  test.for<[string, unknown[], string]>([
    ['of an endpoint alone', [endpoint], 'credential'],
    ['of a credential that is missing', [endpoint, undefined], 'credential'],
    ['of a credential without key and getToken', [endpoint, { accessKey: 'AAAA' }], 'credential'],
    ['of a key that is no text', [endpoint, { key: 5 }], 'credential'],
    ['of a getToken that is no function', [endpoint, { getToken: 'x' }], 'credential'],
    ['with options that are none', [connectionString, 5], 'options'],
    ['with an api-version that adds to the query', [connectionString, { apiVersion: '1&x=y' }], 'apiVersion'],
    ['with a timeout of NaN', [connectionString, { timeoutMs: Number.NaN }], 'timeoutMs'],
    ['with no time at all', [endpoint, { key: 'AAAA' }, { attemptTimeoutMs: 0 }], 'attemptTimeoutMs'],
    [
      'with retries below zero',
      [connectionString, { retryOptions: { maxRetries: -1 } }],
      'retryOptions.maxRetries',
    ],
    [
      'with waits that are texts',
      [connectionString, { retryOptions: { retryDelayInMs: '1' } }],
      'retryOptions.retryDelayInMs',
    ],
    ['with a fetch that is none', [connectionString, { fetch: {} }], 'fetch'],
    ['with a dispatcher that is none', [connectionString, { dispatcher: {} }], 'dispatcher'],
    [
      'with a user agent of two lines',
      [connectionString, { userAgentOptions: { userAgentPrefix: 'a\nb' } }],
      'userAgentPrefix',
    ],
  ])('%s', ([, given, target]) => {
    expect(() => new Client(...given)).toThrow(
      expect.objectContaining({
        code: 'ERR_IDENTITY_ARGUMENT',
        target,
        message: expect.not.stringContaining('AAAA'),
      }),
    )
  })

  test('of nothing', () => {
    expect(() => new Client()).toThrow(expect.objectContaining({ code: 'ERR_CONNECTION_STRING' }))
  })

  test('of a credential without an endpoint', () => {
    expect(() => new Client(undefined, { key: 'AAAA' })).toThrow(
      expect.objectContaining({ code: 'ERR_ENDPOINT' }),
    )
  })

  test('but it is with options that are null', () => {
    expect(new Client(connectionString, null)).toBeInstanceOf(CommunicationIdentityClient)
  })
})

describe('neither is', () => {
  const cases: [string, () => unknown, string][] = [
    ['a directory of nothing', () => new Directory(), 'client'],
    ['a directory of null', () => new Directory(null), 'client'],
    ['a directory without a client', () => new Directory({ store }), 'client'],
    ['a directory without a store', () => new Directory({ client }), 'store'],
    ['a directory on half a store', () => new Directory({ client, store: { read: () => 0 } }), 'store'],
    [
      'a directory that never waits',
      () => new Directory({ client, store, createTimeoutMs: 0 }),
      'createTimeoutMs',
    ],
    [
      'a directory that waits for a text',
      () => new Directory({ client, store, waitTimeoutMs: 'x' }),
      'waitTimeoutMs',
    ],
    ['a route of nothing', () => route(), 'options'],
    ['a route without auth', () => route({ directory, endpoint }), 'options'],
    ['a route without a directory', () => route({ authenticate, endpoint }), 'directory'],
    ['a route without an endpoint', () => route({ authenticate, directory }), 'endpoint'],
    [
      'a route to short tokens',
      () => route({ authenticate, directory, endpoint, tokenExpiresInMinutes: 5 }),
      'ExpiresInMinutes',
    ],
    ['an id of nobody', () => plain['subjectId']?.(), 'subject'],
    [
      'an id of a token with the wrong fields',
      () => plain['subjectId']?.({ iss: 'https://a', sub: 'b' }),
      'subject',
    ],
  ]
  const Directory = plain['CommunicationUserDirectory'] as Untyped[string]
  const route = plain['createTokenRoute'] as Untyped[string]
  test.for(cases)('%s', ([, make, target]) => {
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_IDENTITY_ARGUMENT', target }))
  })
})

describe('a call is refused before anything is sent', () => {
  const own = (): CommunicationIdentityClient => new CommunicationIdentityClient(service.url, { key: 'AAAA' })
  test.for<[string, () => Promise<unknown>, string]>([
    [
      'with a header of two lines',
      () => own().createUser({ requestOptions: { customHeaders: { a: 'b\r\nc' } } }),
      'customHeaders',
    ],
    [
      'with a header of no name',
      () => own().createUser({ requestOptions: { customHeaders: { '': 'b' } } }),
      'customHeaders',
    ],
    [
      'with a header that is a number',
      () => own().createUser({ requestOptions: { customHeaders: { a: 5 as never } } }),
      'customHeaders',
    ],
    [
      'with a timeout of NaN',
      () => own().createUser({ requestOptions: { timeout: Number.NaN } }),
      'requestOptions.timeout',
    ],
    ['with no Teams user', () => own().getTokenForTeamsUser(undefined as never), 'teamsUserAadToken'],
  ])('%s', async ([, call, target]) => {
    service.script(token)
    await expect(call()).rejects.toMatchObject({ code: 'ERR_IDENTITY_ARGUMENT', target })
    expect(service.seen).toEqual([])
  })

  test('a header in capitals does not stand beside ours', async () => {
    service.script(token)
    const customHeaders = { Authorization: 'mine', 'X-Trace': '1' }
    await own().getToken(user, ['chat'], { requestOptions: { customHeaders } })
    expect(service.seen[0]?.headers).toMatchObject({
      authorization: expect.stringMatching(/^HMAC-SHA256 /),
      'x-trace': '1',
    })
  })
})

describe('an Entra credential that never answers', () => {
  const never = { getToken: async () => new Promise<never>(() => undefined) }

  test('ends the call in time, and does not hold the next one', async () => {
    service.script(token)
    const clock = createManualClock()
    let answers = false
    const credential = {
      getToken: async () =>
        answers ? { token: 'entra', expiresOnTimestamp: clock.now() + 3_600_000 } : never.getToken(),
    }
    const slow = new CommunicationIdentityClient(service.url, credential, { clock })
    const call = slow.createUser()
    const outcome = expect(call).rejects.toMatchObject({ code: 'ERR_IDENTITY_UNAVAILABLE' })
    await clock.advance(10_001)
    await outcome
    answers = true
    await expect(slow.getToken(user, ['chat'])).resolves.toMatchObject({ token: 'the-token' })
    expect(service.seen).toHaveLength(1)
  })

  test('ends with its caller', async () => {
    const abort = new AbortController()
    const call = new CommunicationIdentityClient(service.url, never).createUser({ abortSignal: abort.signal })
    const cause = new Error('gone')
    abort.abort(cause)
    await expect(call).rejects.toMatchObject({ name: 'AbortError', cause })
  })

  test('ends with the time of the call', async () => {
    const clock = createManualClock()
    const call = new CommunicationIdentityClient(service.url, never, { clock, timeoutMs: 3_000 }).createUser()
    const outcome = expect(call).rejects.toMatchObject({ code: 'ERR_IDENTITY_UNAVAILABLE' })
    await clock.advance(3_001)
    await outcome
  })
})
