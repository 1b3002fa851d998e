/**
 * What people do at the pages of a policy, and where it leaves them.
 */

import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Answer,
  challenge,
  EntraUnderTest,
  locationOf,
  redirectUri,
  verifier,
} from './entra-under-test.ts'

let entra: EntraUnderTest
beforeEach(() => {
  entra = new EntraUnderTest()
})
afterEach(() => entra.host.close())

const codeIn = (answer: Answer): string => locationOf(answer).searchParams.get('code') ?? ''
const newcomer = {
  action: 'sign-up',
  email: 'carol@contoso.example',
  name: 'Carol <b>',
  password: 'Long-Enough-1',
}

describe('sign-up', () => {
  test('makes an account that is new in its first id token and can sign in again', async () => {
    const first = await entra.authorize()
    const page = await entra.press(first, { action: 'show-sign-up' })
    const { json } = await entra.redeem(codeIn(await entra.press(page, newcomer, cookieOf(first))))
    expect(decodeJwt(json.id_token)).toMatchObject({
      newUser: true,
      emails: [newcomer.email],
      name: 'Carol <b>',
    })
    const again = await entra.byPassword({ username: 'CAROL@contoso.example', password: newcomer.password })
    expect(decodeJwt(again.json.id_token)).not.toHaveProperty('newUser')
    // The name is on the next page, and is text there.
    const { text } = await entra.authorize()
    expect(text).toContain('Carol &lt;b&gt;')
    expect(text).not.toContain('Carol <b>')
  })

  test.for([
    ['a taken address', { email: 'Bob@contoso.example' }, 'already exists'],
    ['no address', { email: 'carol' }, 'Enter an email address'],
    ['no name', { name: ' ' }, 'Enter the name'],
    ['a short password', { password: 'Ab1-' }, '8 to 64 characters'],
    ['a plain password', { password: 'onlyletters' }, '3 kinds'],
  ])('says what is wrong with %s, and keeps what was typed', async ([, fields, problem]) => {
    const first = await entra.authorize()
    const page = await entra.press(first, { action: 'show-sign-up' })
    const answer = await entra.press(page, { ...newcomer, ...(fields as object) }, cookieOf(first))
    expect(answer.status).toBe(400)
    expect(answer.text).toContain(problem)
    const typed = { ...newcomer, ...(fields as object) }
    expect(fieldOf(answer, 'email')).toBe(typed.email)
    expect(fieldOf(answer, 'name')).toBe(typed.name.replace('<', '&lt;').replace('>', '&gt;'))
    expect(fieldOf(answer, 'password')).toBe('')
    expect(answer.text).not.toContain(typed.password)
    expect(entra.service.accounts().some(({ email }) => email === newcomer.email)).toBe(false)
  })
})

test('a password reset changes the password', async () => {
  const page = await entra.authorize({}, 'b2c_1_passwordreset')
  const fields = { action: 'reset', email: 'bob@contoso.example', password: 'Another-Pass-2' }
  const { json } = await entra.redeem(codeIn(await entra.press(page, fields)), {}, 'b2c_1_passwordreset')
  expect(decodeJwt(json.id_token)['tfp']).toBe('b2c_1_passwordreset')
  expect((await entra.byPassword()).status).toBe(400)
  expect((await entra.byPassword({ password: 'Another-Pass-2' })).status).toBe(200)
})

test('a profile is edited by whoever signed in', async () => {
  const page = await entra.authorize({}, 'b2c_1_profileedit')
  const cookie = cookieOf(page)
  const form = await entra.press(page, { action: `as:${entra.host.keys.id('user:bob')}` })
  expect(form.text).toContain('Edit your profile')
  const saved = await entra.press(
    form,
    { action: 'save', name: 'Robert', givenName: 'Rob', surname: 'B' },
    cookie,
  )
  const { json } = await entra.redeem(codeIn(saved), {}, 'b2c_1_profileedit')
  expect(decodeJwt(json.id_token)).toMatchObject({ name: 'Robert', given_name: 'Rob', family_name: 'B' })
})

