/**
 * Laws of what comes from outside: nothing anybody sends makes the service fail, and nothing secret is kept.
 */

import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { html } from '../../src/entra/pages/html.ts'
import { userType } from '../../src/graph/entity-type.ts'
import { parseFilter } from '../../src/graph/filter.ts'
import { redactTarget } from '../../src/host/request-log.ts'
import { EntraUnderTest, redirectUri } from './entra-under-test.ts'

const entra = new EntraUnderTest()
afterAll(() => entra.host.close())

const endpoints = ['token', 'authorize', 'logout', 'interaction', 'initiate', 'challenge', 'nothing']
const places = [
  'contoso.onmicrosoft.com/b2c_1_signupsignin',
  'contoso/b2c_1_ropc',
  'contosocustomers.onmicrosoft.com',
  'tfp/contoso',
  '..%2f',
  '',
]
const names = [
  'client_id',
  'client_secret',
  'grant_type',
  'scope',
  'code',
  'refresh_token',
  'username',
  'password',
  'redirect_uri',
]
const more = [
  'response_type',
  'nonce',
  'state',
  'transaction',
  'action',
  'continuation_token',
  'challenge_type',
  'p',
  '__proto__',
]
const known = [
  entra.id('b2c-client'),
  entra.id('external-id-client'),
  redirectUri,
  ...[
    'password',
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'code',
    'id_token',
    'openid',
    'sign-in',
  ],
  ...[
    'bob@contoso.example',
    'password redirect',
    'eyJhbGciOiJkaXIifQ..a.b.c',
    'constructor',
    '\u0000',
    '%',
    '\ud800',
  ],
]
const value = fc.oneof(fc.constantFrom(...known), fc.string({ unit: 'binary', maxLength: 60 }))
const fields = fc.uniqueArray(fc.tuple(fc.constantFrom(...names, ...more), value), {
  maxLength: 12,
  selector: ([name]) => name,
})
const path = fc
  .tuple(fc.constantFrom(...places), fc.constantFrom(...endpoints))
  .map(([place, end]) => `/${place}/oauth2/v2.0/${end}`)

describe('nothing anybody sends is answered with 500', () => {
  test('to Entra, by form and by query', async () => {
    await fc.assert(
      fc.asyncProperty(path, fields, fc.boolean(), async (target, list, byForm) => {
        const text = new URLSearchParams(list).toString()
        const answer = byForm
          ? await entra.ask(target, { method: 'POST', body: new URLSearchParams(text) })
          : await entra.ask(`${target}?${text}`)
        expect(answer.status).toBeLessThan(500)
        expect(answer.headers.get('location') ?? redirectUri).toContain(new URL(redirectUri).origin)
      }),
      { numRuns: 400 },
    )
  })

  test('to Graph, by path, query and body', async () => {
    const token = await entra.graphToken()
    const bob = entra.host.keys.id('user:bob')
    const target = fc.oneof(
      fc.constantFrom(
        '/users',
        '/groups',
        `/users/${bob}`,
        `/users/${bob}/memberOf`,
        `/users/${bob}/checkMemberGroups`,
        '/$batch',
        '/groups/%',
      ),
      fc.webPath(),
    )
    const option = fc.tuple(
      fc.constantFrom('$filter', '$select', '$top', '$skiptoken', '$orderby', '$search', 'x'),
      fc.string({ maxLength: 40 }),
    )
    const method = fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT')
    const headers = { authorization: `Bearer ${token}` }
    await fc.assert(
      fc.asyncProperty(
        method,
        target,
        fc.array(option, { maxLength: 3 }),
        fc.json(),
        async (verb, where, options, body) => {
          const url = `/graph/v1.0${where}?${new URLSearchParams(options)}`
          const init = verb === 'GET' ? { headers } : { method: verb, headers, body }
          expect((await entra.ask(url, init)).status).toBeLessThan(500)
        },
      ),
      { numRuns: 400 },
    )
  })
})

test('a filter finds exactly whom its doubled quotes name', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 60 }), fc.string({ maxLength: 60 }), (name, other) => {
      const { matches, signInName } = parseFilter(
        `identities/any(c:c/issuerAssignedId eq '${name.replaceAll("'", "''")}' and c/issuer eq 'x')`,
        userType,
      )
      const person = (issuerAssignedId: string): object => ({
        identities: [{ signInType: 'emailAddress', issuer: 'x', issuerAssignedId }],
      })
      expect(matches(person(name) as Record<string, unknown>)).toBe(true)
      expect(matches(person(other) as Record<string, unknown>)).toBe(
        other.toLowerCase() === name.toLowerCase(),
      )
      expect(signInName).toBe(name.toLowerCase())
    }),
  )
})

test('filters join by and, or and brackets as OData says', () => {
  const entity = { city: '1', state: '2', accountEnabled: true, surname: null }
  const cases: readonly (readonly [string, boolean])[] = [
    ["city eq '1' and state eq '3' or accountEnabled eq true", true],
    ["city eq '1' and (state eq '3' or accountEnabled eq false)", false],
    ["city in ('3','1')", true],
    ["startswith(city,'1')", true],
    ["startsWith(city,'2')", false],
    ['surname eq null', true],
    ['country eq null', true],
  ]
  for (const [text, expected] of cases)
    expect(parseFilter(text, userType).matches(entity), text).toBe(expected)
})

test('a page never holds what was filled in as anything but text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { text: page } = html`<p title="${text}">${text}</p>`
      expect(page.slice(10, -4)).not.toMatch(/[<'](?!p>)|"(?!>)/)
      const decoded = page.replace(/^<p title="([^"]*)">.*$/s, '$1')
      const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
      expect(decoded.replaceAll(/&(#39|\w+);/g, (_all, name: string) => entities[name] ?? '')).toBe(text)
    }),
  )
})

test('the request log keeps no value that is not known to be harmless', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9~]{12,40}$/)
  const name = fc.constantFrom(
    'code',
    'token',
    'sig',
    'id_token',
    'state',
    'password',
    'x',
    'c%6Fde',
    'scope%00',
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(name, secret), { minLength: 1, maxLength: 6 }), (pairs) => {
      const query = pairs.map(([key, text]) => `${key}=${text}`).join('&')
      const kept = redactTarget(`/path?${query}&scope=openid`)
      for (const [, text] of pairs) expect(kept).not.toContain(text)
      expect(kept).toContain('scope=openid')
    }),
  )
})
