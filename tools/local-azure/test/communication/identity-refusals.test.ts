import { type Clock, createHeaderSigner, encodeBase64, systemClock } from '@latchkey/common'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Attempt, type InProcess, startInProcess } from './in-process.ts'

let acs: InProcess
let user = ''
beforeAll(async () => {
  acs = startInProcess()
  user = encodeURIComponent((await acs.createUser('chat')).id)
})
afterAll(() => acs.close())

const unknown = encodeURIComponent(
  '8:acs:00000000-0000-0000-0000-000000000000_11111111-1111-1111-1111-111111111111',
)
const scopes = ['chat']
const appId = '11111111-1111-1111-1111-111111111111'

type Refusal = readonly [
  name: string,
  line: string,
  attempt: Attempt,
  status: number,
  code: string,
  target?: string,
]

// Codes, targets and (below) words are those of recordings of the real service: reference/acs.md 2.1.
const refusals: readonly Refusal[] = [
  ['no scopes', 'POST /identities/{user}/:issueAccessToken', { body: {} }, 400, 'ValidationError', 'scopes'],
  [
    'null scopes',
    'POST /identities/{user}/:issueAccessToken',
    { body: { scopes: null } },
    400,
    'ValidationError',
    'scopes',
  ],
  [
    'empty scopes',
    'POST /identities/{user}/:issueAccessToken',
    { body: { scopes: [] } },
    400,
    'ValidationError',
    'scopes',
  ],
  [
    'scopes as a text',
    'POST /identities/{user}/:issueAccessToken',
    { body: { scopes: 'chat' } },
    400,
    'ValidationError',
    'scopes',
  ],
  [
    'an unknown scope',
    'POST /identities/{user}/:issueAccessToken',
    { body: { scopes: ['chat', 'root'] } },
    400,
    'ValidationError',
    'scopes',
  ],
  [
    'a scope of another case',
    'POST /identities/{user}/:issueAccessToken',
    { body: { scopes: ['Chat'] } },
    400,
    'ValidationError',
    'scopes',
  ],
  [
    '59 minutes',
    'POST /identities/{user}/:issueAccessToken',
    { body: { scopes, expiresInMinutes: 59 } },
    400,
    'ValidationError',
    'ExpiresInMinutes',
  ],
  [
    '1441 minutes',
    'POST /identities/{user}/:issueAccessToken',
    { body: { scopes, expiresInMinutes: 1441 } },
    400,
    'ValidationError',
    'ExpiresInMinutes',
  ],
  [
    '60.5 minutes',
    'POST /identities/{user}/:issueAccessToken',
    { body: { scopes, expiresInMinutes: 60.5 } },
    400,
    'ValidationError',
    'ExpiresInMinutes',
  ],
  [
    'minutes as a text',
    'POST /identities/{user}/:issueAccessToken',
    { body: { scopes, expiresInMinutes: '60' } },
    400,
    'ValidationError',
    'ExpiresInMinutes',
  ],
  [
    'a new user with 59 minutes',
    'POST /identities',
    { body: { createTokenWithScopes: scopes, expiresInMinutes: 59 } },
    400,
    'ValidationError',
    'ExpiresInMinutes',
  ],
  [
    'a new user with an unknown scope',
    'POST /identities',
    { body: { createTokenWithScopes: ['root'] } },
    400,
    'ValidationError',
    'createTokenWithScopes',
  ],
  [
    'an empty custom id',
    'POST /identities',
    { version: '2025-04-01-preview', body: { customId: '' } },
    400,
    'ValidationError',
    'customId',
  ],
  [
    'a custom id of 257 characters',
    'POST /identities',
    { version: '2025-04-01-preview', body: { customId: 'x'.repeat(257) } },
    400,
    'ValidationError',
    'customId',
  ],
  [
    'a token for a foreign user',
    `POST /identities/${unknown}/:issueAccessToken`,
    { body: { scopes } },
    401,
    'IdentityNotOwned',
  ],
  [
    'revoking for a foreign user',
    `POST /identities/${unknown}/:revokeAccessTokens`,
    {},
    401,
    'IdentityNotOwned',
  ],
  ['deleting a foreign user', `DELETE /identities/${unknown}`, {}, 401, 'IdentityNotOwned'],
  [
    'details of a foreign user',
    `GET /identities/${unknown}`,
    { version: '2025-04-01-preview' },
    401,
    'IdentityNotOwned',
  ],
  ['a user called by half its id', 'DELETE /identities/8%3Aacs%3A', {}, 401, 'IdentityNotOwned'],
  ['an id that tries SQL', 'DELETE /identities/%27%20OR%201%3D1--', {}, 401, 'IdentityNotOwned'],
  ['an id that is not UTF-8', 'DELETE /identities/%FF', {}, 404, 'NotFound'],
  [
    'Teams: bad application',
    'POST /teamsUser/:exchangeAccessToken',
    { body: { token: 't', appId: 'cid', userId: appId } },
    400,
    'ValidationError',
    'appId',
  ],
  [
    'Teams: bad user',
    'POST /teamsUser/:exchangeAccessToken',
    { body: { token: 't', appId, userId: 'oid' } },
    400,
    'ValidationError',
    'userId',
  ],
  [
    'Teams: empty token',
    'POST /teamsUser/:exchangeAccessToken',
    { body: { token: '', appId, userId: appId } },
    401,
    'InvalidAccessToken',
  ],
  [
    'Teams: no token',
    'POST /teamsUser/:exchangeAccessToken',
    { body: { appId, userId: appId } },
    401,
    'InvalidAccessToken',
  ],
  [
    'Teams: a token of nobody',
    'POST /teamsUser/:exchangeAccessToken',
    { body: { token: 'e30.e30.AA', appId, userId: appId } },
    401,
    'InvalidAccessToken',
  ],
  ['no api-version', 'POST /identities', { version: '' }, 400, 'ApiVersionUnspecified'],
  ['an unknown api-version', 'POST /identities', { version: '2019-01-01' }, 400, 'UnsupportedApiVersion'],
  ['two api-versions', 'POST /identities?api-version=2023-10-01', {}, 400, 'UnsupportedApiVersion'],
  [
    'user details in an older version',
    'GET /identities/{user}',
    { version: '2023-10-01' },
    400,
    'UnsupportedApiVersion',
  ],
  [
    'Teams exchange in the first version',
    'POST /teamsUser/:exchangeAccessToken',
    { version: '2021-03-07' },
    400,
    'UnsupportedApiVersion',
  ],
  ['a body that is no JSON', 'POST /identities', { body: '{' }, 400, 'BadRequest'],
  ['a body that is a list', 'POST /identities', { body: [] }, 400, 'BadRequest'],
  [
    'a body of another type',
    'POST /identities',
    { body: 'a=b', headers: { 'content-type': 'text/plain' } },
    415,
    'UnsupportedMediaType',
  ],
  ['a body that is too large', 'POST /identities', { body: ' '.repeat(1_048_577) }, 413, 'PayloadTooLarge'],
  ['a method that is not there', 'PUT /identities', {}, 405, 'MethodNotAllowed'],
  ['a path that is not there', 'POST /identity', {}, 404, 'NotFound'],
  ['an operation that is not there', 'POST /identities/{user}/:issue', {}, 404, 'NotFound'],
  ['two slashes', 'POST //identities', {}, 404, 'NotFound'],
  ['a path that climbs', 'POST /chat/../identities', {}, 404, 'NotFound'],
  [
    'an assignment without a principal',
    'PUT /access/teamsExtension/tenants/t/assignments/o',
    { version: '2025-06-30', body: {} },
    400,
    'ValidationError',
    'principalType',
  ],
  [
    'an assignment with bad clients',
    'PUT /access/teamsExtension/tenants/t/assignments/o',
    { version: '2025-06-30', body: { principalType: 'user', clientIds: [1] } },
    400,
    'ValidationError',
    'clientIds',
  ],
  [
    'an assignment nobody made',
    'GET /access/teamsExtension/tenants/t/assignments/o',
    { version: '2025-06-30' },
    404,
    'NotFound',
  ],
  [
    'an Entra exchange with a signature',
    'POST /access/entra/:exchangeAccessToken',
    { version: '2025-03-02-preview', body: {} },
    401,
    'Denied',
  ],
  [
    'an Entra exchange with nonsense',
    'POST /access/entra/:exchangeAccessToken',
    { version: '2025-03-02-preview', token: 'x', body: {} },
    401,
    'Denied',
  ],
  [
    'a Teams extension exchange with nonsense',
    'POST /access/teamsExtension/:exchangeAccessToken',
    { version: '2025-06-30', token: 'x', body: {} },
    401,
    'Denied',
  ],
  ['an Entra token nobody signed', 'POST /identities', { token: 'e30.e30.AA' }, 401, 'Denied'],
]

