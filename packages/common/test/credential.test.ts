import { getEventListeners } from 'node:events'
import {
  type AccessToken,
  AzureCommunicationTokenCredential,
  type CommunicationTokenRefreshOptions,
} from '@latchkey/common'
import { createManualClock } from '@latchkey/common/testing'
import { expect, test, vi } from 'vitest'
import { makeJwt, tokenAt } from './tokens.ts'

const hour = 3_600_000
const minute = 60_000

interface SetUp {
  clock: ReturnType<typeof createManualClock>
  /** When the refresher was called, in milliseconds after the start. */
  calls: number[]
  credential: AzureCommunicationTokenCredential
  errors: unknown[]
}

/** A credential whose refresher answers what `answer` says, by default numbered tokens of an hour. */
function setUp(
  options: Partial<CommunicationTokenRefreshOptions> = {},
  answer?: (call: number, nowMs: number) => AccessToken | string | Promise<AccessToken | string>,
): SetUp {
  const clock = createManualClock()
  const startMs = clock.now()
  const calls: number[] = []
  const errors: unknown[] = []
  const credential = new AzureCommunicationTokenCredential({
    tokenRefresher: async () => {
      calls.push(clock.now() - startMs)
      return (answer ?? ((call, nowMs) => tokenAt(nowMs, hour, `t${call}`)))(calls.length, clock.now())
    },
    clock,
    random: () => 0,
    onRefreshError: (error) => errors.push(error),
    ...options,
  })
  return { clock, calls, credential, errors }
}

test('a static token is handed out as it is, even when it has ended', async () => {
  const ended = makeJwt({ exp: 1_000 })
  expect(await new AzureCommunicationTokenCredential(ended).getToken()).toEqual({
    token: ended,
    expiresOnTimestamp: 1_000_000,
  })
  const whole = { token: 'opaque', expiresOnTimestamp: 5 }
  expect(await new AzureCommunicationTokenCredential(whole).getToken()).toBe(whole)
})

test('on demand: fetches when asked, keeps, and replaces a token with less than 30 seconds left', async () => {
  const { calls, clock, credential } = setUp()
  expect(calls).toEqual([])
  expect((await credential.getToken()).token).toBe('t1')
  await clock.advance(hour - 31_000)
  expect((await credential.getToken()).token).toBe('t1')
  await clock.advance(1_000)
  expect((await credential.getToken()).token).toBe('t2')
  expect(calls).toEqual([0, hour - 30_000])
  expect(clock.waiting).toBe(0)
})

test('begins with the token it is given, whatever its form', async () => {
  const clock = createManualClock(1_700_000_000_000)
  const tokenRefresher = vi.fn(async () => '')
  for (const token of [makeJwt({ exp: 1_700_003_600 }), tokenAt(clock.now(), hour, 'whole'), 'opaque']) {
    const credential = new AzureCommunicationTokenCredential({ tokenRefresher, token, clock })
    const text = typeof token === 'string' ? token : token.token
    const expected = text === 'opaque' ? clock.now() + 600_000 : 1_700_003_600_000
    expect(await credential.getToken()).toEqual({ token: text, expiresOnTimestamp: expected })
  }
  expect(tokenRefresher).not.toHaveBeenCalled()
})

test('1,000 calls at once on an expired token: one refresh, one answer', async () => {
  let finish: (token: AccessToken) => void = () => undefined
  const { calls, clock, credential } = setUp(
    {},
    () =>
      new Promise<AccessToken>((resolve) => {
        finish = resolve
      }),
  )
  const asked = Array.from({ length: 1_000 }, () => credential.getToken())
  await clock.advance(0)
  finish(tokenAt(clock.now(), hour, 'one'))
  expect(new Set((await Promise.all(asked)).map(({ token }) => token))).toEqual(new Set(['one']))
  expect(calls).toHaveLength(1)
})

test('1,000 calls share one failure, and the next call tries again', async () => {
  const { calls, credential } = setUp({}, (call, nowMs) => {
    if (call === 1) throw new Error('no network')
    return tokenAt(nowMs, hour, 'ok')
  })
  const settled = await Promise.allSettled(Array.from({ length: 1_000 }, () => credential.getToken()))
  expect(settled.every(({ status }) => status === 'rejected')).toBe(true)
  expect((await credential.getToken()).token).toBe('ok')
  expect(calls).toHaveLength(2)
})

