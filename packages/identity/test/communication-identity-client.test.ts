import { createHash, createHmac } from 'node:crypto'
import { isLatchkeyError, localKeyHead } from '@latchkey/common'
import { createManualClock } from '@latchkey/common/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CommunicationIdentityClient,
  type CommunicationIdentityClientOptions,
  type TokenScope,
} from '../src/index.ts'
import {
  answer,
  created,
  hang,
  refuse,
  type ScriptedService,
  type SeenRequest,
  startScriptedService,
  token,
  user,
} from './scripted-service.ts'

const key = Buffer.from('a key of this test, no other').toString('base64')
const noWait = { retryOptions: { retryDelayInMs: 0 } }
let service: ScriptedService

beforeAll(async () => {
  service = await startScriptedService()
})
afterAll(() => service.close())

function client(options: CommunicationIdentityClientOptions = {}): CommunicationIdentityClient {
  return new CommunicationIdentityClient(service.url, { key }, { ...noWait, ...options })
}

describe('a request', () => {
  test('of each kind has the method, path and body Azure documents', async () => {
    const { url } = service
    const path = '/identities/8%3Aacs%3Aresource_user'
    const calls: [() => Promise<unknown>, string, string, ReturnType<typeof answer>][] = [
      [() => client().createUser(), 'POST /identities', '', created],
      [
        () => client().createUserAndToken(['chat', 'voip'], { tokenExpiresInMinutes: 60 }),
        'POST /identities',
        '{"createTokenWithScopes":["chat","voip"],"expiresInMinutes":60}',
        answer(201, {
          identity: { id: 'x' },
          accessToken: { token: 't', expiresOn: '2026-01-01T00:00:00Z' },
        }),
      ],
      [
        () => client().getToken(user, ['chat']),
        `POST ${path}/:issueAccessToken`,
        '{"scopes":["chat"]}',
        token,
      ],
      [() => client().revokeTokens(user), `POST ${path}/:revokeAccessTokens`, '', answer(204)],
      [() => client().deleteUser(user), `DELETE ${path}`, '', answer(204)],
      [
        () =>
          client().getTokenForTeamsUser({ teamsUserAadToken: 'aad', clientId: 'cid', userObjectId: 'oid' }),
        'POST /teamsUser/:exchangeAccessToken',
        '{"token":"aad","appId":"cid","userId":"oid"}',
        token,
      ],
      [
        () => client({ apiVersion: '2025-04-01-preview' }).createUser({ customId: 'mine' }),
        'POST /identities',
        '{"customId":"mine"}',
        answer(200, { identity: { id: 'x' } }),
      ],
    ]
    for (const [call, line, body, reaction] of calls) {
      service.script(reaction)
      await call()
      const [request] = service.seen
      expect(`${request?.method} ${request?.url.split('?')[0]}`).toBe(line)
      expect(request?.body).toBe(body)
      expect(request?.headers.host).toBe(new URL(url).host)
    }
  })

  test('carries the signature of what is on the wire, and who sent it', async () => {
    service.script(token)
    await client({ userAgentOptions: { userAgentPrefix: 'shop/1' } }).getToken(user, ['chat'])
    const { body, headers, method, url } = service.seen[0] as SeenRequest
    const hash = createHash('sha256').update(body).digest('base64')
    const text = `${method}\n${url}\n${headers['x-ms-date']};${headers.host};${hash}`
    const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64')
    expect(headers['x-ms-content-sha256']).toBe(hash)
    expect(headers.authorization).toBe(
      `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    )
    expect(headers['x-ms-client-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers['user-agent']).toMatch(/^shop\/1 latchkey-identity Node\//)
    expect(headers['content-type']).toBe('application/json')
  })

  test('is signed with a key that was exchanged meanwhile', async () => {
    const credential = { key }
    const rotating = new CommunicationIdentityClient(service.url, credential, noWait)
    service.script(token)
    await rotating.getToken(user, ['chat'])
    credential.key = Buffer.from('the second key').toString('base64')
    await rotating.getToken(user, ['chat'])
    const [first, second] = service.seen.map(({ headers }) => headers.authorization)
    expect(first).not.toBe(second)
  })

  test('goes through a given fetch, or a given dispatcher', async () => {
    service.script(token)
    const urls: string[] = []
    const spy: typeof fetch = (input, init) => {
      urls.push(input instanceof Request ? input.url : input.toString())
      return fetch(input, init)
    }
    await client({ fetch: spy }).getToken(user, ['chat'])
    expect(urls).toEqual([
      `${service.url}/identities/8%3Aacs%3Aresource_user/:issueAccessToken?api-version=2023-10-01`,
    ])
    const { Agent } = await import('undici')
    const dispatcher = new Agent({ connections: 1 })
    await client({ dispatcher }).getToken(user, ['chat'])
    expect(service.seen).toHaveLength(2)
    await dispatcher.close()
  })

  test('shows an Entra token, fetched once until shortly before it ends', async () => {
    const clock = createManualClock()
    const asked: unknown[] = []
    const credential = {
      getToken: async (scopes: string | string[]) => {
        asked.push(scopes)
        return { token: `entra-${asked.length}`, expiresOnTimestamp: clock.now() + 3_600_000 }
      },
    }
    const entra = new CommunicationIdentityClient(service.url, credential, { ...noWait, clock })
    service.script(token)
    await Promise.all([entra.getToken(user, ['chat']), entra.getToken(user, ['chat'])])
    await clock.advance(3_600_000 - 121_000)
    await entra.getToken(user, ['chat'])
    await clock.advance(1_000)
    // The old one is still good, so that nobody waits for the new one.
    await entra.getToken(user, ['chat'])
    await entra.getToken(user, ['chat'])
    const shown = service.seen.map(({ headers }) => headers.authorization)
    expect(shown).toEqual([...Array(4).fill('Bearer entra-1'), 'Bearer entra-2'])
    expect(asked).toEqual(Array(2).fill('https://communication.azure.com//.default'))
  })
})

describe('an answer', () => {
  test('becomes a user, or a token with its end', async () => {
    service.script(created, token)
    expect(await client().createUser()).toEqual(user)
    const issued = await client().getToken(user, ['chat'])
    expect(issued).toEqual({ token: 'the-token', expiresOn: new Date('2026-01-02T03:04:05.678Z') })
  })

  test.for([
    [401, 'IdentityNotOwned', 'ERR_IDENTITY_NOT_OWNED'],
    [401, 'Denied', 'ERR_IDENTITY_DENIED'],
    [403, 'Forbidden', 'ERR_IDENTITY_DENIED'],
    [401, 'InvalidAccessToken', 'ERR_IDENTITY_TEAMS_TOKEN'],
    [400, 'ValidationError', 'ERR_IDENTITY_REJECTED'],
    [404, 'NotFound', 'ERR_IDENTITY_REJECTED'],
    [302, 'Moved', 'ERR_IDENTITY_RESPONSE'],
  ] as const)('%i %s becomes an error with %s', async ([statusCode, serviceCode, code]) => {
    service.script(refuse(statusCode, serviceCode))
    await expect(client().getToken(user, ['chat'])).rejects.toMatchObject({
      code,
      statusCode,
      serviceCode,
      target: 'scopes',
      message: `about ${serviceCode}`,
      clientRequestId: service.seen[0]?.headers['x-ms-client-request-id'] ?? expect.any(String),
    })
    expect(service.seen).toHaveLength(1)
  })

  test.for([
    ['no JSON', (response) => response.end('<html>')],
    ['no object', answer(200, [])],
    ['no token', answer(200, { token: '', expiresOn: '2026-01-01T00:00:00Z' })],
    ['no date', answer(200, { token: 't', expiresOn: 'soon' })],
  ] as const satisfies [string, Parameters<ScriptedService['script']>[0]][])(
    'with %s is not understood',
    async ([, reaction]) => {
      service.script(reaction)
      await expect(client().getToken(user, ['chat'])).rejects.toMatchObject({ code: 'ERR_IDENTITY_RESPONSE' })
    },
  )

  test('of 200 to a create without a custom id is not taken for a new user', async () => {
    service.script(answer(200, { identity: { id: 'x' } }))
    await expect(client().createUser()).rejects.toMatchObject({ code: 'ERR_IDENTITY_RESPONSE' })
  })
})

describe('an argument that cannot be right is refused before anything is sent', () => {
  const missing = undefined as never
  const cases: [string, () => Promise<unknown>, string][] = [
    ['no scopes', () => client().getToken(user, []), 'scopes'],
    ['no list of scopes', () => client().createUserAndToken(missing), 'createTokenWithScopes'],
    ['an unknown scope', () => client().getToken(user, ['chats' as TokenScope]), 'scopes'],
    [
      '59 minutes',
      () => client().getToken(user, ['chat'], { tokenExpiresInMinutes: 59 }),
      'ExpiresInMinutes',
    ],
    [
      '1441 minutes',
      () => client().createUserAndToken(['chat'], { tokenExpiresInMinutes: 1441 }),
      'ExpiresInMinutes',
    ],
    [
      '90.5 minutes',
      () => client().getToken(user, ['chat'], { tokenExpiresInMinutes: 90.5 }),
      'ExpiresInMinutes',
    ],
    ['no user', () => client().getToken(missing, ['chat']), 'id'],
    ['an empty user', () => client().deleteUser({ communicationUserId: '' }), 'id'],
    [
      'a custom id too early',
      () => client({ apiVersion: '2023-10-01' }).createUser({ customId: 'a' }),
      'customId',
    ],
    [
      'a long custom id',
      () => client({ apiVersion: '2025-04-01-preview' }).createUser({ customId: 'a'.repeat(257) }),
      'customId',
    ],
    [
      'an empty Teams token',
      () => client().getTokenForTeamsUser({ teamsUserAadToken: '', clientId: 'c', userObjectId: 'o' }),
      'teamsUserAadToken',
    ],
  ]
  test.for(cases)('%s', async ([, call, target]) => {
    service.script(hang)
    await expect(call()).rejects.toMatchObject({
      code: 'ERR_IDENTITY_ARGUMENT',
      statusCode: 400,
      serviceCode: 'ValidationError',
      target,
    })
    expect(service.seen).toHaveLength(0)
  })
})

describe('a client is not made', () => {
  test.for([
    ['with plain http to another machine', 'http://example.com', key, 'ERR_ENDPOINT'],
    ['with a path', 'https://example.com/path', key, 'ERR_ENDPOINT'],
    ['with a key that is no base64', 'https://example.com', 'not base64!', 'ERR_ACCESS_KEY'],
    ['with a local key for another machine', 'https://example.com', `${localKeyHead}AAAA`, 'ERR_LOCAL_KEY'],
  ] as const)('%s', ([, endpoint, accessKey, code]) => {
    try {
      new CommunicationIdentityClient(endpoint, { key: accessKey })
      expect.unreachable()
    } catch (error) {
      expect(isLatchkeyError(error) && error.code).toBe(code)
      expect(String(error)).not.toContain(accessKey)
    }
  })

  test('from a text that is no connection string, which is not shown', () => {
    expect(() => new CommunicationIdentityClient(`endpoint=https://x;key=${key}`)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(key) }),
    )
  })
})
