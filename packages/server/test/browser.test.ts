/**
 * The browser half, walked through as a browser would: redirects, cookies, the header.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { parseReturnTo } from '../src/http/browser/return-to.ts'
import { createLocalServer, externalIdOf, type LocalServer } from './support/local-server.ts'
import { bob, signInAt } from './support/sign-in-page.ts'

interface BrowserSession {
  readonly cookie: string
  readonly setCookies: readonly string[]
  readonly page: string
}

const csrf = { 'x-latchkey': '1' }

async function begin(server: LocalServer, returnTo = '/'): Promise<{ location: string; cookie: string }> {
  const answer = await server.call('GET', `/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`)
  expect(answer.status).toBe(302)
  const [cookie = ''] = answer.headers.getSetCookie()
  expect(cookie).toMatch(/; HttpOnly; SameSite=Lax/)
  return { location: answer.headers.get('location') ?? '', cookie: cookie.split(';')[0] ?? '' }
}

async function signIn(server: LocalServer, returnTo = '/room/1'): Promise<BrowserSession> {
  const { location, cookie } = await begin(server, returnTo)
  const back = await signInAt(location, bob)
  const answer = await server.call('GET', back.pathname + back.search, { headers: { cookie } })
  expect(answer.status).toBe(200)
  const setCookies = answer.headers.getSetCookie()
  const session = setCookies.find((line) => /^(__Host-)?latchkey=/.test(line)) ?? ''
  return { cookie: session.split(';')[0] ?? '', setCookies, page: answer.text }
}

describe.each([
  ['B2C', (): Record<string, string> => ({})],
  ['External ID', externalIdOf],
] as const)('with %s', (_name, settings: (localAzure: LocalAzure) => Record<string, string>) => {
  test('sign in, be known by cookie and header, sign out', async ({ localAzure }) => {
    const server = createLocalServer(localAzure, { environment: settings(localAzure) })
    const { cookie, setCookies, page } = await signIn(server)
    expect(setCookies.find((line) => line.startsWith('latchkey='))).toMatch(/; HttpOnly; SameSite=Strict$/)
    expect(setCookies.find((line) => line.startsWith('latchkey-sign-in-'))).toMatch(/=; .*Max-Age=0/)
    expect(page).toContain('url=/room/1"')
    // What the browser holds is a name for a session, not a token of it.
    expect(cookie).toMatch(/^latchkey=bs1\./)

    const me = await server.call('GET', '/v1/me', { headers: { cookie, ...csrf } })
    expect(me).toMatchObject({ status: 200, json: { displayName: expect.stringContaining('Bob') } })
    expect((await server.call('GET', '/v1/me', { headers: { cookie } })).json).toMatchObject({
      status: 403,
      code: 'csrf_header_missing',
    })
    const out = await server.call('POST', '/auth/sign-out', { headers: { cookie, ...csrf } })
    expect(out.status).toBe(200)
    // The provider ends its own session and sends the browser back to the start page.
    const atProvider = await fetch(out.json.signOutUrl, { redirect: 'manual' })
    expect(atProvider.status).toBe(302)
    expect(atProvider.headers.get('location')).toBe(`${localAzure.endpoints.demo.url}/`)
    expect(out.headers.get('set-cookie')).toMatch(/^latchkey=; Path=\/; Max-Age=0/)
    expect((await server.call('GET', '/v1/me', { headers: { cookie, ...csrf } })).status).toBe(401)
  })
})

test('over https the cookies carry the __Host- prefix and Secure, and no Domain', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, {
    environment: { LATCHKEY_PUBLIC_URL: 'https://app.contoso.example' },
  })
  const answer = await server.call('GET', '/auth/sign-in')
  const [cookie = ''] = answer.headers.getSetCookie()
  expect(cookie).toMatch(
    /^__Host-latchkey-sign-in-[A-Za-z0-9_-]{8}=[^;]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
  )
})

test('over https a cookie without the prefix counts for nothing', async ({ localAzure }) => {
  const plain = createLocalServer(localAzure)
  const { cookie } = await signIn(plain)
  const server = createLocalServer(localAzure, {
    environment: { LATCHKEY_PUBLIC_URL: 'https://app.contoso.example' },
  })
  const me = (value: string) => server.call('GET', '/v1/me', { headers: { cookie: value, ...csrf } })
  expect((await me(cookie)).status).toBe(401)
  expect((await me(`__Host-${cookie}`)).status).toBe(200)
  // Without the prefix it is not even a second credential.
  expect((await me(`${cookie}x; __Host-${cookie}`)).status).toBe(200)

  const waiting = await begin(server)
  const state = new URL(waiting.location).searchParams.get('state')
  const cancelled = (value: string) =>
    server.call('GET', `/auth/callback?error=access_denied&state=${state}`, { headers: { cookie: value } })
  expect((await cancelled(waiting.cookie.replace('__Host-', ''))).status).toBe(401)
  expect((await cancelled(waiting.cookie)).status).toBe(200)
})

test('two cookies of one name are refused', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const { cookie } = await signIn(server)
  for (const twice of [`${cookie}; ${cookie}`, `latchkey=; ${cookie}`, `${cookie}; latchkey=other`]) {
    const answer = await server.call('GET', '/v1/me', { headers: { cookie: twice, ...csrf } })
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request' } })
  }
  const waiting = await begin(server)
  const state = new URL(waiting.location).searchParams.get('state')
  const callback = await server.call('GET', `/auth/callback?error=x&state=${state}`, {
    headers: { cookie: `${waiting.cookie}; ${waiting.cookie}` },
  })
  expect(callback.status).toBe(400)
})

test('a state of as many characters but more bytes is refused like any other', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const { cookie } = await begin(server)
  const state = encodeURIComponent('é'.repeat(43))
  for (const rest of ['code=x', 'error=access_denied'])
    expect(
      await server.call('GET', `/auth/callback?${rest}&state=${state}`, { headers: { cookie } }),
    ).toMatchObject({ status: 401, json: { code: 'invalid_grant' } })
})

test('a failed way back is a page for a person, and a problem for a program', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const callback = (accept?: string) =>
    server.call('GET', '/auth/callback?code=x&state=<script>', {
      headers: { ...(accept !== undefined && { accept }) },
    })
  const navigation = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
  const page = await callback(navigation)
  expect(page.status).toBe(401)
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.headers.get('cache-control')).toBe('no-store')
  expect(page.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
  expect(page.text).toContain('<a href="/auth/sign-in">Try again</a>')
  expect(page.text).toContain('<a href="/">Back</a>')
  expect(page.text).toContain(`invalid_grant, ${page.headers.get('x-correlation-id')}`)
  expect(page.text).not.toMatch(/<script|<style|style=|\son\w+=/)
  for (const accept of [undefined, '*/*', 'application/json', 'application/problem+json'])
    expect(await callback(accept)).toMatchObject({ status: 401, json: { code: 'invalid_grant' } })
  // Only where a browser was sent: a page of the app reads problems.
  const signOut = await server.call('POST', '/auth/sign-out', { headers: { accept: navigation } })
  expect(signOut.json.code).toBe('invalid_token')
})

