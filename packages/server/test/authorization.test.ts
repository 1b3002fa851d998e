/**
 * A credential that is shown is the one that counts, or is refused: never passed over, on any route that takes one.
 */

import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { routesOf } from '../src/http/app.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { bob } from './support/sign-in-page.ts'

const signIn = async (server: LocalServer) =>
  (await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })).json

const spellings = (token: string): readonly string[] => [
  `bearer ${token}`,
  `BEARER ${token}`,
  `Basic ${btoa(`x:${token}`)}`,
  `Bearer  ${token}`,
  `Bearer\t${token}`,
  `Bearer ${token} ${token}`,
  `Bearer ${token}, Bearer ${token}`,
  `Bearer ${token},${token}`,
  `Bearer "${token}"`,
  `Bearer${token}`,
  'Bearer',
  token,
  '',
]

test('a sound token in any other spelling is refused, wherever a credential is read', async ({
  localAzure,
}) => {
  const server = createLocalServer(localAzure)
  const { accessToken } = await signIn(server)
  const key = { 'x-functions-key': localAzure.endpoints.api.functionKey }
  const routes = routesOf(server.latchkey).filter(
    ({ access }) => access !== 'open' && access !== 'navigation',
  )
  expect(routes.length).toBeGreaterThan(25)
  for (const { method, path } of routes) {
    for (const authorization of spellings(accessToken)) {
      const headers = { ...key, authorization }
      const answer = await server.call(method, path.replaceAll(/:\w+/g, 'x'), { headers })
      expect([method, path, authorization, answer.status]).toEqual([method, path, authorization, 401])
      const isBearer = /^bearer(\s|$)/i.test(authorization)
      const challenge = isBearer ? 'Bearer error="invalid_token"' : 'Bearer'
      expect([authorization, answer.headers.get('www-authenticate')]).toEqual([authorization, challenge])
      expect(answer.text).not.toContain(accessToken)
    }
  }
})

test('what is wrong with a token is said to whoever showed one, and with 401 and 403 alone', async ({
  localAzure,
}) => {
  const server = createLocalServer(localAzure)
  const { accessToken } = await signIn(server)
  const key = { 'x-functions-key': localAzure.endpoints.api.functionKey }
  const wrong = { email: bob.email, password: 'not-this-one' }
  const challenges = [
    ['GET', '/v1/me', {}, 401, 'Bearer'],
    ['GET', '/v1/me', { bearer: 'x.y.z' }, 401, 'Bearer error="invalid_token"'],
    ['GET', '/v1/users', { bearer: accessToken }, 403, 'Bearer error="insufficient_scope"'],
    ['POST', '/v1/sessions', { body: { grant: 'password', ...wrong } }, 401, 'Bearer'],
    ['POST', '/v1/sessions/refresh', { body: { refreshToken: 'x' } }, 401, 'Bearer'],
    ['POST', '/api/UpdateRole', { headers: key }, 401, 'Bearer'],
    [
      'POST',
      '/api/UpdateRole',
      { headers: key, body: { auth_token: 'x' } },
      401,
      'Bearer error="invalid_token"',
    ],
    ['POST', '/api/GetRefreshAndAccessToken', { headers: key, body: wrong }, 400, null],
    ['POST', '/api/RefreshToken', { headers: key, body: { refresh_token: 'x' } }, 400, null],
    ['GET', '/v1/nothing', {}, 404, null],
  ] as const
  for (const [method, path, options, status, challenge] of challenges) {
    const answer = await server.call(method, path, options)
    expect([path, answer.status, answer.headers.get('www-authenticate')]).toEqual([path, status, challenge])
  }
})

test('without the header guests are guests, and with a sound one nobody is', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const { accessToken, subject } = await signIn(server)
  const headers = { 'x-functions-key': localAzure.endpoints.api.functionKey }
  const groupOf = async (bearer?: string) =>
    (await server.call('POST', '/api/GetResourceTokens', { headers, ...(bearer && { bearer }) })).json.group
  expect([await groupOf(), await groupOf(accessToken)]).toEqual(['guest', 'new'])
  const own = await server.call('POST', '/api/GetUserInfo', { headers, bearer: accessToken })
  expect(own.json.user.id).toBe(subject)
})

describe('one beside another is one too many', () => {
  test.for(['Bearer x.y.z', 'Basic eDp5', 'bearer x.y.z', ''])(
    'the header %j',
    async (authorization, { localAzure }) => {
      const server = createLocalServer(localAzure)
      const { refreshToken } = await signIn(server)
      const headers = { 'x-functions-key': localAzure.endpoints.api.functionKey, authorization }
      const pairs = [
        ['/v1/sessions', { grant: 'password', ...bob }],
        ['/v1/sessions', { grant: 'id_token', idToken: 'x.y.z' }],
        ['/v1/sessions/refresh', { refreshToken }],
        ['/api/GetRefreshAndAccessToken', bob],
        ['/api/RefreshToken', { refresh_token: refreshToken }],
        ['/api/GetResourceTokens', { refresh_token: refreshToken }],
        ['/api/GetResourceTokens', { auth_token: 'x.y.z' }],
        ['/api/GetUserInfo', { refresh_token: refreshToken }],
        ['/api/UpdateRole', { auth_token: 'x.y.z', email: bob.email, role: 'new' }],
        ['/api/CreateRolePermission', { auth_token: 'x.y.z', role: 'new' }],
      ] as const
      for (const [path, body] of pairs) {
        const { status, json } = await server.call('POST', path, { body, headers })
        const text: string = json.title ?? json.error
        expect([path, status, text]).toEqual([path, 400, 'More than one credential in one request'])
      }
      // None of them was used.
      const refreshed = await server.call('POST', '/v1/sessions/refresh', { body: { refreshToken } })
      expect(refreshed.status).toBe(200)
    },
  )
})
