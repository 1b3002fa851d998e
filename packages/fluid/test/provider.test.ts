import { describe, expect, test } from 'vitest'
import {
  createTokenProvider,
  type FetchedToken,
  type TokenFetch,
  type TokenProviderOptions,
} from '../src/provider.ts'
import { rightClaims, settle, signRaw, TestClock } from './fixtures.ts'

/** A provider whose server answers what the test says, and everything it was asked. */
function makeProvider(
  answer: (fetch: TokenFetch, call: number) => Promise<FetchedToken> | FetchedToken,
  change: Partial<TokenProviderOptions> = {},
) {
  const clock = new TestClock()
  const asked: TokenFetch[] = []
  const provider = createTokenProvider({
    fetchToken: async (fetch) => answer(fetch, asked.push(fetch)),
    clock,
    random: () => 1,
    ...change,
  })
  return { provider, clock, asked }
}

let made = 0

/** A token nobody had before, with an hour to live. */
function fresh(clock: { now(): number } = { now: () => 0 }): FetchedToken {
  made += 1
  const exp = Math.floor(clock.now() / 1000) + 3600
  return { token: signRaw({ ...rightClaims(), exp, jti: `jti-${made}` }), expiresOn: new Date(exp * 1000) }
}

function answering(): ReturnType<typeof makeProvider> {
  const made = makeProvider(() => fresh(made.clock))
  return made
}

describe('what the driver asks', () => {
  test('orderer and storage of one load share one fetch', async () => {
    const { provider, asked } = answering()
    const [orderer, storage] = await Promise.all([
      provider.fetchOrdererToken('t', 'd', false),
      provider.fetchStorageToken('t', 'd', false),
    ])
    expect(orderer.jwt).toBe(storage.jwt)
    expect(asked).toMatchObject([{ tenantId: 't', documentId: 'd', refresh: false }])
  })

  test('is answered from memory until a minute before expiry', async () => {
    const { provider, clock, asked } = answering()
    const first = await provider.fetchOrdererToken('t', 'd')
    await clock.advance(3_540_000 - 679)
    expect(await provider.fetchStorageToken('t', 'd')).toEqual({ jwt: first.jwt, fromCache: true })
    await clock.advance(1)
    const later = await provider.fetchStorageToken('t', 'd')
    expect(later.fromCache).toBe(false)
    expect(later.jwt).not.toBe(first.jwt)
    expect(asked).toHaveLength(2)
  })

  test('reads the expiry from the token when the server tells none', async () => {
    const setup = makeProvider(() => ({ token: fresh(setup.clock).token }))
    const { provider, clock, asked } = setup
    await provider.fetchOrdererToken('t', 'd')
    await clock.advance(3_530_000)
    await provider.fetchOrdererToken('t', 'd')
    expect(asked).toHaveLength(1)
    await clock.advance(10_000)
    await provider.fetchOrdererToken('t', 'd')
    expect(asked).toHaveLength(2)
  })

  test('is kept apart by document and tenant', async () => {
    const { provider, asked } = answering()
    const tokens = [
      await provider.fetchOrdererToken('t', 'a'),
      await provider.fetchOrdererToken('t', 'b'),
      await provider.fetchOrdererToken('u', 'a'),
    ]
    expect(new Set(tokens.map(({ jwt }) => jwt)).size).toBe(3)
    expect(asked).toHaveLength(3)
  })

  test.for([undefined, ''])(
    'a token that creates (documentId %j) is never shared nor kept',
    async (documentId) => {
      const { provider, asked } = answering()
      const [one, two] = await Promise.all([
        provider.fetchOrdererToken('t', documentId),
        provider.fetchOrdererToken('t', documentId),
      ])
      expect(one.jwt).not.toBe(two.jwt)
      expect(asked).toHaveLength(2)
      for (const fetch of asked) expect('documentId' in fetch).toBe(false)
    },
  )

  test('a token that does not live a minute is handed out and not kept', async () => {
    const setup = makeProvider(() => ({
      token: fresh().token,
      expiresOn: new Date(setup.clock.now() + 30_000),
    }))
    await setup.provider.fetchOrdererToken('t', 'd')
    await setup.provider.fetchOrdererToken('t', 'd')
    expect(setup.asked).toHaveLength(2)
  })

  test('the callback after creation is there only when it was given', async () => {
    expect('documentPostCreateCallback' in answering().provider).toBe(false)
    const told: string[][] = []
    const { provider } = makeProvider(() => fresh(), {
      documentPostCreateCallback: async (...args) => void told.push(args),
    })
    await provider.documentPostCreateCallback?.('d', 'proof')
    expect(told).toEqual([['d', 'proof']])
  })
})

