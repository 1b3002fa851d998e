/**
 * What B2C refuses, each with its own code; every answer is checked for its whole shape.
 *
 * @see https://learn.microsoft.com/azure/active-directory-b2c/error-codes
 */

import { describe, expect, test } from 'vitest'
import { challenge, EntraUnderTest, verifier } from './entra-under-test.ts'
import {
  codeRefreshToken,
  deleteBob,
  disableBob,
  expectRefusal,
  type Refusal,
  spa,
  stranger,
  tampered,
} from './refusal.ts'

const cases: readonly Refusal[] = [
  ['no client', 90_008, 'invalid_request', (e) => e.byPassword({ client_id: undefined })],
  ['an unknown client', 90_018, 'unauthorized_client', (e) => e.byPassword({ client_id: stranger })],
  [
    'a client of the other tenant',
    90_018,
    'unauthorized_client',
    (e) => e.byPassword({ client_id: e.id('external-id-client') }),
  ],
  ['no grant type', 90_083, 'invalid_request', (e) => e.byPassword({ grant_type: undefined })],
  [
    'an unknown grant type',
    90_086,
    'unsupported_grant_type',
    (e) => e.byPassword({ grant_type: 'urn:ietf:params:oauth:grant-type:device_code' }),
  ],
  [
    'a grant type of Object',
    90_086,
    'unsupported_grant_type',
    (e) => e.byPassword({ grant_type: 'constructor' }),
  ],
  ['GET', 90_226, 'invalid_request', (e) => e.ask('/contoso.onmicrosoft.com/b2c_1_ropc/oauth2/v2.0/token')],
  [
    'a JSON body',
    90_008,
    'invalid_request',
    (e) =>
      e.ask('/contoso.onmicrosoft.com/b2c_1_ropc/oauth2/v2.0/token', {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      }),
  ],
  [
    'a doubled parameter',
    90_085,
    'server_error',
    (e) =>
      e.ask('/contoso.onmicrosoft.com/b2c_1_ropc/oauth2/v2.0/token', {
        method: 'POST',
        body: new URLSearchParams('client_id=a&client_id=b'),
      }),
  ],
  [
    'secrets in header and body',
    90_085,
    'server_error',
    (e) =>
      e.form(
        '/contoso/b2c_1_ropc/oauth2/v2.0/token',
        { grant_type: 'password', client_secret: 'x' },
        { authorization: 'Basic YTpi' },
      ),
  ],

  ['password: wrong', 90_225, 'access_denied', (e) => e.byPassword({ password: 'wrong' })],
  [
    'password: unknown person',
    90_225,
    'access_denied',
    (e) => e.byPassword({ username: 'nobody@contoso.example' }),
  ],
  ['password: case matters', 90_225, 'access_denied', (e) => e.byPassword({ password: 'front-door-4281' })],
  ['password: none', 90_083, 'invalid_request', (e) => e.byPassword({ password: undefined })],
  ['password: no name', 90_083, 'invalid_request', (e) => e.byPassword({ username: undefined })],
  ['password: empty', 90_083, 'invalid_request', (e) => e.byPassword({ password: '' })],
  ['password: no scope', 90_010, 'invalid_request', (e) => e.byPassword({ scope: undefined })],
  [
    'password: a scope of nobody',
    90_117,
    'invalid_scope',
    (e) => e.byPassword({ scope: 'openid https://graph.microsoft.com/User.Read' }),
  ],
  [
    'password: the scope of another application, bare',
    90_117,
    'invalid_scope',
    (e) => e.byPassword({ scope: `openid ${e.id('b2c-spa-client')}` }),
  ],
  [
    'password: two resources',
    90_146,
    'invalid_scope',
    (e) =>
      e.byPassword({
        scope: `${e.id('b2c-client')} https://contoso.onmicrosoft.com/${e.id('b2c-spa-client')}/access`,
      }),
  ],
  [
    'password: a response type of the other endpoint',
    90_013,
    'unsupported_response_type',
    (e) => e.byPassword({ response_type: 'code' }),
  ],
  [
    'password: at a sign-in policy',
    90_224,
    'unauthorized_client',
    (e) => e.byPassword({}, 'b2c_1_signupsignin'),
  ],
  ['password: for a page', 90_224, 'unauthorized_client', (e) => e.byPassword(spa(e))],
  [
    'password: disabled person',
    90_111,
    'access_denied',
    async (e) => {
      await disableBob(e)
      return e.byPassword()
    },
  ],
  [
    'password: deleted person',
    90_225,
    'access_denied',
    async (e) => {
      await deleteBob(e)
      return e.byPassword()
    },
  ],
  [
    'password: right, after ten wrong ones',
    90_114,
    'access_denied',
    async (e) => {
      for (let i = 0; i < 10; i += 1) await e.byPassword({ password: 'no' })
      return e.byPassword()
    },
  ],

  ['code: none', 90_083, 'invalid_request', (e) => e.redeem('')],
  ['code: garbage', 90_090, 'invalid_grant', (e) => e.redeem('eyJ.a.b.c.d')],
  ['code: tampered', 90_090, 'invalid_grant', async (e) => e.redeem(tampered(await e.code()))],
  ['code: a refresh token', 90_090, 'invalid_grant', async (e) => e.redeem(await codeRefreshToken(e))],
  [
    'code: twice',
    90_129,
    'invalid_grant',
    async (e) => {
      const code = await e.code()
      expect((await e.redeem(code)).status).toBe(200)
      return e.redeem(code)
    },
  ],
  [
    'code: after ten minutes',
    90_080,
    'invalid_grant',
    async (e) => {
      const code = await e.code()
      e.host.clock.advanceSeconds(600)
      return e.redeem(code)
    },
  ],
  [
    'code: at another policy',
    90_088,
    'invalid_grant',
    async (e) => e.redeem(await e.code(), {}, 'b2c_1a_signup_signin'),
  ],
  [
    'code: by another client',
    90_068,
    'invalid_grant',
    async (e) => e.redeem(await e.code(), { client_id: e.id('b2c-native-client') }),
  ],
  [
    'code: another redirect',
    90_006,
    'invalid_request',
    async (e) => e.redeem(await e.code(), { redirect_uri: 'http://localhost:3000/other' }),
  ],
  [
    'code: no redirect',
    90_083,
    'invalid_request',
    async (e) => e.redeem(await e.code(), { redirect_uri: undefined }),
  ],
  [
    'code: no secret',
    90_079,
    'invalid_request',
    async (e) => e.redeem(await e.code(), { client_secret: undefined }),
  ],
  [
    'code: a wrong secret',
    90_081,
    'invalid_client',
    async (e) => e.redeem(await e.code(), { client_secret: 'wrong' }),
  ],
  [
    'code: a secret of another application',
    90_081,
    'invalid_client',
    async (e) => e.redeem(await e.code(), { client_secret: e.secret('graph-client') }),
  ],
  [
    'code: a page with a secret',
    90_084,
    'invalid_request',
    async (e) =>
      e.redeem(await e.code({ ...spa(e), code_challenge: challenge, code_challenge_method: 'S256' }), {
        ...spa(e),
        client_secret: 'x',
        code_verifier: verifier,
      }),
  ],
  [
    'code: no verifier',
    90_083,
    'invalid_request',
    async (e) => e.redeem(await e.code({ code_challenge: challenge, code_challenge_method: 'S256' })),
  ],
  [
    'code: another verifier',
    90_182,
    'invalid_grant',
    async (e) =>
      e.redeem(await e.code({ code_challenge: challenge, code_challenge_method: 'S256' }), {
        code_verifier: `${verifier}x`,
      }),
  ],
  [
    'code: the challenge as verifier',
    90_182,
    'invalid_grant',
    async (e) =>
      e.redeem(await e.code({ code_challenge: challenge, code_challenge_method: 'S256' }), {
        code_verifier: challenge,
      }),
  ],
  [
    'code: a short verifier',
    90_183,
    'invalid_grant',
    async (e) =>
      e.redeem(await e.code({ code_challenge: challenge, code_challenge_method: 'S256' }), {
        code_verifier: 'short',
      }),
  ],
  [
    'code: a verifier nobody asked for',
    90_183,
    'invalid_grant',
    async (e) => e.redeem(await e.code(), { code_verifier: verifier }),
  ],
  [
    'code: of a deleted person',
    90_128,
    'invalid_grant',
    async (e) => {
      const code = await e.code()
      await deleteBob(e)
      return e.redeem(code)
    },
  ],
  [
    'code: of a disabled person',
    90_129,
    'invalid_grant',
    async (e) => {
      const code = await e.code()
      await disableBob(e)
      return e.redeem(code)
    },
  ],
]

describe('the token endpoint refuses', () => {
  test.for(cases)('%s', async ([, code, error, ask]) => {
    const entra = new EntraUnderTest()
    expectRefusal(entra, await ask(entra), code, error)
    entra.host.close()
  })
})
