import { type Everything, startEverything } from '@latchkey/start'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

const tokenShape = {
  access_token: expect.stringMatching(/^eyJ/),
  refresh_token: expect.stringMatching(/.{20}/),
  expires_on: expect.stringMatching(/^\d+$/),
  expires_in: expect.stringMatching(/^\d+$/),
}

// The examples of the document the product was asked for, one by one: the same paths, methods and parameters, with
// live tokens where it writes abc or 123. They run in its order, because a token one answers is used by the next.
describe('the seed’s own curl examples', () => {
  let everything: Everything
  let code: string
  let refreshToken: string
  let adminAccessToken: string
  let adminRefreshToken: string

  beforeAll(async () => {
    everything = await startEverything({ portBase: 0, data: false })
    code = encodeURIComponent(everything.endpoints.api.functionKey)
  })
  afterAll(() => everything?.close())

  async function call(method: string, pathAndQuery: string): Promise<Answer> {
    const response = await fetch(`${everything.endpoints.api.baseUrl}/api/${pathAndQuery}`, { method })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }
  }

  test('CheckAccount finds an account', async () => {
    const { status, body } = await call('GET', `CheckAccount?email=test@test.com&code=${code}`)
    expect(status).toBe(200)
    expect(body).toEqual({
      success: true,
      exist: true,
      user: expect.objectContaining({ objectId: expect.any(String) }),
    })
    expect(body['user']).toMatchObject({
      accountEnabled: true,
      signInNames: [{ type: 'emailAddress', value: 'test@test.com' }],
    })
  })

  test('CheckAccount makes one that was not there, in the group new', async () => {
    const first = await call('GET', `CheckAccount?email=nobody.yet@test.com&code=${code}`)
    expect(first).toMatchObject({ status: 200, body: { success: true, exist: false } })
    const second = await call('GET', `CheckAccount?email=nobody.yet@test.com&code=${code}`)
    expect(second).toMatchObject({ status: 200, body: { success: true, exist: true } })
    expect(second.body['user']).toEqual(first.body['user'])
  })

  test('GetRefreshAndAccessToken takes an e-mail and a password', async () => {
    const { status, body } = await call(
      'GET',
      `GetRefreshAndAccessToken?email=test@test.com&password=abc&code=${code}`,
    )
    expect(status).toBe(200)
    expect(body).toEqual({ success: true, token: expect.objectContaining(tokenShape), group: 'new' })
    refreshToken = String((body['token'] as Record<string, unknown>)['refresh_token'])
  })

  test('GetRefreshAndAccessToken takes an id token', async () => {
    const idToken = await idTokenOf('test@test.com', 'abc')
    const { status, body } = await call('GET', `GetRefreshAndAccessToken?id_token=${idToken}&code=${code}`)
    expect(status).toBe(200)
    expect(body).toEqual({ success: true, token: expect.objectContaining(tokenShape), group: 'new' })
  })

  test('GetResourceTokens answers permissions, the group and a new refresh token', async () => {
    const { status, body } = await call('GET', `GetResourceTokens?refresh_token=${refreshToken}&code=${code}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true, group: 'new', refreshToken: expect.stringMatching(/.{20}/) })
    expect(body['permissions']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 'Profile', _token: expect.stringMatching(/^type=resource/) }),
      ]),
    )
    refreshToken = String(body['refreshToken'])
  })

  test('GetUserInfo answers the row of the User container', async () => {
    const { status, body } = await call('GET', `GetUserInfo?email=test@test.com&code=${code}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      success: true,
      user: {
        id: expect.any(String),
        email: 'test@test.com',
        firstName: expect.any(String),
        lastName: expect.any(String),
        type: expect.any(String),
      },
    })
  })

  test('RefreshToken renews both tokens', async () => {
    const { status, body } = await call('GET', `RefreshToken?refresh_token=${refreshToken}&code=${code}`)
    expect(status).toBe(200)
    expect(body).toEqual({ success: true, token: expect.objectContaining(tokenShape) })
  })

  test('an admin signs in', async () => {
    const alice = everything.endpoints.users[0]
    const query = new URLSearchParams({ email: String(alice?.email), password: String(alice?.password) })
    const { body } = await call('GET', `GetRefreshAndAccessToken?${query}&code=${code}`)
    const token = body['token'] as Record<string, string>
    expect(body['group']).toBe('admin')
    adminAccessToken = String(token['access_token'])
    adminRefreshToken = String(token['refresh_token'])
  })

  test.for(['role=editor', 'table=Profile'])('CreateRolePermission takes %s', async (what) => {
    const path = `CreateRolePermission?auth_token=${adminAccessToken}&${what}&code=${code}`
    const { status, body } = await call('POST', path)
    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true })
  })

  test.for([
    { name: 'an access token', role: 'editor', proof: () => `auth_token=${adminAccessToken}` },
    { name: 'a refresh token', role: 'new', proof: () => `refresh_token=${adminRefreshToken}` },
  ])('UpdateRole takes $name of an admin', async ({ role, proof }) => {
    const path = `UpdateRole?${proof()}&email=test@test.com&role=${role}&code=${code}`
    expect(await call('POST', path)).toMatchObject({ status: 200, body: { success: true } })
    const again = await call('GET', `GetRefreshAndAccessToken?email=test@test.com&password=abc&code=${code}`)
    expect(again.body['group']).toBe(role)
  })

  test.for([
    ['GET', 'CheckAccount?email=test@test.com'],
    ['GET', 'GetRefreshAndAccessToken?email=test@test.com&password=abc'],
    ['GET', 'GetResourceTokens?refresh_token=abc'],
    ['GET', 'GetUserInfo?email=test@test.com'],
    ['GET', 'RefreshToken?refresh_token=abc'],
    ['POST', 'CreateRolePermission?auth_token=abc&role=editor'],
    ['POST', 'UpdateRole?auth_token=abc&email=test@test.com&role=editor'],
  ] as const)('%s %s answers 401 without a code, and with a wrong one', async ([method, path]) => {
    expect(await call(method, path)).toEqual({ status: 401, body: {} })
    expect(await call(method, `${path}&code=123`)).toEqual({ status: 401, body: {} })
  })

  test.for([
    ['GET', 'CheckAccount?', 400],
    ['GET', 'CheckAccount?email=not-an-address&', 400],
    ['GET', 'GetRefreshAndAccessToken?id_token=123&', 400],
    ['GET', 'GetRefreshAndAccessToken?email=test@test.com&password=wrong&', 400],
    ['GET', 'GetRefreshAndAccessToken?email=test@test.com&', 400],
    ['GET', 'GetResourceTokens?refresh_token=abc&', 400],
    ['GET', 'GetUserInfo?email=nonsense&', 400],
    ['GET', 'RefreshToken?', 400],
    ['GET', 'RefreshToken?refresh_token=abc&', 400],
    ['POST', 'UpdateRole?refresh_token=abc&email=test@test.com&role=editor&', 401],
    ['POST', 'UpdateRole?auth_token=abc&email=test@test.com&role=editor&', 401],
  ] as const)('%s %s is refused as documented', async ([method, path, status]) => {
    const answer = await call(method, `${path}code=${code}`)
    expect(answer).toEqual({ status, body: { success: false, error: expect.any(String) } })
  })

  test('CreateRolePermission refuses both and neither of role and table', async () => {
    for (const what of ['', '&role=editor&table=Profile']) {
      const path = `CreateRolePermission?auth_token=${adminAccessToken}${what}&code=${code}`
      expect((await call('POST', path)).status).toBe(400)
    }
  })

  async function idTokenOf(email: string, password: string): Promise<string> {
    const { b2c } = everything.endpoints.entra
    const metadata = (await (await fetch(b2c.ropcMetadata)).json()) as { token_endpoint: string }
    const response = await fetch(metadata.token_endpoint, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        username: email,
        password,
        client_id: b2c.clientId,
        scope: `openid ${b2c.clientId} offline_access`,
        response_type: 'token id_token',
      }),
    })
    return String(((await response.json()) as { id_token: string }).id_token)
  }
})
