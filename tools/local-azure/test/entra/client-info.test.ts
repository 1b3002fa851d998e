/**
 * `client_info` of token answers, from which MSAL makes the id of an account; test/entra/msal.test.ts has MSAL's own view.
 */

import { afterAll, expect, test } from 'vitest'
import { type Answer, EntraUnderTest } from './entra-under-test.ts'
import { code, native, token } from './external-id-under-test.ts'

const entra = new EntraUnderTest()
afterAll(() => entra.host.close())

const asked = { client_info: '1' }
const read = ({ json }: Answer): unknown => JSON.parse(Buffer.from(json.client_info, 'base64url').toString())

test('of B2C names the person and the policy, whichever grant asks', async () => {
  const uid = (policy: string): string => `${entra.host.keys.id('user:bob')}-${policy}`
  const utid = entra.host.keys.id('b2c-tenant')
  const byPassword = await entra.byPassword(asked)
  expect(read(byPassword)).toEqual({ uid: uid('b2c_1_ropc'), utid })
  const refreshed = await entra.b2cToken(
    {
      grant_type: 'refresh_token',
      client_id: entra.id('b2c-client'),
      refresh_token: byPassword.json.refresh_token,
      ...asked,
    },
    'B2C_1_ROPC',
  )
  expect(read(refreshed)).toEqual({ uid: uid('b2c_1_ropc'), utid })
  const custom = 'B2C_1A_signup_signin'
  const redeemed = await entra.redeem(await entra.code({}, custom), asked, custom)
  expect(read(redeemed)).toEqual({ uid: uid('b2c_1a_signup_signin'), utid })
})

test('of External ID names the person alone', async () => {
  const own = {
    uid: entra.host.keys.id('user:bob:external-id'),
    utid: entra.host.keys.id('external-id-tenant'),
  }
  const byCode = await token(entra, {
    grant_type: 'authorization_code',
    client_secret: entra.secret('external-id-client'),
    redirect_uri: 'http://localhost:3000/auth/callback',
    code: await code(entra),
    ...asked,
  })
  expect(read(byCode)).toEqual(own)
  expect(read(await native(entra, asked))).toEqual(own)
})

test('is left out when it is not asked for, and for applications on their own', async () => {
  const application = {
    grant_type: 'client_credentials',
    client_id: entra.id('graph-client'),
    client_secret: entra.secret('graph-client'),
    scope: 'https://graph.microsoft.com/.default',
    ...asked,
  }
  for (const answer of [
    await entra.byPassword(),
    await entra.byPassword({ client_info: '0' }),
    await native(entra),
    await entra.tenantToken(application),
  ]) {
    expect(answer.status).toBe(200)
    expect(answer.json).not.toHaveProperty('client_info')
  }
})
