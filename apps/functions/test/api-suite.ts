/** The seven functions of the seed, by its own examples; run on the Functions host and on @hono/node-server. */

import type { LocalAzure } from '@latchkey/local-azure'
import { settingsOf } from '@latchkey/local-azure'
import { expect, test } from 'vitest'

export interface ApiUnderTest {
  readonly url: string
  readonly localAzure: LocalAzure
}

/** The environment `start` gives the app. */
export function environmentOf(localAzure: LocalAzure): Record<string, string> {
  return {
    ...settingsOf(localAzure.endpoints),
    NODE_ENV: 'development',
    LATCHKEY_API_TOKENS: 'upstream',
    LATCHKEY_ALLOW_SECRETS_IN_QUERY: 'true',
  }
}

interface Answer {
  readonly status: number
  readonly json: Record<string, unknown>
}

export function apiSuite(api: () => ApiUnderTest): void {
  const call = async (path: string, parameters: Record<string, string>, method = 'GET'): Promise<Answer> => {
    const { localAzure, url } = api()
    const query = new URLSearchParams({ ...parameters, code: localAzure.endpoints.api.functionKey })
    const response = await fetch(`${url}/api/${path}?${query}`, { method })
    return { status: response.status, json: (await response.json()) as Answer['json'] }
  }
  const signIn = async (email: string): Promise<Record<string, string>> => {
    const found = api().localAzure.endpoints.users.find((candidate) => candidate.email === email)
    const { json } = await call('GetRefreshAndAccessToken', { email, password: found?.password ?? '' })
    return json['token'] as Record<string, string>
  }
  const email = 'test@test.com'

  test.for(['', '?code=wrong', '?code='])('without the key (%s) nothing is answered', async (query) => {
    const response = await fetch(`${api().url}/api/CheckAccount${query}`)
    expect([response.status, await response.text()]).toEqual([401, ''])
  })

  test('the key is taken from the header first', async () => {
    const { functionKey } = api().localAzure.endpoints.api
    const url = `${api().url}/api/CheckAccount?email=${email}&code=${encodeURIComponent(functionKey)}`
    const ask = async (key: string): Promise<number> =>
      (await fetch(url, { headers: { 'x-functions-key': key } })).status
    expect(await Promise.all([ask(functionKey), ask('wrong')])).toEqual([200, 401])
  })

  test('CheckAccount finds an account', async () => {
    const { json, status } = await call('CheckAccount', { email })
    expect([status, json]).toMatchObject([
      200,
      { success: true, exist: true, user: { accountEnabled: true } },
    ])
  })

  test.for(['api/checkaccount', 'API/CheckAccount/', 'Api/CHECKACCOUNT'])(
    '%s is CheckAccount',
    async (path) => {
      const { localAzure, url } = api()
      const query = new URLSearchParams({ email, code: localAzure.endpoints.api.functionKey })
      const response = await fetch(`${url}/${path}?${query}`)
      expect([response.status, await response.json()]).toMatchObject([200, { success: true, exist: true }])
      const withoutKey = await fetch(`${url}/${path}?email=${email}`)
      expect([withoutKey.status, await withoutKey.text()]).toEqual([401, ''])
    },
  )

  test('GetRefreshAndAccessToken, RefreshToken and GetResourceTokens follow one another', async () => {
    const token = await signIn(email)
    for (const field of ['access_token', 'refresh_token', 'expires_on', 'expires_in']) {
      expect([field, token[field]]).toEqual([field, expect.stringMatching(/./)])
    }
    const refreshed = await call('RefreshToken', { refresh_token: token['refresh_token'] ?? '' })
    expect([refreshed.status, refreshed.json]).toMatchObject([200, { success: true }])
    const next = refreshed.json['token'] as Record<string, string>
    const resources = await call('GetResourceTokens', { refresh_token: next['refresh_token'] ?? '' })
    expect(resources).toMatchObject({ status: 200, json: { success: true, group: 'new' } })
    expect(resources.json['permissions']).not.toEqual([])
  })

  test('GetUserInfo answers the row of the User table', async () => {
    const { json, status } = await call('GetUserInfo', { email })
    expect([status, json]).toMatchObject([200, { success: true, user: { email } }])
  })

  test('CreateRolePermission and UpdateRole are for admins', async () => {
    const [admin, other] = await Promise.all([signIn('alice@contoso.example'), signIn(email)])
    const create = (token: string): Promise<Answer> =>
      call('CreateRolePermission', { auth_token: token, role: 'editor' }, 'POST')
    expect(await create(admin['access_token'] ?? '')).toMatchObject({ status: 200, json: { success: true } })
    expect((await create(other['access_token'] ?? '')).status).toBe(403)
    expect((await create('abc')).status).toBe(401)
    const update = await call(
      'UpdateRole',
      { auth_token: admin['access_token'] ?? '', email, role: 'editor' },
      'POST',
    )
    expect(update).toMatchObject({ status: 200, json: { success: true } })
  })

  test.for([
    ['CheckAccount', {}, 'GET'],
    ['GetRefreshAndAccessToken', { email, password: 'wrong' }, 'GET'],
    ['RefreshToken', { refresh_token: 'wrong' }, 'GET'],
    ['GetUserInfo', { email: 'nonsense' }, 'GET'],
  ] as const)('%s with %o is a 400', async ([name, parameters, method]) => {
    const { json, status } = await call(name, parameters, method)
    expect([status, json['success']]).toEqual([400, false])
  })

  test('an unknown method is a 405 that names the known ones', async () => {
    const { functionKey } = api().localAzure.endpoints.api
    const headers = { 'x-functions-key': functionKey }
    const response = await fetch(`${api().url}/api/UpdateRole`, { method: 'PUT', headers })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('/v1 needs no key, and its tokens open what they are for', async () => {
    const { url } = api()
    const post = (path: string, body: object, token?: string): Promise<Response> =>
      fetch(`${url}/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
      })
    const bob = api().localAzure.endpoints.users.find((user) => user.email === 'bob@contoso.example')
    const session = await post('sessions', { grant: 'password', email: bob?.email, password: bob?.password })
    expect(session.status).toBe(201)
    const { accessToken } = (await session.json()) as { accessToken: string }
    for (const service of ['communication', 'fluid', 'cosmos']) {
      const response = await post(`tokens/${service}`, {}, accessToken)
      expect([service, response.status]).toEqual([service, 200])
      expect(response.headers.get('cache-control')).toBe('no-store')
    }
    expect((await post('tokens/communication', {})).status).toBe(401)
  })

  test('/auth sends a browser to the sign-in page', async () => {
    const response = await fetch(`${api().url}/auth/sign-in?returnTo=/`, { redirect: 'manual' })
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toContain('code_challenge_method=S256')
    expect(response.headers.getSetCookie()).toHaveLength(1)
  })
}
