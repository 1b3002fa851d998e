/**
 * A new password, or a revocation in the directory, ends the sessions of before within the hour.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { afterEach, describe, expect, test as unitTest } from 'vitest'
import { readAccount } from '../src/accounts/graph-accounts.ts'
import { type Browser, closeBrowsers, openBrowser } from './support/http-browser.ts'
import { createWorld, person } from './support/session-world.ts'
import { alice, type Credentials, fetchIdToken, signInAt } from './support/sign-in-page.ts'

afterEach(closeBrowsers)

const secondPassword = 'Another-Front-Door-9'

/** Moves the clock of everything, as `POST /clock` at the dashboard does. */
async function pass({ endpoints }: LocalAzure, seconds: number): Promise<void> {
  const answer = await fetch(`${endpoints.dashboard.url}/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advanceSeconds: seconds }),
  })
  expect(answer.status).toBe(200)
}

async function post(
  browser: Browser,
  path: string,
  body: object,
): Promise<{ status: number; json: Record<string, string> }> {
  const response = await fetch(`${browser.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, json: (await response.json()) as Record<string, string> }
}

const signIn = (browser: Browser, who: Credentials) =>
  post(browser, '/v1/sessions', { grant: 'password', ...who })
const refresh = (browser: Browser, refreshToken: string | undefined) =>
  post(browser, '/v1/sessions/refresh', { refreshToken })

async function signInInBrowser(browser: Browser, who: Credentials): Promise<void> {
  const page = (await browser.go('/auth/sign-in')).headers.get('location') ?? ''
  expect((await browser.go(await signInAt(page, who))).status).toBe(200)
}

/** A request to Graph as the tenant's own tools would send it. */
async function graph(
  { endpoints }: LocalAzure,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const { endpoint, tokenEndpoint, clientId, clientSecret } = endpoints.graph
  const granted = await fetch(tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    }),
  })
  const { access_token: token } = (await granted.json()) as { access_token: string }
  return fetch(`${endpoint}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
}

/** What happens to the account, and the password it has afterwards. */
const changes = [
  {
    name: 'a new password at the page of B2C',
    act: async (localAzure: LocalAzure, _id: string, { email }: Credentials) => {
      const metadata = localAzure.endpoints.entra.b2c.metadata.replace(
        'B2C_1_signupsignin',
        'B2C_1_passwordreset',
      )
      const page = { action: 'reset', email, password: secondPassword }
      await fetchIdToken(localAzure, { email, password: '' }, 'b2c', { metadata, page })
      return secondPassword
    },
  },
  {
    name: 'a new password that the portal sets',
    act: async (localAzure: LocalAzure, id: string) => {
      const passwordProfile = { password: secondPassword, forceChangePasswordNextSignIn: false }
      expect((await graph(localAzure, 'PATCH', `/users/${id}`, { passwordProfile })).status).toBe(204)
      return secondPassword
    },
  },
  {
    name: 'revoked sign-ins',
    act: async (localAzure: LocalAzure, id: string, { password }: Credentials) => {
      expect((await graph(localAzure, 'POST', `/users/${id}/revokeSignInSessions`)).status).toBe(200)
      return password
    },
  },
] as const

describe.for(changes)('$name', ({ name, act }) => {
  test('ends the sessions of before within the hour, and no later one', async ({ localAzure }) => {
    const who = { email: `${name.replaceAll(' ', '-')}@contoso.example`, password: 'First-Front-Door-8' }
    const created = await graph(localAzure, 'POST', '/users', {
      accountEnabled: true,
      displayName: 'Somebody',
      identities: [
        { signInType: 'emailAddress', issuer: 'contoso.onmicrosoft.com', issuerAssignedId: who.email },
      ],
      passwordProfile: { password: who.password, forceChangePasswordNextSignIn: false },
      passwordPolicies: 'DisablePasswordExpiration',
    })
    const { id } = (await created.json()) as { id: string }
    const [browser, later] = [await openBrowser(localAzure), await openBrowser(localAzure)]
    const before = (await signIn(browser, who)).json
    await signInInBrowser(browser, who)
    const bystander = (await signIn(browser, alice)).json
    await pass(localAzure, 1_800)

    const present = { ...who, password: await act(localAzure, id, who) }
    await pass(localAzure, 5)
    const after = (await signIn(browser, present)).json
    await signInInBrowser(later, present)
    // Half an hour after the last look at the account, nobody looks; that is the bound.
    const still = await refresh(browser, before['refreshToken'])
    expect(still.status).toBe(200)
    expect((await browser.go('/v1/me')).status).toBe(200)

    await pass(localAzure, 1_800)
    expect((await browser.go('/v1/me')).status).toBe(401)
    const refused = await refresh(browser, still.json['refreshToken'])
    expect([refused.status, refused.json['code']]).toEqual([401, 'invalid_grant'])
    expect((await refresh(browser, bystander['refreshToken'])).status).toBe(200)

    await pass(localAzure, 3_600)
    expect((await later.go('/v1/me')).status).toBe(200)
    const moved = await refresh(browser, after['refreshToken'])
    expect(moved.status).toBe(200)
    // Nor at the look after that.
    await pass(localAzure, 3_600)
    expect((await refresh(browser, moved.json['refreshToken'])).status).toBe(200)
  })
})

describe('the look at the account', () => {
  unitTest.for([
    { atSignIn: 1_000, later: 1_000, isLive: true },
    { atSignIn: 1_000, later: 1_001, isLive: false },
    // A replica that has not heard yet.
    { atSignIn: 1_000, later: 999, isLive: true },
    { atSignIn: 1_000, later: null, isLive: true },
    { atSignIn: null, later: 1_001, isLive: true },
    { atSignIn: undefined, later: undefined, isLive: true },
  ])('$atSignIn at sign-in, then $later: goes on $isLive', async ({ atSignIn, later, isLive }) => {
    const world = createWorld()
    const known = (ms: number | null | undefined) => (ms === undefined ? {} : { signInsValidFromMs: ms })
    const start = { person, role: 'new', ...known(atSignIn) }
    const { refreshToken, session } = await world.sessions.begin(start)
    const { token } = await world.sessions.beginInBrowser(start)
    world.account = { role: 'new', ...known(later) }
    world.advance(3_600)
    const [refreshed, resumed] = await Promise.allSettled([
      world.sessions.refresh(refreshToken),
      world.sessions.resume(token),
    ])
    expect([refreshed.status, resumed.status]).toEqual(Array(2).fill(isLive ? 'fulfilled' : 'rejected'))
    expect(await world.sessions.listOf(person.id)).toHaveLength(isLive ? 2 : 0)
    const { endReason } = (await world.store.read(session.sid))?.session ?? {}
    expect(endReason).toBe(isLive ? null : 'credentials')
  })

  unitTest('what the account says first is what a later look compares with', async () => {
    const world = createWorld()
    let { refreshToken } = await world.sessions.begin({ person, role: 'new' })
    for (const [ms, isLive] of [
      [5, true],
      [null, true],
      [4, true],
      [6, false],
    ] as const) {
      world.account = { role: 'new', signInsValidFromMs: ms }
      world.advance(3_600)
      const moved = await world.sessions.refresh(refreshToken).catch(() => undefined)
      expect([ms, moved !== undefined]).toEqual([ms, isLive])
      refreshToken = moved?.refreshToken ?? ''
    }
  })

  unitTest('reads the later of the two instants, and neither where Graph says null', () => {
    const [early, late] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z']
    const read = (lastPasswordChangeDateTime: unknown, signInSessionsValidFromDateTime: unknown) =>
      readAccount({ id: 'x', lastPasswordChangeDateTime, signInSessionsValidFromDateTime }).signInsValidFromMs
    expect(read(early, late)).toBe(Date.parse(late))
    expect(read(late, early)).toBe(Date.parse(late))
    expect(read(null, early)).toBe(Date.parse(early))
    expect(read('rubbish', undefined)).toBeUndefined()
    expect(read(null, null)).toBeUndefined()
  })
})