test('proactive: refreshes ten minutes before the end, again and again, asked or not', async () => {
  const { calls, clock, credential } = setUp({ refreshProactively: true })
  await clock.advance(3 * hour)
  expect(calls).toEqual([0, 50 * minute, 100 * minute, 150 * minute])
  expect((await credential.getToken()).token).toBe('t4')
})

test('a window and a jitter of your own', async () => {
  const options = { refreshProactively: true, refreshWindowSeconds: 1200, refreshJitterSeconds: 120 }
  const { calls, clock } = setUp({ ...options, random: () => 0.5 })
  await clock.advance(hour)
  expect(calls).toEqual([0, 39 * minute])
})

test('a token that lives shorter than the window is refreshed after half of its life', async () => {
  const { calls, clock } = setUp({ refreshProactively: true }, (call, nowMs) =>
    tokenAt(nowMs, 2 * minute, `t${call}`),
  )
  await clock.advance(5 * minute)
  expect(calls).toEqual([0, 72, 144, 216, 288].map((seconds) => seconds * 1000))
})

test('a refresh that fails keeps the valid token and backs off; it ends with the first success', async () => {
  const { calls, clock, credential, errors } = setUp({ refreshProactively: true }, (call, nowMs) => {
    if (call > 1 && call < 6) throw new Error(`failure ${call}`)
    return tokenAt(nowMs, hour, `t${call}`)
  })
  await clock.advance(50 * minute)
  expect((await credential.getToken()).token).toBe('t1')
  await clock.advance(20_000)
  expect((await credential.getToken()).token).toBe('t1')
  await clock.advance(20_000)
  expect((await credential.getToken()).token).toBe('t6')
  expect(calls.slice(1).map((ms) => (ms - 50 * minute) / 1000)).toEqual([0, 2, 6, 14, 30])
  expect(errors.map(String)).toEqual([2, 3, 4, 5].map((call) => `Error: failure ${call}`))
  await clock.advance(49 * minute)
  expect(calls).toHaveLength(6)
  await clock.advance(minute)
  expect(calls).toHaveLength(7)
})

test('a caller that joins a refresh in the background cannot end it', async () => {
  let finish: (token: AccessToken) => void = () => undefined
  const { calls, clock, credential } = setUp({ refreshProactively: true }, (call, nowMs) =>
    call === 1
      ? tokenAt(nowMs, hour, 't1')
      : new Promise<AccessToken>((resolve) => {
          finish = resolve
        }),
  )
  await clock.advance(50 * minute)
  await clock.advance(30_000)
  clock.sleep(10 * minute)
  const controller = new AbortController()
  const asked = expect(credential.getToken({ abortSignal: controller.signal })).rejects.toThrow('aborted')
  controller.abort()
  await asked
  finish(tokenAt(clock.now(), hour, 'for nobody in particular'))
  await clock.advance(0)
  expect((await credential.getToken()).token).toBe('for nobody in particular')
  expect(calls).toHaveLength(2)
})

test('on demand too: a failure near the end answers the token that still works, and is not repeated at once', async () => {
  const { calls, clock, credential, errors } = setUp({ minimumRemainingSeconds: 60 }, (call, nowMs) => {
    if (call > 1) throw new Error('down')
    return tokenAt(nowMs, hour, 't1')
  })
  await credential.getToken()
  await clock.advance(hour - 50_000)
  for (let time = 0; time < 100; time += 1) expect((await credential.getToken()).token).toBe('t1')
  expect(calls).toHaveLength(2)
  expect(errors).toHaveLength(1)
  await clock.advance(50_000)
  await expect(credential.getToken()).rejects.toThrow('down')
})