describe('refresh', () => {
  test('bypasses memory, tells the server, and replaces what was kept', async () => {
    const { provider, asked } = answering()
    const old = await provider.fetchOrdererToken('t', 'd')
    const renewed = await provider.fetchOrdererToken('t', 'd', true)
    expect(renewed.jwt).not.toBe(old.jwt)
    expect(asked.map(({ refresh }) => refresh)).toEqual([false, true])
    expect((await provider.fetchStorageToken('t', 'd')).jwt).toBe(renewed.jwt)
  })

  test('of orderer and storage at once is one fetch', async () => {
    const { provider, asked } = answering()
    const [one, two] = await Promise.all([
      provider.fetchOrdererToken('t', 'd', true),
      provider.fetchStorageToken('t', 'd', true),
    ])
    expect(one.jwt).toBe(two.jwt)
    expect(asked).toHaveLength(1)
  })

  test('does not share an older fetch, and an older answer does not replace a newer', async () => {
    const answers: ((token: FetchedToken) => void)[] = []
    const { provider, clock } = makeProvider(
      () => new Promise<FetchedToken>((resolve) => answers.push(resolve)),
    )
    const slow = provider.fetchOrdererToken('t', 'd')
    await settle()
    const renewed = provider.fetchOrdererToken('t', 'd', true)
    await settle()
    const [older, newer] = [fresh(clock), fresh(clock)]
    answers[1]?.(newer)
    expect((await renewed).jwt).toBe(newer.token)
    answers[0]?.(older)
    expect((await slow).jwt).toBe(older.token)
    expect((await provider.fetchStorageToken('t', 'd')).jwt).toBe(newer.token)
  })
})

