/**
 * The control API: time, faults at the socket, the request log, reset.
 */

import { describe, expect } from 'vitest'
import type { LocalAzure } from '../../src/index.ts'
import { test } from '../../src/testing.ts'
import { ask } from './raw-request.ts'

const post = (url: string, body?: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', ...(body === undefined ? {} : { body: JSON.stringify(body) }) })

const groupsIn = async ({ endpoints }: LocalAzure): Promise<string[]> => {
  const answer = await fetch(`${endpoints.dashboard.url}/overview?service=entra`)
  const { entra } = (await answer.json()) as { entra: { title: string; rows: string[][] }[] }
  return entra.find(({ title }) => title === 'Users')?.rows.map(([, email]) => email ?? '') ?? []
}

/** Makes somebody, so that the far side can be looked at. */
async function createPerson({ endpoints }: LocalAzure, email: string): Promise<Response> {
  const { clientId, clientSecret, endpoint, tokenEndpoint } = endpoints.graph
  const scope = 'https://graph.microsoft.com/.default'
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope }
  const granted = await fetch(tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) })
  const { access_token: token } = (await granted.json()) as { access_token: string }
  return fetch(`${endpoint}/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      accountEnabled: true,
      displayName: email,
      identities: [
        { signInType: 'emailAddress', issuer: 'contoso.onmicrosoft.com', issuerAssignedId: email },
      ],
      passwordProfile: { password: 'Long-Enough-1' },
    }),
  })
}

describe('faults', () => {
  const arm = (localAzure: LocalAzure, kind: string, more: object = {}): Promise<Response> =>
    post(`${localAzure.endpoints.dashboard.url}/faults`, {
      service: 'entra',
      match: 'POST /graph',
      kind,
      times: 1,
      ...more,
    })

  test('reset: the connection breaks before the work is done', async ({ localAzure }) => {
    expect((await arm(localAzure, 'reset')).status).toBe(201)
    await expect(createPerson(localAzure, 'reset@contoso.example')).rejects.toMatchObject({
      cause: { code: 'ECONNRESET' },
    })
    expect(await groupsIn(localAzure)).not.toContain('reset@contoso.example')
    expect((await createPerson(localAzure, 'reset@contoso.example')).status).toBe(201)
  })

  test('drop-response: the work is done and the answer lost', async ({ localAzure }) => {
    await arm(localAzure, 'drop-response')
    await expect(createPerson(localAzure, 'lost@contoso.example')).rejects.toThrow('fetch failed')
    expect(await groupsIn(localAzure)).toContain('lost@contoso.example')
  })

  test.for(['429', '503'])(
    '%s: refused with Retry-After before the work is done',
    async (kind, { localAzure }) => {
      await arm(localAzure, kind, { retryAfterSeconds: 7 })
      const refused = await createPerson(localAzure, `busy${kind}@contoso.example`)
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([Number(kind), '7'])
      expect(await groupsIn(localAzure)).not.toContain(`busy${kind}@contoso.example`)
    },
  )

  test('timeout: no answer until the client gives up', async ({ localAzure }) => {
    await arm(localAzure, 'timeout', { match: '/openid-configuration/' })
    const asked = fetch(localAzure.endpoints.entra.b2c.metadata, { signal: AbortSignal.timeout(100) })
    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test('slow: the answer waits for the clock', async ({ localAzure }) => {
    await arm(localAzure, 'slow', { match: 'openid-configuration', delayMs: 600_000 })
    let answered = false
    const asked = fetch(localAzure.endpoints.entra.b2c.metadata).then((response) => {
      answered = true
      return response.status
    })
    while (localAzure.faults.list().length > 0) await new Promise((resolve) => setImmediate(resolve))
    expect(answered).toBe(false)
    await post(`${localAzure.endpoints.dashboard.url}/clock`, { advanceSeconds: 600 })
    expect(await asked).toBe(200)
  })

  test('over https too', async ({ localAzure }) => {
    const { getCACertificates, setDefaultCACertificates } = await import('node:tls')
    setDefaultCACertificates([...getCACertificates('default'), localAzure.endpoints.certificateAuthority])
    const url = `${new URL(localAzure.endpoints.entra.b2c.authority).origin}/contoso/b2c_1_ropc/discovery/v2.0/keys`
    await arm(localAzure, 'reset', { match: 'discovery' })
    await expect(fetch(url)).rejects.toThrow('fetch failed')
    expect((await fetch(url)).status).toBe(200)
  })

  test('hit as often as they were asked to, and can be cleared', async ({ localAzure }) => {
    const faults = `${localAzure.endpoints.dashboard.url}/faults`
    const { metadata } = localAzure.endpoints.entra.b2c
    await arm(localAzure, '503', { match: 'openid', times: 3 })
    const statuses = [await fetch(metadata), await fetch(metadata)].map(({ status }) => status)
    expect(statuses).toEqual([503, 503])
    expect(await (await fetch(faults)).json()).toMatchObject([{ kind: '503', times: 1 }])
    expect((await fetch(faults, { method: 'DELETE' })).status).toBe(204)
    expect((await fetch(metadata)).status).toBe(200)
  })

  test.for([
    ['no service', { service: undefined }],
    ['an unknown service', { service: 'teapot' }],
    ['the dashboard itself', { service: 'dashboard' }],
    ['an unknown kind', { kind: 'magic' }],
    ['a wrong expression', { match: '/(/' }],
    ['no times', { times: 0 }],
    ['a fraction', { times: 1.5 }],
  ])('refuses %s', async ([, fields], { localAzure }) => {
    const answer = await arm(localAzure, 'reset', fields as object)
    expect(answer.status).toBe(400)
    expect(localAzure.faults.list()).toEqual([])
  })
})

describe('clock', () => {
  test('moves every part forward, and tokens expire by it', async ({ localAzure }) => {
    const url = `${localAzure.endpoints.dashboard.url}/clock`
    const before = ((await (await fetch(url)).json()) as { now: string }).now
    const answer = (await (await post(url, { advanceSeconds: 3_600 })).json()) as { now: string }
    expect(Date.parse(answer.now) - Date.parse(before)).toBeGreaterThanOrEqual(3_600_000)
  })

  test.for([-1, 'x', null, 1e12])('refuses %s', async (advanceSeconds, { localAzure }) => {
    expect((await post(`${localAzure.endpoints.dashboard.url}/clock`, { advanceSeconds })).status).toBe(400)
  })
})

test('requests are logged without secrets', async ({ localAzure }) => {
  const { dashboard, entra } = localAzure.endpoints
  const { origin } = new URL(entra.b2c.metadata)
  const secrets = [
    'canary-code',
    'canary-state',
    'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.',
    'canary-body',
    'canary-header',
  ]
  const query = `p=b2c_1_ropc&code=canary-code&state=canary-state&scope=openid&c%6Fde=canary-code`
  await ask(`${origin}/contoso/oauth2/v2.0/token/eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.?${query}`, {
    method: 'POST',
    headers: { authorization: 'Bearer canary-header', 'content-length': '11' },
    body: 'canary-body',
  })
  const text = await (await fetch(`${dashboard.url}/requests?service=entra`)).text()
  const [last] = JSON.parse(text) as { path: string }[]
  expect(last).toMatchObject({
    service: 'entra',
    method: 'POST',
    status: 404,
    path: '/contoso/oauth2/v2.0/token/***?p=b2c_1_ropc&code=***&state=***&scope=openid&c%6Fde=***',
  })
  for (const secret of secrets) expect(text).not.toContain(secret)
  expect(((await (await fetch(`${dashboard.url}/requests?service=cosmos`)).json()) as unknown[]).length).toBe(
    0,
  )
  expect((await fetch(`${dashboard.url}/requests?service=teapot`)).status).toBe(400)
})

test('reset forgets people and seeds again; keys and ids stay', async ({ localAzure }) => {
  const { dashboard } = localAzure.endpoints
  await createPerson(localAzure, 'gone@contoso.example')
  const before = await (await fetch(`${dashboard.url}/endpoints.json`)).text()
  expect((await post(`${dashboard.url}/reset`)).status).toBe(204)
  expect(await groupsIn(localAzure)).toEqual([
    ...['alice@contoso.example', 'bob@contoso.example', 'test@test.com'],
    ...['alice@contoso.example', 'bob@contoso.example', 'test@test.com'],
  ])
  expect(await (await fetch(`${dashboard.url}/endpoints.json`)).text()).toBe(before)
})