test.for([
  ['an expired token', { token: 'x', expiresOnTimestamp: 5 }, 'ERR_TOKEN_EXPIRED'],
  ['a blank token', ' ', 'ERR_TOKEN_MALFORMED'],
  ['nothing', undefined, 'ERR_TOKEN_MALFORMED'],
  ['garbage', { token: 'x', expiresOnTimestamp: Number.NaN }, 'ERR_TOKEN_MALFORMED'],
  ['the token of another user', makeJwt({ skypeid: '8:acs:r_2', exp: 4_000_000_000 }), 'ERR_TOKEN_HOLDER'],
] as const)('%s is refused, and the valid token stays', async ([, answer, code]) => {
  const token = makeJwt({ skypeid: '8:acs:r_1', exp: Date.UTC(2026, 0, 1, 1) / 1000 })
  const { clock, credential, errors } = setUp({ token }, () => answer as string)
  await clock.advance(hour - 20_000)
  expect((await credential.getToken()).token).toBe(token)
  expect(errors).toMatchObject([{ code }])
  await clock.advance(20_000)
  await expect(credential.getToken()).rejects.toMatchObject({ code })
})

test('a refresher that never settles is given up after a minute', async () => {
  const { calls, clock, credential } = setUp({}, () => new Promise<never>(() => undefined))
  const asked = expect(credential.getToken()).rejects.toMatchObject({ code: 'ERR_TOKEN_TIMEOUT' })
  await clock.advance(minute)
  await asked
  void credential.getToken().catch(() => undefined)
  await clock.advance(0)
  expect(calls).toHaveLength(2)
})

test('one caller’s abort ends only that caller’s waiting', async () => {
  let finish: (token: AccessToken) => void = () => undefined
  const signals: AbortSignal[] = []
  const clock = createManualClock()
  const credential = new AzureCommunicationTokenCredential({
    clock,
    tokenRefresher: (signal) => {
      signals.push(signal as AbortSignal)
      return new Promise<AccessToken>((resolve) => {
        finish = resolve
      })
    },
  })
  const controllers = [new AbortController(), new AbortController()]
  const first = credential.getToken({ abortSignal: controllers[0]!.signal })
  const second = credential.getToken({ abortSignal: controllers[1]!.signal })
  const third = credential.getToken()
  await clock.advance(0)
  controllers[0]!.abort()
  await expect(first).rejects.toMatchObject({ name: 'AbortError' })
  controllers[1]!.abort(new Error('my reason'))
  await expect(second).rejects.toThrow('my reason')
  expect(signals[0]?.aborted).toBe(false)
  finish(tokenAt(clock.now(), hour, 'for the third'))
  expect((await third).token).toBe('for the third')
})

test('a signal used for many calls is left without listeners', async () => {
  const { credential, clock } = setUp({}, (call, nowMs) => {
    if (call === 2) throw new Error('once')
    return tokenAt(nowMs, hour, `t${call}`)
  })
  const { signal: abortSignal } = new AbortController()
  for (let time = 0; time < 5; time += 1) {
    await credential.getToken({ abortSignal }).catch(() => undefined)
    await clock.advance(hour)
  }
  expect(getEventListeners(abortSignal, 'abort')).toEqual([])
})

test('when the last one gives up, so does the refresh; the next caller gets a new one', async () => {
  const signals: AbortSignal[] = []
  const credential = new AzureCommunicationTokenCredential({
    clock: createManualClock(),
    tokenRefresher: (signal) => {
      signals.push(signal as AbortSignal)
      return signals.length === 1 ? new Promise<never>(() => undefined) : Promise.resolve('opaque')
    },
  })
  const controller = new AbortController()
  const asked = credential.getToken({ abortSignal: controller.signal })
  await Promise.resolve()
  controller.abort()
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  expect(signals[0]?.aborted).toBe(true)
  expect((await credential.getToken()).token).toBe('opaque')
  await expect(credential.getToken({ abortSignal: controller.signal })).rejects.toMatchObject({
    name: 'AbortError',
  })
})

test('dispose ends the timer, the refresh under way and everybody’s waiting, and forgets the token', async () => {
  let finish: (token: AccessToken) => void = () => undefined
  const { clock, credential } = setUp({ refreshProactively: true }, (call, nowMs) =>
    call === 1
      ? tokenAt(nowMs, hour, 't1')
      : new Promise<AccessToken>((resolve) => {
          finish = resolve
        }),
  )
  await clock.advance(hour)
  const waiting = expect(credential.getToken()).rejects.toMatchObject({
    code: 'ERR_CREDENTIAL_DISPOSED',
    message: 'User credential is disposed',
  })
  credential.dispose()
  await waiting
  expect(clock.waiting).toBe(0)
  finish(tokenAt(clock.now(), hour, 'too late'))
  await clock.advance(24 * hour)
  await expect(credential.getToken()).rejects.toThrow('User credential is disposed')
  const fixed = new AzureCommunicationTokenCredential('static')
  fixed.dispose()
  await expect(fixed.getToken()).rejects.toThrow('User credential is disposed')
})