describe('a page', () => {
  test('of another browser is not taken', async () => {
    const page = await entra.authorize()
    const press = { action: `as:${entra.host.keys.id('user:bob')}` }
    for (const cookie of ['', 'x-ms-cpim-trans=00000000-0000-4000-8000-000000000000']) {
      const answer = await entra.press(page, press, cookie)
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    }
  })

  test('of another policy is not taken', async () => {
    const page = await entra.authorize()
    const transaction = /name="transaction" value="([^"]*)"/.exec(page.text)?.[1]
    const path = '/contoso.onmicrosoft.com/b2c_1_profileedit/oauth2/v2.0/interaction'
    const answer = await entra.form(path, { transaction, action: 'show-sign-in' }, { cookie: cookieOf(page) })
    expect(answer.status).toBe(400)
  })

  test('an hour old signs nobody in, but leads on', async () => {
    const asked = { state: 'the state', nonce: 'n', code_challenge: challenge, code_challenge_method: 'S256' }
    const page = await entra.authorize(asked)
    entra.host.clock.advanceSeconds(3_600)
    const bob = { email: 'bob@contoso.example', password: 'Front-Door-4281' }
    for (const action of [
      'sign-in',
      `as:${entra.host.keys.id('user:bob')}`,
      'sign-up',
      'show-sign-up',
      'save',
    ]) {
      const late = await entra.press(page, { ...bob, action })
      expect([late.status, late.headers.get('location')], action).toEqual([400, null])
      expect(late.text).toContain('Nothing that was typed has been used')
      expect(late.text).not.toContain(bob.password)
    }
    const late = await entra.press(page, { ...bob, action: 'sign-in' })
    // Back: to the address that was checked when the page was first shown.
    const back = locationOf(await entra.press(late, { action: 'cancel' }, cookieOf(page)))
    expect(back.href).toMatch(`${redirectUri}?error=access_denied`)
    expect(back.searchParams.get('state')).toBe('the state')
    // On: the same request again, with the name filled in.
    const again = await entra.ask(startAgainOf(late), { headers: { cookie: cookieOf(page) } })
    expect(fieldOf(again, 'email')).toBe(bob.email)
    const code = locationOf(await entra.press(again, { ...bob, action: 'sign-in' }))
    expect(code.searchParams.get('state')).toBe('the state')
    const redeemed = await entra.redeem(code.searchParams.get('code') ?? '', { code_verifier: verifier })
    expect(decodeJwt(redeemed.json.id_token)['nonce']).toBe('n')
  })

  test('an hour old forgets who had signed in on it', async () => {
    const page = await entra.authorize({}, 'b2c_1_profileedit')
    const form = await entra.press(page, { action: `as:${entra.host.keys.id('user:bob')}` })
    entra.host.clock.advanceSeconds(3_600)
    const late = await entra.press(form, { action: 'save', name: 'Robert' }, cookieOf(page))
    const saved = await entra.press(late, { action: 'save', name: 'Robert' }, cookieOf(page))
    expect([late.status, saved.status, saved.headers.get('location')]).toEqual([400, 400, null])
    expect(JSON.stringify(entra.service.accounts())).not.toContain('Robert')
  })

  test('of another browser may begin again, and goes nowhere else', async () => {
    const page = await entra.authorize({ state: 'the state' })
    const elsewhere = await entra.press(page, { action: 'cancel' }, '')
    expect(elsewhere.headers.get('location')).toBeNull()
    expect(elsewhere.text).not.toContain('name="transaction"')
    expect((await entra.ask(startAgainOf(elsewhere))).text).toContain('Or sign in as a test user')
  })

  test('that was never one leads nowhere', async () => {
    const page = await entra.authorize()
    const answer = await entra.press(page, { transaction: 'made-up', action: 'cancel' })
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    expect(answer.text).toContain('Go back to the application')
    expect(answer.text).not.toMatch(/href="(?!data:)|<form/)
  })

  test('can neither be framed nor load anything', async () => {
    const { headers } = await entra.authorize()
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax$/)
  })

  test('signs nobody in who was disabled since', async () => {
    const page = await entra.authorize()
    const bob = entra.host.keys.id('user:bob')
    await entra.graph(await entra.graphToken(), 'PATCH', `/users/${bob}`, { accountEnabled: false })
    expect((await entra.press(page, { action: `as:${bob}` })).status).toBe(400)
  })
})

