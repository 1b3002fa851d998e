import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createManualClock } from '@latchkey/common/testing'
import { Agent } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CommunicationIdentityClient, type CommunicationIdentityClientOptions } from '../src/index.ts'
import {
  answer,
  created,
  hang,
  type Reaction,
  refuse,
  reset,
  type ScriptedService,
  startScriptedService,
  token,
  user,
} from './scripted-service.ts'

const key = Buffer.from('a key of this test, no other').toString('base64')
let service: ScriptedService

beforeAll(async () => {
  service = await startScriptedService()
})
afterAll(() => service.close())

function client(options: CommunicationIdentityClientOptions = {}): CommunicationIdentityClient {
  const retryOptions = { retryDelayInMs: 0 }
  return new CommunicationIdentityClient(service.url, { key }, { retryOptions, ...options })
}

const passing: Readonly<Record<string, Reaction>> = {
  'a reset': reset,
  429: refuse(429, 'TooManyRequests'),
  500: refuse(500, 'InternalServerError'),
  503: refuse(503, 'ServiceUnavailable'),
  408: refuse(408, 'Timeout'),
}

describe('what does no harm is repeated', () => {
  test.for(Object.keys(passing))('getToken after %s', async (name) => {
    service.script(passing[name] ?? hang, passing[name] ?? hang, token)
    await expect(client().getToken(user, ['chat'])).resolves.toMatchObject({ token: 'the-token' })
    expect(service.seen).toHaveLength(3)
    const ids = new Set(service.seen.map(({ headers }) => headers['x-ms-client-request-id']))
    expect(ids.size).toBe(1)
  })

  test('three times and no more', async () => {
    service.script(refuse(503, 'ServiceUnavailable'))
    const failure = { code: 'ERR_IDENTITY_UNAVAILABLE', statusCode: 503, serviceCode: 'ServiceUnavailable' }
    await expect(client().getToken(user, ['chat'])).rejects.toMatchObject(failure)
    expect(service.seen).toHaveLength(4)
  })

  test('a delete whose answer was lost counts as done when the user is gone', async () => {
    service.script(reset, refuse(401, 'IdentityNotOwned'))
    await expect(client().deleteUser(user)).resolves.toBeUndefined()
    service.script(refuse(401, 'IdentityNotOwned'))
    await expect(client().deleteUser(user)).rejects.toMatchObject({ code: 'ERR_IDENTITY_NOT_OWNED' })
  })

  test('a create with a custom id, which cannot make two', async () => {
    service.script(reset, refuse(503, 'ServiceUnavailable'), answer(200, { identity: { id: 'x' } }))
    const made = client({ apiVersion: '2025-04-01-preview' }).createUser({ customId: 'mine' })
    await expect(made).resolves.toEqual({ communicationUserId: 'x' })
  })
})

describe('a create', () => {
  test.for(['a reset', '500', '503', '408'])(
    'is not repeated after %s: the outcome is unknown',
    async (name) => {
      for (const call of [() => client().createUser(), () => client().createUserAndToken(['chat'])]) {
        service.script(passing[name] ?? hang, created)
        await expect(call()).rejects.toMatchObject({ code: 'ERR_IDENTITY_OUTCOME_UNKNOWN' })
        expect(service.seen).toHaveLength(1)
      }
    },
  )

  test('is not repeated after a timeout', async () => {
    service.script(hang, created)
    // undici looks at its timeouts about once a second.
    const made = client({ attemptTimeoutMs: 50 }).createUser()
    await expect(made).rejects.toMatchObject({ code: 'ERR_IDENTITY_OUTCOME_UNKNOWN' })
    expect(service.seen).toHaveLength(1)
  })

  test('is repeated after 429', async () => {
    service.script(refuse(429, 'TooManyRequests'), refuse(429, 'TooManyRequests'), created)
    await expect(client().createUser()).resolves.toEqual(user)
    expect(service.seen).toHaveLength(3)
  })

  test('is repeated after a refused connection', async () => {
    const gone = await startScriptedService()
    await gone.close()
    const attempts: number[] = []
    const random = (): number => attempts.push(1) * 0
    const made = new CommunicationIdentityClient(gone.url, { key }, { random }).createUser()
    await expect(made).rejects.toMatchObject({ code: 'ERR_IDENTITY_UNAVAILABLE' })
    expect(attempts).toHaveLength(4)
  })
})