test('a listener may dispose the credential', async () => {
  const { clock, credential } = setUp({
    token: tokenAt(Date.UTC(2026, 0, 1), hour, 't0'),
    tokenRefresher: async () => Promise.reject(new Error('down')),
    refreshProactively: true,
    onRefreshError: () => credential.dispose(),
  })
  await clock.advance(hour)
  expect(clock.waiting).toBe(0)
  await expect(credential.getToken()).rejects.toMatchObject({ code: 'ERR_CREDENTIAL_DISPOSED' })
})

test('an abort signal that gives no reason makes an AbortError', async () => {
  const signal = { aborted: true, addEventListener: () => undefined, removeEventListener: () => undefined }
  const { credential } = setUp()
  await expect(credential.getToken({ abortSignal: signal })).rejects.toMatchObject({
    name: 'AbortError',
    message: 'The operation was aborted.',
  })
})

test('a listener that throws disturbs nothing', async () => {
  const { credential, clock } = setUp({
    token: tokenAt(Date.UTC(2026, 0, 1), hour, 't0'),
    tokenRefresher: async () => Promise.reject(new Error('down')),
    onRefreshError: () => {
      throw new Error('in the listener')
    },
  })
  await clock.advance(hour - 20_000)
  expect((await credential.getToken()).token).toBe('t0')
})

test.for<[unknown, string]>([
  [undefined, 'ERR_CREDENTIAL_OPTIONS'],
  [null, 'ERR_CREDENTIAL_OPTIONS'],
  [{}, 'ERR_CREDENTIAL_OPTIONS'],
  [{ tokenRefresherr: () => '' }, 'ERR_CREDENTIAL_OPTIONS'],
  [{ tokenRefresher: 'x' }, 'ERR_CREDENTIAL_OPTIONS'],
  [{ tokenRefresher: () => '', undecodableTokenExpiryIntervalInSeconds: 0 }, 'ERR_CREDENTIAL_OPTIONS'],
  [{ tokenRefresher: () => '', refreshWindowSeconds: -1 }, 'ERR_CREDENTIAL_OPTIONS'],
  [{ tokenRefresher: () => '', refreshTimeoutSeconds: Number.NaN }, 'ERR_CREDENTIAL_OPTIONS'],
  [{ tokenRefresher: () => '', token: '  ' }, 'ERR_TOKEN_MALFORMED'],
  ['', 'ERR_TOKEN_MALFORMED'],
])('refuses %j with a code', ([options, code]) => {
  expect(() => new AzureCommunicationTokenCredential(options as never)).toThrow(
    expect.objectContaining({ code }),
  )
})

test.for([900, 600, 60])(
  'a token of %i seconds is not refreshed in the first half of its life',
  async (seconds) => {
    for (const part of [0, 0.5, 0.999]) {
      const token = tokenAt(createManualClock().now(), seconds * 1000, 'first')
      const { calls, clock } = setUp({ token, refreshProactively: true, random: () => part })
      await clock.advance(seconds * 1000)
      expect(calls[0]).toBeGreaterThanOrEqual(seconds * 500)
      expect(calls[0]).toBeLessThanOrEqual(seconds * 600)
    }
  },
)

test.for([-3_600, 0])('a first token that ended %i seconds ahead is replaced at once', async (seconds) => {
  const token = tokenAt(createManualClock().now(), seconds * 1000, 'kept')
  const { calls, clock } = setUp({ token, refreshProactively: true })
  await clock.advance(0)
  expect(calls).toEqual([0])
})

test('a first token with three seconds left is replaced before they are over', async () => {
  const token = tokenAt(createManualClock().now(), 3_000, 'kept')
  const { calls, clock } = setUp({ token, refreshProactively: true })
  await clock.advance(3_000)
  expect(calls).toHaveLength(1)
})
