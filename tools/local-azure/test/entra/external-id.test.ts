/**
 * Native authentication of External ID, and what the tenant's endpoints refuse, each with its number.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reference-native-authentication-api
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */

import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { type Answer, EntraUnderTest, verifier } from './entra-under-test.ts'
import {
  bob,
  challengeOf,
  change,
  code,
  daemon,
  initiate,
  native,
  pkce,
  redeem,
  tenant,
  token,
} from './external-id-under-test.ts'
import { stranger } from './refusal.ts'

test('signs in by initiate, challenge and password', async () => {
  const entra = new EntraUnderTest()
  const started = await initiate(entra)
  expect(started.json).toEqual({ continuation_token: expect.any(String) })
  const challenged = await challengeOf(entra, started.json.continuation_token)
  expect(challenged.json).toEqual({ continuation_token: expect.any(String), challenge_type: 'password' })
  const { json, status } = await native(entra)
  expect(status).toBe(200)
  expect(json).toMatchObject({ token_type: 'Bearer', scope: 'openid offline_access', expires_in: 3599 })
  expect(decodeJwt(json.id_token)).toMatchObject({
    aud: entra.id('external-id-client'),
    preferred_username: bob,
  })
  // A public grant: no secret to refresh.
  const refreshed = await token(entra, { grant_type: 'refresh_token', refresh_token: json.refresh_token })
  expect(refreshed.status).toBe(200)
})

test('sends a client that cannot show a password to the browser', async () => {
  const entra = new EntraUnderTest()
  const { json, status } = await initiate(entra, { challenge_type: 'oob redirect' })
  expect([status, json]).toEqual([200, { challenge_type: 'redirect' }])
})

test('its tokens open Communication Services for a person', async () => {
  const entra = new EntraUnderTest()
  const audience = 'https://communication.azure.com'
  const { json } = await native(entra, { scope: `openid ${audience}/clients.chat` })
  const verified = await entra.service.verifyAccessToken(json.access_token, { audience })
  expect(verified).toMatchObject({
    objectId: entra.host.keys.id('user:bob:external-id'),
    clientId: entra.id('external-id-client'),
    scopes: ['clients.chat'],
    roles: [],
  })
  const other = await entra.service.verifyAccessToken(json.access_token, {
    audience: 'https://graph.microsoft.com',
  })
  const idToken = await entra.service.verifyAccessToken(json.id_token, {
    audience: entra.id('external-id-client'),
  })
  expect([other, idToken]).toEqual([undefined, undefined])
  entra.host.clock.advanceSeconds(3_601)
  expect(await entra.service.verifyAccessToken(json.access_token, { audience })).toBeUndefined()
})

