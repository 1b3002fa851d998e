import type { LocalAzure } from '@latchkey/local-azure'
import { test as azureTest } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import {
  CommunicationIdentityError,
  CommunicationUserDirectory,
  createMemoryStore,
  createTokenRoute,
  type TokenRouteAnswer,
  type TokenRouteOptions,
} from '../src/index.ts'
import { clientOf, liveUsers } from './service-state.ts'

type Route = (init?: RequestInit, who?: string) => Promise<Response>

const test = azureTest.extend<{ azure: LocalAzure; route: (options?: Partial<TokenRouteOptions>) => Route }>({
  azure: async ({ localAzure }, use) => {
    localAzure.faults.clear()
    await localAzure.reset()
    await use(localAzure)
  },
  route: async ({ azure }, use) => {
    const directory = new CommunicationUserDirectory({ client: clientOf(azure), store: createMemoryStore() })
    await use((options = {}) => {
      const route = createTokenRoute({
        directory,
        endpoint: azure.endpoints.communication.endpoint,
        authenticate: (request) => {
          const subject = request.headers.get('x-test-user')
          return subject === null ? undefined : { issuer: 'https://issuer.example', subject }
        },
        ...options,
      })
      return (init = {}, who = 'alice') => {
        const headers = { 'x-test-user': who, ...init.headers }
        return route(new Request('http://test/token', { method: 'POST', ...init, headers }))
      }
    })
  },
})

describe('the token route', () => {
  test('answers each person a token for their own user', async ({ azure, route }) => {
    const ask = route()
    const answers = await Promise.all(
      ['alice', 'bob', 'alice'].map(async (who) => (await (await ask({}, who)).json()) as TokenRouteAnswer),
    )
    const [first = '', second = '', third] = answers.map(({ userId }) => userId)
    expect([first, second].sort()).toEqual(liveUsers(azure).sort())
    expect(third).toBe(first)
    expect(answers[0]).toEqual({
      token: expect.stringMatching(/^ey/),
      expiresOn: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      userId: first,
      endpoint: azure.endpoints.communication.endpoint,
    })
    expect((await ask()).headers.get('cache-control')).toBe('no-store')
  })

  test('gives what is asked for of what is allowed', async ({ route }) => {
    const ask = route({ allowedScopes: ({ subject }) => (subject === 'alice' ? ['chat', 'voip'] : []) })
    const scopesOf = async (response: Response): Promise<unknown> => {
      const { token } = (await response.json()) as TokenRouteAnswer
      return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())['acsScope']
    }
    expect(await scopesOf(await ask())).toBe('chat,voip')
    expect(await scopesOf(await ask({ body: '{"scopes":["voip","voip"]}' }))).toBe('voip')
    expect((await ask({ body: '{"scopes":["chat.join"]}' })).status).toBe(403)
    expect((await ask({}, 'bob')).status).toBe(403)
  })

  test.for([
    ['GET', undefined, 405],
    ['POST', 'no json', 400],
    ['POST', '[]', 400],
    ['POST', 'null', 400],
    ['POST', '{"scopes":"chat"}', 400],
    ['POST', '{"scopes":["admin"]}', 400],
    ['POST', '{"subject":"bob"}', 400],
    ['POST', `{"scopes":["chat"]${' '.repeat(5_000)}}`, 413],
  ] as const)('%s %s is a %i', async ([method, body, status], { azure, route }) => {
    const response = await route()({ method, ...(body !== undefined && { body }) })
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json',
    ])
    expect(liveUsers(azure)).toEqual([])
  })

  test('a body without an end is read no further than it may be long', async ({ route }) => {
    let pulled = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1
        controller.enqueue(new Uint8Array(1_024).fill(0x20))
      },
    })
    const response = await route()({ body, duplex: 'half' } as RequestInit)
    expect(response.status).toBe(413)
    expect(pulled).toBeLessThan(10)
  })

  test('refuses whoever is nobody', async ({ azure, route }) => {
    const response = await route({ authenticate: () => undefined })()
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(liveUsers(azure)).toEqual([])
  })

  test('says when to come back', async ({ azure, route }) => {
    azure.faults.add({ service: 'communication', kind: '429', times: 10, retryAfterSeconds: 70 })
    const response = await route()()
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '70'])
  })

  test.for([undefined, null, 'chat', {}])(
    'gives nothing where the policy answers %j',
    async (answer, { azure, route }) => {
      const response = await route({ allowedScopes: () => answer as never })()
      expect([response.status, liveUsers(azure)]).toEqual([403, []])
    },
  )

  test('asks to come back after a store that failed, and no later than in an hour', async ({ route }) => {
    for (const [failure, seconds] of [
      [new CommunicationIdentityError('ERR_IDENTITY_STORE', 'x'), '5'],
      [new CommunicationIdentityError('ERR_IDENTITY_THROTTLED', 'x', { retryAfterMs: 1e25 }), '3600'],
      [new CommunicationIdentityError('ERR_IDENTITY_BUSY', 'x', { retryAfterMs: 0 }), '1'],
    ] as const) {
      const response = await route({ directory: { issueToken: () => Promise.reject(failure) } })()
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, seconds])
    }
  })

  test.for([
    () => {
      throw new Error('the log is down')
    },
    () => Promise.reject(new Error('the log is down')),
  ])('answers although its log is down', async (onError, { route }) => {
    const authenticate = (): never => {
      throw new Error('the session store is down')
    }
    expect((await route({ onError, authenticate })()).status).toBe(502)
  })

  test.for([
    ['a service that does not know the key', 'ERR_IDENTITY_DENIED'],
    ['an auth that fails', undefined],
  ] as const)('tells nothing of %s, but tells the server', async ([, code], { azure }) => {
    const seen: unknown[] = []
    const client = clientOf(azure)
    const broken = {
      ...azure,
      endpoints: {
        ...azure.endpoints,
        communication: { ...azure.endpoints.communication, accessKey: 'AAAA' },
      },
    }
    const directory = new CommunicationUserDirectory({
      client: code ? clientOf(broken) : client,
      store: createMemoryStore(),
    })
    const route = createTokenRoute({
      directory,
      endpoint: 'http://x',
      onError: (error) => void seen.push(error),
      authenticate: () => {
        if (code === undefined) throw new Error('the database password is hunter2')
        return { issuer: 'i', subject: 's' }
      },
    })
    const response = await route(new Request('http://test/token', { method: 'POST' }))
    expect(response.status).toBe(502)
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'The token could not be issued',
      status: 502,
    })
    expect(seen).toHaveLength(1)
    if (code) expect(seen[0]).toMatchObject({ code })
  })
})