test('a callback holds for its own browser, once, for ten minutes', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const mine = await begin(server)
  const theirs = await begin(server)
  const back = await signInAt(mine.location, bob)
  const path = back.pathname + back.search
  const refusal = { status: 401, json: { code: 'invalid_grant' } }
  expect(await server.call('GET', path, { headers: { cookie: theirs.cookie } })).toMatchObject(refusal)
  expect(await server.call('GET', path)).toMatchObject(refusal)
  expect(await server.call('GET', path, { headers: { cookie: `${mine.cookie}x` } })).toMatchObject(refusal)
  const ok = await server.call('GET', path, { headers: { cookie: mine.cookie } })
  expect(ok.status).toBe(200)
  // The code is spent; the session it made is unharmed.
  expect(await server.call('GET', path, { headers: { cookie: mine.cookie } })).toMatchObject(refusal)
  const session = ok.headers.getSetCookie().find((line) => line.startsWith('latchkey='))
  const cookie = session?.split(';')[0] ?? ''
  expect((await server.call('GET', '/v1/me', { headers: { cookie, ...csrf } })).status).toBe(200)

  const late = await begin(server)
  const lateBack = await signInAt(late.location, bob)
  localAzure.clock.advanceSeconds(601)
  const tooLate = await server.call('GET', lateBack.pathname + lateBack.search, {
    headers: { cookie: late.cookie },
  })
  expect(tooLate).toMatchObject(refusal)
})