describe('a create that certainly was not sent', () => {
  const refusing =
    (error: object): typeof fetch =>
    async () => {
      throw Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(), error) })
    }

  test.for([
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ECONNREFUSED',
    'UND_ERR_INVALID_ARG',
  ])('because of %s may be repeated', async (code) => {
    const made = client({ fetch: refusing({ code }) }).createUser()
    await expect(made).rejects.toMatchObject({ code: 'ERR_IDENTITY_UNAVAILABLE', mayHaveActed: false })
  })

  test('through a dispatcher that is closed may be repeated', async () => {
    const dispatcher = new Agent()
    await dispatcher.close()
    const made = client({ dispatcher }).createUser()
    await expect(made).rejects.toMatchObject({ code: 'ERR_IDENTITY_UNAVAILABLE', mayHaveActed: false })
  })

  test.for(['Connection', 'expect', 'content-length', 'transfer-encoding', 'upgrade', 'keep-alive'])(
    'for a header that is none of the caller’s: %s',
    async (name) => {
      service.script(created)
      const made = client().createUser({ requestOptions: { customHeaders: { [name]: 'x' } } })
      await expect(made).rejects.toMatchObject({ code: 'ERR_IDENTITY_ARGUMENT', target: 'customHeaders' })
      expect(service.seen).toEqual([])
    },
  )
})

describe('an attempt', () => {
  const dripping: Reaction = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 20)
    response.once('close', () => clearInterval(timer))
  }

  test.for([{}, { fetch }])('whose answer drips ends with its time: %j', async (options) => {
    service.script(dripping, token)
    const retryOptions = { retryDelayInMs: 0, maxRetries: 1 }
    const issued = client({ ...options, retryOptions, attemptTimeoutMs: 200 }).getToken(user, ['chat'])
    await expect(issued).resolves.toMatchObject({ token: 'the-token' })
    expect(service.seen).toHaveLength(2)
  })

  test('has the id its caller gave it, and its error says so', async () => {
    service.script(refuse(401, 'Denied'))
    const customHeaders = { 'X-Ms-Client-Request-Id': 'mine' }
    const failed = client().deleteUser(user, { requestOptions: { customHeaders } })
    await expect(failed).rejects.toMatchObject({ clientRequestId: 'mine' })
    expect(service.seen[0]?.headers['x-ms-client-request-id']).toBe('mine')
  })
})

describe('waits', () => {
  const start = Date.UTC(2026, 0, 1)
  const retryAfter = (value: string): Reaction => refuse(429, 'TooManyRequests', { 'retry-after': value })

  test.for([
    ['seconds', '7', 7_000],
    ['a date', new Date(start + 9_000).toUTCString(), 9_000],
    ['a date that is over', new Date(start - 9_000).toUTCString(), 0],
    ['nonsense', 'soon', 0],
    ['a negative number', '-5', 0],
  ] as const)('at least as long as Retry-After says, in %s', async ([, value, waitMs]) => {
    const clock = createManualClock(start)
    service.script(retryAfter(value), token)
    const issued = client({ clock, random: () => 0 }).getToken(user, ['chat'])
    await expect.poll(() => clock.nextDueMs).toBe(start + waitMs)
    if (waitMs > 0) await clock.advance(waitMs - 1)
    expect(service.seen).toHaveLength(1)
    await clock.advance(1)
    await expect(issued).resolves.toMatchObject({ token: 'the-token' })
    const [first, second] = service.seen.map(({ headers }) => headers['x-ms-date'])
    // Signed anew: the date is that of the attempt.
    if (waitMs > 1000) expect(first).not.toBe(second)
  })

  test('not at all when Retry-After lies beyond the time of the call', async () => {
    service.script(retryAfter('86400'))
    await expect(client().createUser()).rejects.toMatchObject({
      code: 'ERR_IDENTITY_THROTTLED',
      statusCode: 429,
      retryAfterMs: 86_400_000,
    })
    expect(service.seen).toHaveLength(1)
  })

  test('a random part of a limit that doubles', async () => {
    const clock = createManualClock(start)
    const retryOptions = { retryDelayInMs: 100, maxRetryDelayInMs: 250 }
    service.script(refuse(503, 'ServiceUnavailable'))
    const failed = client({ clock, random: () => 0.5, retryOptions }).getToken(user, ['chat'])
    failed.catch(() => undefined)
    for (const [index, delayMs] of [50, 100, 125].entries()) {
      await expect.poll(() => service.seen.length).toBe(index + 1)
      await expect.poll(() => clock.nextDueMs).toBe(clock.now() + delayMs)
      await clock.advance(delayMs)
    }
    await expect(failed).rejects.toMatchObject({ code: 'ERR_IDENTITY_UNAVAILABLE' })
  })
})