describe('identity operations refuse', () => {
  test.for(refusals)('%s', async ([, line, attempt, status, code, target]) => {
    const answer = await acs.call(line.replace('{user}', user), attempt)
    expect(answer.status).toBe(status)
    expect(answer.body.error).toMatchObject({ code, ...(target === undefined ? {} : { target }) })
  })

  test('with the words of the service', async () => {
    const words = async (line: string, body: object): Promise<string | undefined> =>
      (await acs.call(line, { body })).body.error?.message
    const issue = `POST /identities/${user}/:issueAccessToken`
    expect(await words(issue, {})).toBe('Invalid scopes - Scopes field is required.')
    expect(await words(issue, { scopes, expiresInMinutes: 1441 })).toBe(
      'ExpiresInMinutes value 1441 is invalid. Value must be within the [60, 1440] interval.',
    )
    expect(await words(issue.replace(user, unknown), { scopes })).toBe(
      "Provided identity doesn't belong to the resource.",
    )
  })

  test('a user token as the proof of ownership', async () => {
    const { token } = await acs.createUser('chat')
    expect(await acs.call('POST /identities', { token })).toMatchObject({ status: 401 })
  })
})

describe('a signature', () => {
  const otherHash = encodeBase64(new Uint8Array(32))
  const forged: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['that is missing', { authorization: '' }],
    [
      'of another scheme',
      { authorization: 'HMAC-SHA1 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=AAAA' },
    ],
    [
      'of another key',
      {
        authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${otherHash}`,
      },
    ],
    [
      'over fewer headers',
      { authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host&Signature=${otherHash}` },
    ],
    ['of another date', { 'x-ms-date': 'Sat, 21 Nov 2026 20:00:00 GMT' }],
    ['of another host', { host: 'localhost:4282' }],
    ['of another body', { 'x-ms-content-sha256': otherHash }],
  ]

  test.for(forged)('%s is denied', async ([, headers]) => {
    const { body, status } = await acs.call('POST /identities', { headers })
    expect(status).toBe(401)
    expect(body.error).toEqual({ code: 'Denied', message: 'Denied by the resource provider.' })
  })

  test('for one path does not open another', async () => {
    const headers = await signed('POST', '/identities/a/:revokeAccessTokens', acs.host.clock)
    expect(await acs.call('POST /identities', { headers })).toMatchObject({ status: 401 })
  })

  // Item 48 of docs/security.md: at most 15 minutes either way; dates are whole seconds, and time goes on meanwhile.
  test.for<readonly [number, number]>([
    [-910, 401],
    [-890, 201],
    [890, 201],
    [910, 401],
  ])('made %d s from now answers %d', async ([seconds, status]) => {
    const clock = { ...systemClock, now: () => acs.host.clock.now() + seconds * 1000 }
    const headers = await signed('POST', '/identities', clock)
    expect(await acs.call('POST /identities', { headers })).toMatchObject({ status })
  })

  test('by the time of the machine is good when the control clock is elsewhere', async () => {
    const elsewhere = startInProcess()
    elsewhere.host.clock.advanceSeconds(86_400)
    const key = elsewhere.host.endpoints().communication.accessKey
    const headers = await signed('POST', '/identities', systemClock, key)
    expect(await elsewhere.call('POST /identities', { headers })).toMatchObject({ status: 201 })
    await elsewhere.close()
  })
})

async function signed(
  method: string,
  path: string,
  clock: Clock,
  key: string = acs.host.endpoints().communication.accessKey,
): Promise<Record<string, string>> {
  const url = `http://127.0.0.1:4282${path}?api-version=2023-10-01`
  return await createHeaderSigner(key, { clock })({ method, url })
}