describe('a server that fails', () => {
  const down = () => Promise.reject(new Error('ECONNREFUSED'))

  test('for ten seconds at first load is waited for', async () => {
    const setup = makeProvider(() => (setup.clock.nowMs < startMs + 10_000 ? down() : fresh(setup.clock)))
    const startMs = setup.clock.nowMs
    const load = Promise.all([
      setup.provider.fetchOrdererToken('t', 'd'),
      setup.provider.fetchStorageToken('t', 'd'),
    ])
    await setup.clock.advance(20_000)
    const [orderer, storage] = await load
    expect(orderer.jwt).toBe(storage.jwt)
    // 0.5, 1, 2, 4 and 8 s of waiting: an outage is not made worse by asking.
    expect(setup.asked).toHaveLength(6)
  })

  test('for ten seconds is waited for by a load that shares the refresh of an open container', async () => {
    const setup = makeProvider(() => (setup.clock.nowMs < startMs + 10_000 ? down() : fresh(setup.clock)))
    const startMs = setup.clock.nowMs
    const refresh = expect(setup.provider.fetchOrdererToken('t', 'd', true)).rejects.toMatchObject({
      canRetry: true,
    })
    const load = Promise.all([
      setup.provider.fetchOrdererToken('t', 'd'),
      setup.provider.fetchStorageToken('t', 'd'),
    ])
    await setup.clock.advance(20_000)
    await refresh
    const [orderer, storage] = await load
    expect(orderer.jwt).toBe(storage.jwt)
    // At 0, 0.5 and 1.5 s for the refresh, and at 1.5, 2, 3, 5, 9 and 17 s for the load, both halves of it at once.
    expect(setup.asked.map((fetch) => fetch.refresh)).toEqual([
      ...[true, true, true],
      ...[false, false, false, false, false, false],
    ])
  })

  test('for longer than a load waits fails the load at its own time, whatever it shared', async () => {
    const { provider, clock } = makeProvider(down, { giveUpAfterMs: 20_000 })
    const startMs = clock.nowMs
    const refresh = expect(provider.fetchOrdererToken('t', 'd', true)).rejects.toThrow()
    const load = provider.fetchStorageToken('t', 'd').catch((error: unknown) => ({
      error,
      afterMs: clock.nowMs - startMs,
    }))
    await clock.advance(60_000)
    await refresh
    expect(await load).toMatchObject({ error: { canRetry: false }, afterMs: 17_000 })
    expect(clock.waiting).toBe(0)
  })

  test('by refusing the refresh that a load shares refuses the load', async () => {
    const { provider, asked } = makeProvider(() =>
      Promise.reject(Object.assign(new Error('No'), { status: 403 })),
    )
    const outcomes = await Promise.allSettled([
      provider.fetchOrdererToken('t', 'd', true),
      provider.fetchStorageToken('t', 'd'),
    ])
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { canRetry: false } })
    expect(asked).toHaveLength(1)
  })

  test('for longer fails the load, with canRetry false: the driver would hang on true', async () => {
    const { provider, clock } = makeProvider(down, { giveUpAfterMs: 20_000 })
    const load = Promise.allSettled([
      provider.fetchOrdererToken('t', 'd'),
      provider.fetchStorageToken('t', 'd'),
    ])
    await clock.advance(30_000)
    for (const outcome of await load)
      expect(outcome).toMatchObject({ reason: { code: 'ERR_FLUID_TOKEN_FETCH', canRetry: false } })
    expect(clock.waiting).toBe(0)
  })

  test('is asked anew after a load that failed', async () => {
    let isDown = true
    const setup = makeProvider(() => (isDown ? down() : fresh(setup.clock)), { giveUpAfterMs: 0 })
    await expect(setup.provider.fetchOrdererToken('t', 'd')).rejects.toMatchObject({ canRetry: false })
    isDown = false
    await expect(setup.provider.fetchOrdererToken('t', 'd')).resolves.toMatchObject({ fromCache: false })
  })

  test.for([
    ['at refresh', 'd', true],
    ['at creation', undefined, false],
  ] as const)(
    '%s says canRetry true: the driver disposes the container otherwise',
    async ([, document, refresh]) => {
      const { provider, clock } = makeProvider(down)
      const refused = expect(provider.fetchOrdererToken('t', document, refresh)).rejects.toMatchObject({
        code: 'ERR_FLUID_TOKEN_FETCH',
        canRetry: true,
        cause: { message: 'ECONNREFUSED' },
      })
      await clock.advance(5_000)
      await refused
    },
  )

  test('does not cost the token that is still good', async () => {
    let isDown = false
    const setup = makeProvider(() => (isDown ? down() : fresh(setup.clock)))
    await setup.provider.fetchOrdererToken('t', 'd')
    isDown = true
    const refused = expect(setup.provider.fetchOrdererToken('t', 'other')).rejects.toThrow()
    await setup.clock.advance(120_000)
    await refused
    expect((await setup.provider.fetchStorageToken('t', 'd')).fromCache).toBe(true)
  })

  test.for([401, 403, 404, 422])('with %d is not asked twice', async (status) => {
    const refusal = () => Promise.reject(Object.assign(new Error('No'), { status }))
    const { provider, asked } = makeProvider(refusal)
    for (const refresh of [false, true])
      await expect(provider.fetchOrdererToken('t', 'd', refresh)).rejects.toMatchObject({
        code: 'ERR_FLUID_TOKEN_FETCH_REFUSED',
        canRetry: false,
      })
    expect(asked).toHaveLength(2)
  })

  test.for([408, 425, 429, 500, 503])('with %d is asked again', async (status) => {
    const setup = makeProvider((_fetch, call) =>
      call === 1 ? Promise.reject(Object.assign(new Error('Later'), { status })) : fresh(setup.clock),
    )
    const load = setup.provider.fetchOrdererToken('t', 'd')
    await setup.clock.advance(1_000)
    expect((await load).jwt).toBeTruthy()
  })

  test('an error may say itself whether to go on', async () => {
    const { provider, asked } = makeProvider(() =>
      Promise.reject(Object.assign(new Error('No'), { canRetry: false })),
    )
    await expect(provider.fetchOrdererToken('t', 'd', true)).rejects.toMatchObject({ canRetry: false })
    expect(asked).toHaveLength(1)
  })

  test('by never answering is given up on, and told so', async () => {
    const { provider, clock, asked } = makeProvider(() => new Promise(() => undefined), {
      giveUpAfterMs: 15_000,
    })
    const refused = expect(provider.fetchOrdererToken('t', 'd')).rejects.toMatchObject({
      code: 'ERR_FLUID_TOKEN_FETCH_TIMEOUT',
      canRetry: false,
    })
    await clock.advance(60_000)
    await refused
    expect(asked.length).toBeGreaterThan(1)
    expect(asked.every(({ signal }) => signal.aborted)).toBe(true)
  })

  test.for([
    undefined,
    null,
    {},
    { token: '' },
    { token: 7 },
    { token: 'no jwt' },
    { token: 'a.b.c' },
    'a.b.c',
  ])('by answering %j is a failure', async (answer) => {
    const { provider } = makeProvider(() => answer as FetchedToken, { giveUpAfterMs: 0 })
    await expect(provider.fetchOrdererToken('t', 'd')).rejects.toMatchObject({
      code: 'ERR_FLUID_TOKEN_FETCH_ANSWER',
    })
  })

  test.for(['tomorrow', 7, {}])('by telling %j as the expiry is a failure', async (expiresOn) => {
    const answer = { token: signRaw(rightClaims()), expiresOn: expiresOn as string }
    const { provider } = makeProvider(() => answer, { giveUpAfterMs: 0 })
    await expect(provider.fetchOrdererToken('t', 'd')).rejects.toMatchObject({
      code: 'ERR_FLUID_TOKEN_FETCH_ANSWER',
    })
  })

  test('by throwing at once is a failure like any other', async () => {
    const provider = createTokenProvider({
      giveUpAfterMs: 0,
      fetchToken: () => {
        throw new Error('bug')
      },
    })
    await expect(provider.fetchOrdererToken('t', 'd')).rejects.toMatchObject({
      code: 'ERR_FLUID_TOKEN_FETCH',
    })
  })
})

test('the waits of many clients differ', async () => {
  const waits = [0, 0.25, 1].map(async (chance) => {
    const setup = makeProvider(
      (_fetch, call) => (call === 1 ? Promise.reject(new Error('down')) : fresh(setup.clock)),
      {
        random: () => chance,
      },
    )
    const startMs = setup.clock.nowMs
    const load = setup.provider.fetchOrdererToken('t', 'd').then(() => setup.clock.nowMs - startMs)
    await setup.clock.advance(500)
    return load
  })
  expect(await Promise.all(waits)).toEqual([250, 312.5, 500])
})
