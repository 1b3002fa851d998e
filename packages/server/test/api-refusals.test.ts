/** What /api says of a mistake: which it is, as the original's contract has it, and never whether there is an account. */

import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createLocalServer } from './support/local-server.ts'
import { bob } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

test('every function names the mistake', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, { app: unlimited })
  const { json: session } = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
  const key = { 'x-functions-key': localAzure.endpoints.api.functionKey }
  const stranger = 'nobody@contoso.example'
  const wrong = 'The email or password is wrong'
  const cases = [
    ['CheckAccount', {}, 400, 'The email is missing'],
    ['CheckAccount', { email: 'x' }, 400, 'The email is not valid'],
    ['GetRefreshAndAccessToken', {}, 400, 'email & password are required'],
    ['GetRefreshAndAccessToken', { email: bob.email, password: 'wrong' }, 400, wrong],
    ['GetRefreshAndAccessToken', { email: stranger, password: 'wrong' }, 400, wrong],
    ['GetRefreshAndAccessToken', { id_token: '123' }, 400, 'id_token is invalid or expired'],
    ['RefreshToken', {}, 400, 'refresh_token is missing'],
    ['RefreshToken', { refresh_token: 'abc' }, 400, 'refresh_token is invalid'],
    ['GetResourceTokens', { refresh_token: 'abc' }, 400, 'refresh_token is invalid'],
    ['GetResourceTokens', { auth_token: 'abc' }, 401, 'auth_token is invalid'],
    ['GetUserInfo', { refresh_token: 'abc' }, 400, 'refresh_token is invalid'],
    ['CreateRolePermission', { role: 'new' }, 401, 'auth_token is missing'],
    ['CreateRolePermission', { role: 'new', auth_token: 'abc' }, 401, 'auth_token is invalid'],
    [
      'CreateRolePermission',
      { role: 'new', auth_token: session.accessToken },
      403,
      'Insufficient privileges',
    ],
    ['UpdateRole', { email: bob.email, role: 'new' }, 401, 'auth_token is missing'],
    ['UpdateRole', { refresh_token: 'abc' }, 401, 'refresh_token is invalid'],
  ] as const
  for (const [name, body, status, error] of cases) {
    const answer = await server.call('POST', `/api/${name}`, { body, headers: key })
    expect([name, body, answer.status, answer.json]).toEqual([name, body, status, { success: false, error }])
  }
  for (const name of ['GetResourceTokens', 'GetUserInfo']) {
    const answer = await server.call('POST', `/api/${name}`, { bearer: 'a.b.c', headers: key })
    expect([name, answer.status, answer.json.error]).toEqual([name, 401, 'The access token is invalid'])
  }
})