test('the address of the sign-in page carries state, nonce and an S256 challenge', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const [one, two] = [new URL((await begin(server)).location), new URL((await begin(server)).location)]
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(one.searchParams.get(name)).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(one.searchParams.get(name)).not.toBe(two.searchParams.get(name))
  }
  expect(one.searchParams.get('code_challenge_method')).toBe('S256')
})

test('a session in a browser is checked again every hour, and ends when the account is disabled', async ({
  localAzure,
}) => {
  const server = createLocalServer(localAzure)
  const { cookie } = await signIn(server)
  const me = () => server.call('GET', '/v1/me', { headers: { cookie, ...csrf } })
  const { id } = (await me()).json
  const { accounts } = server.latchkey.parts
  await accounts.setEnabled(id, false)
  expect((await me()).status).toBe(200)
  localAzure.clock.advanceSeconds(3_601)
  expect((await me()).status).toBe(401)
  expect((await me()).status).toBe(401)
  await accounts.setEnabled(id, true)
  // The end is on record, once: afterwards the cookie is nobody's.
  const { events } = await server.latchkey.parts.stores.audit.list({ subject: id, pageSize: 50 })
  const refused = events.filter(({ action }) => action === 'access-refused')
  expect(refused).toMatchObject([
    { actor: id, details: { code: 'ERR_SERVER_UNAUTHENTICATED', route: 'GET /v1/me' } },
  ])
})

test('both a bearer and a cookie are one too many', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const { cookie } = await signIn(server)
  const answer = await server.call('GET', '/v1/me', { bearer: 'x', headers: { cookie, ...csrf } })
  expect(answer.status).toBe(400)
})

describe('returnTo', () => {
  test.for([
    '//evil.test',
    '/\\evil.test',
    'https://evil.test',
    'javascript:alert(1)',
    '/\t/evil.test',
    '/\n/evil.test',
    'evil.test',
    '\\\\evil.test',
    '/%0d%0aSet-Cookie:x',
    ' /x',
    '',
    '/'.repeat(3_000),
    'data:text/html,x',
    '/ x',
    '///evil.test',
    '/\u0000',
    'http:evil.test',
    '/x\u2028y',
    '/.//evil.test/x',
    '/a/..//evil.test',
    '/%2e//evil.test',
    '/%2E%2e//evil.test',
    '/a/b/../..//evil.test',
    '/.//\\evil.test',
    '/./%5cevil.test',
  ])('%j leads nowhere else', (input) => {
    const path = parseReturnTo(input)
    expect(new URL(path, 'https://app.test').origin).toBe('https://app.test')
    expect(path).toMatch(/^\/(?!\/)/)
  })

  test('whatever is asked for stays on this origin', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `/${text}`),
        ),
        (input) => {
          const path = parseReturnTo(input)
          return new URL(path, 'https://app.test').origin === 'https://app.test' && /^\/(?![/\\])/.test(path)
        },
      ),
    )
  })

  test('no arrangement of dots and slashes leaves this origin', () => {
    const piece = fc.constantFrom(
      ...[
        '/',
        '//',
        '\\',
        '.',
        '..',
        '%2e',
        '%2E%2e',
        '%2f',
        '%5c',
        'a',
        'evil.test',
        '@',
        ':',
        '?',
        '#',
        '\t',
      ],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = parseReturnTo(`/${pieces.join('')}`)
        expect(path).toMatch(/^\/(?![/\\])/)
        expect(new URL(path, 'https://app.test').origin).toBe('https://app.test')
      }),
      { numRuns: 2_000 },
    )
  })

  test('a path keeps its query and fragment', () => {
    expect(parseReturnTo('/room/1?x=1&y=2#z')).toBe('/room/1?x=1&y=2#z')
  })
})