describe('a call ends', () => {
  test('when its time is over, in the middle of an attempt', async () => {
    const clock = createManualClock()
    service.script(hang)
    const failed = client({ clock, timeoutMs: 5_000 }).getToken(user, ['chat'])
    failed.catch(() => undefined)
    await expect.poll(() => service.seen.length).toBe(1)
    await clock.advance(5_000)
    await expect(failed).rejects.toMatchObject({ code: 'ERR_IDENTITY_UNAVAILABLE' })
  })

  test('when its caller says so, with the reason given as the cause', async () => {
    const controller = new AbortController()
    service.script(hang)
    const failed = client().getToken(user, ['chat'], { abortSignal: controller.signal })
    failed.catch(() => undefined)
    await expect.poll(() => service.seen.length).toBe(1)
    const cause = new Error('no longer needed')
    controller.abort(cause)
    // By that name whatever the reason, as with Azure's client.
    await expect(failed).rejects.toMatchObject({ name: 'AbortError', cause })
  })

  test('before it begins when its signal has been used already', async () => {
    service.script(token)
    const issued = client().getToken(user, ['chat'], { abortSignal: AbortSignal.abort() })
    await expect(issued).rejects.toMatchObject({ name: 'AbortError' })
    expect(service.seen).toHaveLength(0)
  })

  test('while it waits for the next attempt', async () => {
    const controller = new AbortController()
    const clock = createManualClock()
    service.script(refuse(503, 'ServiceUnavailable', { 'retry-after': '5' }))
    const failed = client({ clock }).getToken(user, ['chat'], { abortSignal: controller.signal })
    failed.catch(() => undefined)
    await expect.poll(() => (clock.nextDueMs ?? 0) - clock.now()).toBeLessThan(6_000)
    controller.abort()
    await expect(failed).rejects.toMatchObject({ name: 'AbortError' })
    expect(clock.waiting).toBe(0)
  })
})

test('a script that awaits a call lives until the call is over', async () => {
  service.script(refuse(503, 'ServiceUnavailable', { 'retry-after': '1' }), token)
  // Nothing but the wait for the second attempt is left to keep this process alive.
  const code = `
    const { CommunicationIdentityClient } = await import(${JSON.stringify(import.meta.resolve('../src/index.ts'))})
    const client = new CommunicationIdentityClient('${service.url}', { key: '${key}' })
    console.log((await client.getToken(${JSON.stringify(user)}, ['chat'])).token)
    process.exit()`
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code])
  expect(stdout).toBe('the-token\n')
})

test('no error shows the key', async () => {
  const errors: unknown[] = []
  for (const reaction of [reset, refuse(401, 'Denied'), refuse(503, 'x'), answer(200, {})]) {
    service.script(reaction)
    errors.push(
      await client()
        .getToken(user, ['chat'])
        .catch((error: unknown) => error),
    )
  }
  const { inspect } = await import('node:util')
  const text = errors.map((error) => inspect(error, { depth: 10, showHidden: true })).join('\n')
  expect(text).not.toContain(key)
})
