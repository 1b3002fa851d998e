/**
 * Whom B2C does not let sign in, and what it tells the client.
 *
 * @see https://learn.microsoft.com/azure/active-directory-b2c/error-codes
 */

import { describe, expect, test } from 'vitest'
import { challenge, EntraUnderTest, locationOf } from './entra-under-test.ts'
import { b2cDescription, type Refusal, spa, stranger } from './refusal.ts'

const pageCases: readonly Refusal[] = [
  ['no client', 90_008, '', (e) => e.authorize({ client_id: undefined })],
  ['an unknown client', 90_018, '', (e) => e.authorize({ client_id: stranger })],
  ['no redirect', 90_083, '', (e) => e.authorize({ redirect_uri: undefined })],
  [
    'a redirect elsewhere',
    90_006,
    '',
    (e) => e.authorize({ redirect_uri: 'https://evil.example/auth/callback' }),
  ],
  [
    'a redirect to a look-alike',
    90_006,
    '',
    (e) => e.authorize({ redirect_uri: 'http://localhost.evil.example/' }),
  ],
  [
    'a redirect with a user',
    90_006,
    '',
    (e) => e.authorize({ redirect_uri: 'http://localhost@evil.example/' }),
  ],
  [
    'a redirect with a fragment',
    90_006,
    '',
    (e) => e.authorize({ redirect_uri: 'http://localhost:3000/#x' }),
  ],
  ['a redirect that is a script', 90_006, '', (e) => e.authorize({ redirect_uri: 'javascript:alert(1)' })],
  [
    'an application that signs nobody in',
    90_006,
    '',
    (e) => e.authorize({ client_id: e.id('graph-client').toUpperCase() }),
  ],
  ['a password policy', 90_085, '', (e) => e.authorize({}, 'b2c_1_ropc')],
]

describe('the authorize endpoint shows, and does not redirect', () => {
  test.for(pageCases)('%s', async ([name, code, , ask]) => {
    const entra = new EntraUnderTest()
    const { headers, status, text } = await ask(entra)
    expect(status).toBe(400)
    expect(headers.get('location')).toBeNull()
    // The application that signs nobody in belongs to this tenant, so that it is known.
    expect(text, name).toContain(`AADB2C${code}`)
    entra.host.close()
  })
})

const redirectCases: readonly Refusal[] = [
  ['no response type', 90_013, 'unsupported_response_type', (e) => e.authorize({ response_type: undefined })],
  [
    'an unknown response type',
    90_013,
    'unsupported_response_type',
    (e) => e.authorize({ response_type: 'code magic' }),
  ],
  ['an unknown response mode', 90_014, 'invalid_request', (e) => e.authorize({ response_mode: 'pigeon' })],
  [
    'tokens in a query',
    90_014,
    'invalid_request',
    (e) => e.authorize({ response_type: 'id_token', nonce: 'n', response_mode: 'query' }),
  ],
  [
    'implicit without leave',
    90_057,
    'unauthorized_client',
    (e) => e.authorize({ ...spa(e), response_type: 'id_token', nonce: 'n' }),
  ],
  [
    'an id token without openid',
    90_110,
    'invalid_request',
    (e) => e.authorize({ response_type: 'id_token', nonce: 'n', scope: e.id('b2c-client') }),
  ],
  ['an id token without nonce', 90_083, 'invalid_request', (e) => e.authorize({ response_type: 'id_token' })],
  ['no scope', 90_010, 'invalid_request', (e) => e.authorize({ scope: undefined })],
  ['a scope for nothing', 90_115, 'invalid_request', (e) => e.authorize({ scope: 'offline_access' })],
  ['an unknown scope', 90_117, 'invalid_scope', (e) => e.authorize({ scope: 'openid magic' })],
  ['a page without challenge', 99_059, 'invalid_request', (e) => e.authorize(spa(e))],
  [
    'an unknown challenge method',
    90_184,
    'invalid_request',
    (e) => e.authorize({ code_challenge: challenge, code_challenge_method: 'S512' }),
  ],
  [
    'a challenge that is none',
    90_184,
    'invalid_request',
    (e) => e.authorize({ code_challenge: 'short', code_challenge_method: 'S256' }),
  ],
  ['an unknown prompt', 90_043, 'invalid_request', (e) => e.authorize({ prompt: 'maybe' })],
  ['prompt=none', 90_077, 'login_required', (e) => e.authorize({ prompt: 'none' })],
  ['cancel', 90_091, 'access_denied', async (e) => e.press(await e.authorize(), { action: 'cancel' })],
  [
    'a forgotten password',
    90_118,
    'access_denied',
    async (e) => e.press(await e.authorize(), { action: 'forgot-password' }),
  ],
]

describe('the authorize endpoint tells the client of', () => {
  test.for(redirectCases)('%s', async ([, code, error, ask]) => {
    const entra = new EntraUnderTest()
    const location = locationOf(await ask(entra))
    expect(location.origin + location.pathname).toBe('http://localhost:3000/auth/callback')
    const fields = new URLSearchParams(location.hash.slice(1) || location.search)
    expect(fields.get('error')).toBe(error)
    expect(fields.get('error_description')).toMatch(b2cDescription(code))
    entra.host.close()
  })
})