const cases: readonly (readonly [
  name: string,
  number: number,
  status: number,
  error: string,
  ask: (e: EntraUnderTest) => Promise<Answer>,
])[] = [
  [
    'initiate: an unknown person',
    1_003_031,
    400,
    'user_not_found',
    (e) => initiate(e, { username: 'nobody@contoso.example' }),
  ],
  ['initiate: no name', 900_144, 400, 'invalid_request', (e) => initiate(e, { username: undefined })],
  [
    'initiate: no way to the browser',
    901_007,
    400,
    'unsupported_challenge_type',
    (e) => initiate(e, { challenge_type: 'password' }),
  ],
  [
    'initiate: an application without it',
    7_000_222,
    400,
    'nativeauthapi_disabled',
    (e) => initiate(e, { client_id: e.id('external-id-native-client') }),
  ],
  [
    'initiate: an unknown application',
    700_016,
    400,
    'unauthorized_client',
    (e) => initiate(e, { client_id: stranger }),
  ],
  ['initiate: GET', 900_561, 400, 'invalid_request', (e) => e.ask(`${tenant}/oauth2/v2.0/initiate`)],
  ['challenge: garbage', 70_000, 400, 'invalid_grant', (e) => challengeOf(e, 'garbage')],
  [
    'challenge: ten minutes late',
    1_003_037,
    400,
    'expired_token',
    async (e) => {
      const { json } = await initiate(e)
      e.host.clock.advanceSeconds(600)
      return challengeOf(e, json.continuation_token)
    },
  ],
  [
    'native token: without a challenge',
    70_000,
    400,
    'invalid_grant',
    async (e) =>
      token(e, {
        grant_type: 'password',
        continuation_token: (await initiate(e)).json.continuation_token,
        password: 'x',
        scope: 'openid',
      }),
  ],
  ['native token: a wrong password', 50_126, 400, 'invalid_grant', (e) => native(e, { password: 'wrong' })],
  [
    'native token: locked',
    50_053,
    400,
    'invalid_grant',
    async (e) => {
      for (let i = 0; i < 10; i += 1) await native(e, { password: 'no' })
      return native(e)
    },
  ],
  [
    'native token: disabled',
    50_057,
    400,
    'invalid_grant',
    async (e) => {
      await change(e, 'PATCH', '', { accountEnabled: false })
      return native(e)
    },
  ],
  ['native token: no scope', 900_144, 400, 'invalid_request', (e) => native(e, { scope: undefined })],
  [
    'token: no password grant',
    70_003,
    400,
    'unsupported_grant_type',
    (e) => token(e, { grant_type: 'password', username: bob, password: 'x', scope: 'openid' }),
  ],
  [
    'token: an unknown grant',
    70_003,
    400,
    'unsupported_grant_type',
    (e) => token(e, { grant_type: 'magic' }),
  ],
  ['token: no grant', 900_144, 400, 'invalid_request', (e) => token(e, {})],
  [
    'code: twice',
    54_005,
    400,
    'invalid_grant',
    async (e) => {
      const value = await code(e)
      await redeem(e, value)
      return redeem(e, value)
    },
  ],
  [
    'code: late',
    70_008,
    400,
    'invalid_grant',
    async (e) => {
      const value = await code(e)
      e.host.clock.advanceSeconds(601)
      return redeem(e, value)
    },
  ],
  ['code: garbage', 70_000, 400, 'invalid_grant', (e) => redeem(e, 'garbage')],
  ['code: of B2C', 700_005, 400, 'invalid_grant', async (e) => redeem(e, await e.code())],
  [
    'code: no secret',
    7_000_218,
    401,
    'invalid_client',
    async (e) => redeem(e, await code(e), { client_secret: undefined }),
  ],
  [
    'code: a wrong secret',
    7_000_215,
    401,
    'invalid_client',
    async (e) => redeem(e, await code(e), { client_secret: 'x' }),
  ],
  [
    'code: another redirect',
    50_011,
    400,
    'invalid_request',
    async (e) => redeem(e, await code(e), { redirect_uri: 'http://localhost:1/' }),
  ],
  [
    'code: another verifier',
    50_148,
    400,
    'invalid_grant',
    async (e) => redeem(e, await code(e, pkce), { code_verifier: `${verifier}x` }),
  ],
  [
    'code: a short verifier',
    501_481,
    400,
    'invalid_grant',
    async (e) => redeem(e, await code(e, pkce), { code_verifier: 'x' }),
  ],
  ['code: no verifier', 900_144, 400, 'invalid_request', async (e) => redeem(e, await code(e, pkce))],
  [
    'code: of a deleted person',
    50_034,
    400,
    'invalid_grant',
    async (e) => {
      const value = await code(e)
      await change(e, 'DELETE', '')
      return redeem(e, value)
    },
  ],
  [
    'refresh: garbage',
    70_000,
    400,
    'invalid_grant',
    (e) => token(e, { grant_type: 'refresh_token', refresh_token: 'x' }),
  ],
  [
    'refresh: of B2C',
    700_005,
    400,
    'invalid_grant',
    async (e) =>
      token(e, { grant_type: 'refresh_token', refresh_token: (await e.byPassword()).json.refresh_token }),
  ],
  [
    'refresh: after ninety days',
    700_082,
    400,
    'invalid_grant',
    async (e) => {
      const { json } = await native(e)
      e.host.clock.advanceSeconds(7_776_000)
      return token(e, { grant_type: 'refresh_token', refresh_token: json.refresh_token })
    },
  ],
  [
    'refresh: revoked',
    50_173,
    400,
    'invalid_grant',
    async (e) => {
      const { json } = await native(e)
      await change(e, 'POST', '/revokeSignInSessions')
      return token(e, { grant_type: 'refresh_token', refresh_token: json.refresh_token })
    },
  ],
  [
    'refresh: an unknown resource',
    500_011,
    400,
    'invalid_resource',
    async (e) => {
      const { json } = await native(e)
      return token(e, {
        grant_type: 'refresh_token',
        refresh_token: json.refresh_token,
        scope: 'https://elsewhere.example/read',
      })
    },
  ],
  [
    'refresh: an unknown scope',
    70_011,
    400,
    'invalid_scope',
    async (e) => {
      const { json } = await native(e)
      return token(e, {
        grant_type: 'refresh_token',
        refresh_token: json.refresh_token,
        scope: 'https://communication.azure.com/magic',
      })
    },
  ],
  [
    'application: no secret',
    7_000_218,
    401,
    'invalid_client',
    (e) => daemon(e, { client_secret: undefined }),
  ],
  ['application: a wrong secret', 7_000_215, 401, 'invalid_client', (e) => daemon(e, { client_secret: 'x' })],
  [
    'application: not .default',
    70_011,
    400,
    'invalid_scope',
    (e) => daemon(e, { scope: 'https://graph.microsoft.com/User.Read.All' }),
  ],
  [
    'application: an unknown resource',
    500_011,
    400,
    'invalid_resource',
    (e) => daemon(e, { scope: 'https://elsewhere.example/.default' }),
  ],
  ['application: unknown', 700_016, 400, 'unauthorized_client', (e) => daemon(e, { client_id: stranger })],
  [
    'application: people do not sign in to the B2C tenant here',
    70_003,
    400,
    'unsupported_grant_type',
    (e) => daemon(e, { grant_type: 'password' }),
  ],
]

describe('refuses', () => {
  test.for(cases)('%s', async ([, number, status, error, ask]) => {
    const entra = new EntraUnderTest()
    const answer = await ask(entra)
    expect(answer.json).toMatchObject({
      error,
      error_codes: [number],
      error_description: expect.stringMatching(
        new RegExp(`^AADSTS${number}: .+ Trace ID: \\S+ Correlation ID: \\S+ Timestamp: .+Z$`),
      ),
      trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
    })
    expect(answer.status).toBe(status)
    expect(answer.text).not.toContain('Front-Door-4281')
    entra.host.close()
  })
})
