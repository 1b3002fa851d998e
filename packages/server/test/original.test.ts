/**
 * Weaknesses of the original that no other test names: S and C numbers as in docs/security.md. Each of these would fail
 * on the original.
 */

import { settingsOf } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { createLocalServer } from './support/local-server.ts'
import { alice, bob, fetchIdToken } from './support/sign-in-page.ts'

const asParameters = (value: object): Record<string, string> => value as Record<string, string>

interface Recording {
  readonly fetch: (input: string, init?: RequestInit) => Promise<Response>
  readonly sent: { url: string; body: string }[]
}

function recordingFetch(): Recording {
  const sent: { url: string; body: string }[] = []
  return {
    sent,
    fetch: async (input, init) => {
      const { body } = init ?? {}
      sent.push({ url: input, body: typeof body === 'string' ? body : '' })
      return fetch(input, init)
    },
  }
}

describe('security', () => {
  test('S2 nothing secret stands in an address upstream', async ({ localAzure }) => {
    const { fetch, sent } = recordingFetch()
    const environment = { LATCHKEY_API_TOKENS: 'upstream' }
    const server = createLocalServer(localAzure, { ports: { fetch }, environment })
    const { token } = (await server.api('GetRefreshAndAccessToken', asParameters(bob))).json
    await server.api('RefreshToken', { refresh_token: token.refresh_token })
    const urls = sent.map(({ url }) => decodeURIComponent(url)).join('\n')
    for (const secret of [bob.password, token.refresh_token, token.access_token])
      expect(urls).not.toContain(secret)
  })

  test('S3 no secret in a log line or an error answer', async ({ localAzure }) => {
    const lines: string[] = []
    const server = createLocalServer(localAzure, {
      ports: { log: (event) => lines.push(JSON.stringify(event)) },
    })
    const secrets = [
      'canary-1-Xk29',
      'rt1.canary.AAAAAAAAAAAAAAAAAAAAAA.1.xyz',
      'eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOjF9.x',
    ]
    const answers = [
      await server.api('GetRefreshAndAccessToken', { email: bob.email, password: secrets[0] ?? '' }),
      await server.api('RefreshToken', { refresh_token: secrets[1] ?? '' }),
      await server.api('GetResourceTokens', { refresh_token: secrets[1] ?? '' }),
      await server.api('GetRefreshAndAccessToken', { id_token: secrets[2] ?? '' }),
      await server.api('CreateRolePermission', { auth_token: secrets[2] ?? '', role: 'new' }, 'POST'),
    ]
    const text = [...lines, ...answers.map((answer) => answer.text)].join('\n')
    const settings = Object.entries(settingsOf(localAzure.endpoints)).filter(([name]) =>
      /_(KEYS?|SECRET|STRING)$/.test(name),
    )
    for (const secret of [...secrets, ...settings.map(([, value]) => value)])
      expect(text).not.toContain(secret)
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 401])
  })

  test('S4 the password of a new account is random and derived from nothing', async ({ localAzure }) => {
    const passwords: string[] = []
    for (let round = 0; round < 2; round += 1) {
      const { fetch, sent } = recordingFetch()
      const server = createLocalServer(localAzure, { ports: { fetch } })
      const { user } = (await server.api('CheckAccount', { email: 's4@contoso.example' })).json
      const create = sent.find(({ url, body }) => url.endsWith('/users') && body !== '')
      passwords.push(JSON.parse(create?.body ?? '{}').passwordProfile.password)
      await server.latchkey.parts.accounts.remove(user.objectId)
    }
    expect(passwords[0]).not.toBe(passwords[1])
    // 24 random bytes, and what the directory's rules insist on.
    for (const password of passwords) expect(password).toMatch(/^[A-Za-z0-9_-]{32}aA1!$/)
  })

  test('S5 an id token is no admin token', async ({ localAzure }) => {
    for (const tokens of ['own', 'upstream']) {
      const server = createLocalServer(localAzure, { environment: { LATCHKEY_API_TOKENS: tokens } })
      const idToken = await fetchIdToken(localAzure, alice)
      const answer = await server.api('CreateRolePermission', { auth_token: idToken, role: 'new' }, 'POST')
      expect(answer).toMatchObject({ status: 401, json: { success: false } })
    }
  })

  test('S7 an address is one literal in the filter, whatever is in it', async ({ localAzure }) => {
    const { fetch, sent } = recordingFetch()
    const server = createLocalServer(localAzure, { ports: { fetch } })
    const hostile = ["o'neil@contoso.example", "x'or'1'eq'1@contoso.example", "'@contoso.example"]
    for (const email of hostile) {
      expect((await server.api('CheckAccount', { email })).json).toMatchObject({
        success: true,
        exist: false,
      })
      expect((await server.api('CheckAccount', { email })).json).toMatchObject({ success: true, exist: true })
    }
    const filters = sent.flatMap(({ url }) => new URL(url).searchParams.get('$filter') ?? [])
    for (const filter of filters) {
      const literals = filter.match(/'(?:[^']|'')*'/g) ?? []
      expect(literals).toHaveLength(2)
      expect(filter.replaceAll(/'(?:[^']|'')*'/g, '?')).toBe(
        'identities/any(c:c/issuerAssignedId eq ? and c/issuer eq ?)',
      )
    }
    for (const email of [
      "a@b' or '1' eq '1",
      'Ann <ann@contoso.example>',
      'a@b\r\nc.example',
      'a@@b.c',
      '.a@b.c',
    ])
      expect((await server.api('CheckAccount', { email })).status).toBe(400)
  })

  test('S8 an unknown address and a wrong password are one answer', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const known = await server.api('GetRefreshAndAccessToken', { email: bob.email, password: 'wrong-1' })
    const unknown = await server.api('GetRefreshAndAccessToken', {
      email: 'nobody@contoso.example',
      password: 'wrong-1',
    })
    expect([unknown.status, unknown.text]).toEqual([known.status, known.text])
    const body = (email: string) => ({ grant: 'password', email, password: 'wrong-1' })
    const [one, two] = await Promise.all(
      [bob.email, 'nobody@contoso.example'].map((email) =>
        server.call('POST', '/v1/sessions', { body: body(email) }),
      ),
    )
    expect({ ...one?.json, correlationId: '' }).toEqual({ ...two?.json, correlationId: '' })
  })

  test('S9 CheckAccount is limited by address and never enables an account', async ({ localAzure }) => {
    const server = createLocalServer(localAzure, {
      app: { limits: { checkAccount: { points: 3, seconds: 60 } } },
    })
    const email = 's9@contoso.example'
    const { objectId } = (await server.api('CheckAccount', { email })).json.user
    await server.latchkey.parts.accounts.setEnabled(objectId, false)
    const again = await server.api('CheckAccount', { email })
    expect(again.json).toMatchObject({ exist: true, user: { accountEnabled: false } })
    expect((await server.latchkey.parts.accounts.load(objectId))?.account.enabled).toBe(false)
    await server.api('CheckAccount', { email })
    const limited = await server.api('CheckAccount', { email })
    expect(limited.status).toBe(429)
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('S10 guessing one account stops, and the others are not stopped with it', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const guess = (email: string) => server.api('GetRefreshAndAccessToken', { email, password: 'guess' })
    const statuses: number[] = []
    for (let round = 0; round < 12; round += 1) statuses.push((await guess('s10@contoso.example')).status)
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 400))
    expect(statuses.slice(10)).toEqual([429, 429])
    expect((await guess('S10@Contoso.example')).status).toBe(429)
    expect((await server.api('GetRefreshAndAccessToken', asParameters(bob))).status).toBe(200)
  })

  test('S17 nothing outlives the stated bound: sessions end at once, tokens within their hour', async ({
    localAzure,
  }) => {
    const server = createLocalServer(localAzure)
    const { token } = (await server.api('GetRefreshAndAccessToken', asParameters(bob))).json
    const tokens = await server.api('GetResourceTokens', { refresh_token: token.refresh_token })
    const lifetimeMs = Date.parse(tokens.json.expiresAt) - localAzure.clock.now()
    expect(lifetimeMs).toBeLessThanOrEqual(3_600_000)
    expect(Number(token.expires_in)).toBeLessThanOrEqual(900)
    const { id } = (await server.api('GetUserInfo', { refresh_token: tokens.json.refreshToken })).json.user
    await server.latchkey.parts.accounts.setEnabled(id, false)
    expect((await server.api('GetRefreshAndAccessToken', asParameters(bob))).status).toBe(400)
    localAzure.clock.advanceSeconds(3_601)
    expect((await server.api('RefreshToken', { refresh_token: tokens.json.refreshToken })).status).toBe(400)
    await server.latchkey.parts.accounts.setEnabled(id, true)
  })

  test('S19 UpdateRole makes no account, and who changed what is on record', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const { token } = (await server.api('GetRefreshAndAccessToken', asParameters(alice))).json
    const auth = { auth_token: token.access_token }
    const stranger = 's19@contoso.example'
    const answer = await server.api('UpdateRole', { ...auth, email: stranger, role: 'editor' }, 'POST')
    expect(answer).toMatchObject({ status: 400, json: { success: false } })
    expect(await server.latchkey.parts.accounts.findByEmail(stranger)).toBeUndefined()
    expect(
      (await server.api('UpdateRole', { ...auth, email: bob.email, role: 'nothing' }, 'POST')).status,
    ).toBe(400)
    const last = await server.api('UpdateRole', { ...auth, email: alice.email, role: 'new' }, 'POST')
    expect(last.status).toBe(400)
    expect(
      (await server.api('UpdateRole', { ...auth, email: bob.email, role: 'editor' }, 'POST')).status,
    ).toBe(200)
    const { events } = await server.latchkey.parts.stores.audit.list({ pageSize: 10 })
    expect(events[0]).toMatchObject({ action: 'role-changed', details: { from: 'new', to: 'editor' } })
    const byRefresh = { refresh_token: token.refresh_token, email: bob.email, role: 'new' }
    expect((await server.api('UpdateRole', byRefresh, 'POST')).json).toEqual({ success: true })
  })
})