describe('the policy', () => {
  test('can stand in the query, in any case, under tfp, with the tenant by name or GUID', async () => {
    const guid = entra.host.keys.id('b2c-tenant')
    const keys = new Set<string>()
    for (const path of [
      '/contoso.onmicrosoft.com/B2C_1_signupsignin/v2.0/.well-known/openid-configuration',
      '/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration?p=b2c_1_SIGNUPSIGNIN',
      `/tfp/${guid}/b2c_1_signupsignin/v2.0/.well-known/openid-configuration`,
      '/contoso/b2c_1_signupsignin/v2.0/.well-known/openid-configuration',
    ]) {
      const { json, status } = await entra.ask(path)
      expect(status, path).toBe(200)
      expect(json.issuer).toBe(`https://localhost:4291/emulator/${guid}/v2.0/`)
      expect(json.token_endpoint).toMatch(/^http:\/\/127\.0\.0\.1:4281\//)
      const set = await entra.ask(json.jwks_uri.slice('http://127.0.0.1:4281'.length))
      keys.add(JSON.stringify(set.json))
    }
    expect(keys.size).toBe(1)
  })

  test('a custom policy signs with another key, and names itself in acr', async () => {
    const flow = await entra.byPassword()
    const custom = await entra.byPassword({}, 'b2c_1a_ropc_auth')
    const kid = (token: string): string =>
      JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
    expect(kid(flow.json.id_token)).not.toBe(kid(custom.json.id_token))
    expect(decodeJwt(custom.json.id_token)).toMatchObject({
      acr: 'b2c_1a_ropc_auth',
      email: 'bob@contoso.example',
      sub: 'Not supported currently. Use oid claim.',
      oid: entra.host.keys.id('user:bob'),
    })
  })

  test.for(['b2c_1_nothing/oauth2/v2.0/token', 'b2c_1_ropc/oauth2/v2.0/nothing', 'nothing'])(
    '%s is not there',
    async (path) => {
      expect((await entra.ask(`/contoso.onmicrosoft.com/${path}`)).status).toBe(404)
      expect((await entra.ask(`/fabrikam.onmicrosoft.com/${path}`)).status).toBe(404)
    },
  )
})

test('answers hold strings and numbers where B2C has them', async () => {
  const password = await entra.byPassword()
  expect(password.json).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: '3600',
    refresh_token: expect.any(String),
    id_token: expect.any(String),
  })
  const code = await entra.redeem(await entra.code())
  const now = Math.floor(entra.host.clock.now() / 1000)
  expect(code.json).toEqual({
    access_token: expect.any(String),
    id_token: expect.any(String),
    token_type: 'Bearer',
    not_before: expect.closeTo(now, -1),
    expires_in: 3600,
    expires_on: code.json.not_before + 3600,
    resource: entra.id('b2c-client'),
    id_token_expires_in: 3600,
    profile_info: expect.any(String),
    scope: `openid ${entra.id('b2c-client')} offline_access`,
    refresh_token: expect.stringMatching(/^([\w-]*\.){4}[\w-]+$/),
    refresh_token_expires_in: 1_209_600,
  })
  expect(JSON.parse(Buffer.from(code.json.profile_info, 'base64url').toString())).toEqual({
    ver: '1.0',
    tid: entra.host.keys.id('b2c-tenant'),
    sub: null,
    name: 'Bob Baker',
    preferred_username: null,
    idp: 'LocalAccount',
  })
  const kinds = entra.host.tokens.list().map(({ kind }) => kind)
  expect(new Set(kinds)).toEqual(new Set(['B2C id token', 'B2C access token', 'B2C refresh token']))
})

test('id_token only when it is asked for', async () => {
  const { json } = await entra.byPassword({ response_type: 'token' })
  expect(json).not.toHaveProperty('id_token')
  const noOpenId = await entra.byPassword({ scope: entra.id('b2c-client') })
  expect(noOpenId.json).not.toHaveProperty('id_token')
  expect(noOpenId.json).not.toHaveProperty('refresh_token')
})

test('a page of this machine may redeem its code, and no other may read the answer', async () => {
  const path = '/contoso.onmicrosoft.com/b2c_1_signupsignin/oauth2/v2.0/token'
  const preflight = await entra.ask(path, {
    method: 'OPTIONS',
    headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' },
  })
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
    204,
    'http://localhost:3000',
  ])
  const client = {
    client_id: entra.id('b2c-spa-client'),
    scope: `openid ${entra.id('b2c-spa-client')} offline_access`,
  }
  const code = await entra.code({ ...client, code_challenge: challenge, code_challenge_method: 'S256' })
  const form = {
    ...client,
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  }
  const answer = await entra.form(path, form, { origin: 'http://localhost:3000' })
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([
    200,
    'http://localhost:3000',
  ])
  // A page's refresh token lives a day.
  expect(answer.json.refresh_token_expires_in).toBe(86_400)
  const elsewhere = await entra.form(path, form, { origin: 'https://evil.example' })
  expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull()
})

test('signing out goes back to this machine only', async () => {
  const path = '/contoso.onmicrosoft.com/b2c_1_signupsignin/oauth2/v2.0/logout'
  const back = await entra.ask(
    `${path}?post_logout_redirect_uri=${encodeURIComponent('http://localhost:3000/bye')}&state=s`,
  )
  expect(locationOf(back).href).toBe('http://localhost:3000/bye?state=s')
  const away = await entra.ask(
    `${path}?post_logout_redirect_uri=${encodeURIComponent('https://evil.example/')}`,
  )
  expect([away.status, away.headers.get('location')]).toEqual([400, null])
  expect(away.text).toContain('AADB2C90067')
})

test('with limits on, the twenty-first request of a second waits for the next', async () => {
  const limited = new EntraUnderTest({
    throttling: true,
    clock: { now: () => 1_000_000, schedule: () => () => undefined },
  })
  for (let index = 0; index < 20; index += 1)
    expect((await limited.byPassword({ password: 'no' })).status).toBe(400)
  const refused = await limited.byPassword()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  limited.host.clock.advanceSeconds(1)
  expect(
    (await limited.byPassword({ username: 'alice@contoso.example', password: 'Front-Door-4280' })).status,
  ).toBe(200)
})

function cookieOf({ headers }: Answer): string {
  return headers.get('set-cookie')?.split(';')[0] ?? ''
}

/** What stands in a field of a shown page, as HTML has it; empty for nothing. */
function fieldOf({ text }: Answer, name: string): string {
  return new RegExp(` name="${name}" [^>]*?value="([^"]*)"`).exec(text)?.[1] ?? ''
}

function startAgainOf({ text }: Answer): string {
  const href = / href="(http[^"]*)"/.exec(text)?.[1] ?? ''
  const { pathname, search } = new URL(href.replaceAll('&amp;', '&'))
  return `${pathname}${search}`
}
