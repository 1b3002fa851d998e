/**
 * What B2C refuses to refresh, and to grant applications, each with its own code; every answer is checked for its whole shape.
 *
 * @see https://learn.microsoft.com/azure/active-directory-b2c/error-codes
 */

import { describe, test } from 'vitest'
import { EntraUnderTest } from './entra-under-test.ts'
import {
  codeRefreshToken,
  deleteBob,
  disableBob,
  expectRefusal,
  type Refusal,
  refresh,
  revokeBob,
  ropcRefreshToken,
  tampered,
} from './refusal.ts'

const cases: readonly Refusal[] = [
  ['refresh: none', 90_083, 'invalid_request', (e) => refresh(e, '')],
  ['refresh: garbage', 90_090, 'invalid_grant', (e) => refresh(e, 'garbage')],
  [
    'refresh: tampered',
    90_090,
    'invalid_grant',
    async (e) => refresh(e, tampered(await ropcRefreshToken(e))),
  ],
  [
    'refresh: an access token',
    90_090,
    'invalid_grant',
    async (e) => refresh(e, (await e.byPassword()).json.access_token),
  ],
  [
    'refresh: at another policy',
    90_088,
    'invalid_grant',
    async (e) => refresh(e, await ropcRefreshToken(e), {}, 'b2c_1_signupsignin'),
  ],
  [
    'refresh: by another client',
    90_068,
    'invalid_grant',
    async (e) => refresh(e, await ropcRefreshToken(e), { client_id: e.id('b2c-native-client') }),
  ],
  [
    'refresh: after fourteen days',
    90_080,
    'invalid_grant',
    async (e) => {
      const token = await ropcRefreshToken(e)
      e.host.clock.advanceSeconds(1_209_600)
      return refresh(e, token)
    },
  ],
  [
    'refresh: revoked',
    90_129,
    'invalid_grant',
    async (e) => {
      const token = await ropcRefreshToken(e)
      await revokeBob(e)
      return refresh(e, token)
    },
  ],
  [
    'refresh: of a disabled person',
    90_129,
    'invalid_grant',
    async (e) => {
      const token = await ropcRefreshToken(e)
      await disableBob(e)
      return refresh(e, token)
    },
  ],
  [
    'refresh: of a deleted person',
    90_128,
    'invalid_grant',
    async (e) => {
      const token = await ropcRefreshToken(e)
      await deleteBob(e)
      return refresh(e, token)
    },
  ],
  [
    'refresh: a secret for a public grant',
    90_084,
    'invalid_request',
    async (e) => refresh(e, await ropcRefreshToken(e), { client_secret: e.secret('b2c-client') }),
  ],
  [
    'refresh: no secret for a confidential grant',
    90_079,
    'invalid_request',
    async (e) => refresh(e, await codeRefreshToken(e), {}, 'b2c_1_signupsignin'),
  ],
  [
    'refresh: a wrong secret',
    90_081,
    'invalid_client',
    async (e) => refresh(e, await codeRefreshToken(e), { client_secret: 'x' }, 'b2c_1_signupsignin'),
  ],
  [
    'refresh: a scope it never had',
    90_117,
    'invalid_scope',
    async (e) => refresh(e, await ropcRefreshToken(e), { scope: 'openid other' }),
  ],

  [
    'application: no secret',
    90_079,
    'invalid_request',
    (e) =>
      e.b2cToken({
        grant_type: 'client_credentials',
        client_id: e.id('b2c-client'),
        scope: `${e.id('b2c-client')}/.default`,
      }),
  ],
  [
    'application: a wrong secret',
    90_081,
    'invalid_client',
    (e) =>
      e.b2cToken({
        grant_type: 'client_credentials',
        client_id: e.id('b2c-client'),
        client_secret: 'x',
        scope: `${e.id('b2c-client')}/.default`,
      }),
  ],
  [
    'application: a page',
    90_058,
    'unauthorized_client',
    (e) =>
      e.b2cToken({
        grant_type: 'client_credentials',
        client_id: e.id('b2c-spa-client'),
        scope: `${e.id('b2c-client')}/.default`,
      }),
  ],
  [
    'application: no scope',
    90_083,
    'invalid_request',
    (e) =>
      e.b2cToken({
        grant_type: 'client_credentials',
        client_id: e.id('b2c-client'),
        client_secret: e.secret('b2c-client'),
      }),
  ],
  [
    'application: an unknown scope',
    90_117,
    'invalid_scope',
    (e) =>
      e.b2cToken({
        grant_type: 'client_credentials',
        client_id: e.id('b2c-client'),
        client_secret: e.secret('b2c-client'),
        scope: 'https://graph.microsoft.com/.default',
      }),
  ],
]

describe('the token endpoint refuses', () => {
  test.for(cases)('%s', async ([, code, error, ask]) => {
    const entra = new EntraUnderTest()
    expectRefusal(entra, await ask(entra), code, error)
    entra.host.close()
  })
})
