/**
 * "Forgot your password?" on B2C's page, over http: the page tells the app (AADB2C90118), the app knows the policy.
 */

import { test } from '@latchkey/local-azure/testing'
import { afterEach, describe, expect } from 'vitest'
import { type Browser, closeBrowsers, openBrowser } from './support/http-browser.ts'
import { externalIdOf } from './support/local-server.ts'
import { answerPageAt, bob, fetchIdToken, signInAt } from './support/sign-in-page.ts'

afterEach(closeBrowsers)

function locationOf(response: Response): string {
  expect(response.status).toBe(302)
  return response.headers.get('location') ?? ''
}

/** To the sign-in page, the link on it, and back. */
async function forget(browser: Browser): Promise<URL> {
  const page = locationOf(await browser.go('/auth/sign-in?returnTo=/room/1'))
  const back = await answerPageAt(page, { action: 'forgot-password' })
  expect(back.searchParams.get('error_description')).toMatch(/^AADB2C90118: /)
  return back
}

test('sets a new password and signs in with it, back where the person came from', async ({ localAzure }) => {
  const browser = await openBrowser(localAzure)
  const resetPage = locationOf(await browser.go(await forget(browser)))
  expect(new URL(resetPage).pathname.toLowerCase()).toContain('/b2c_1_passwordreset/')
  const password = 'New-Front-Door-1'
  const set = await answerPageAt(resetPage, { action: 'reset', email: bob.email, password })
  expect(set.searchParams.get('code')).toEqual(expect.any(String))

  // A new password is no sign-in: the sign-in policy may ask for more than a mail box.
  const afterReset = await browser.go(set)
  const signInPage = locationOf(afterReset)
  expect(new URL(signInPage).pathname.toLowerCase()).toContain('/b2c_1_signupsignin/')
  expect((await browser.go('/v1/me')).status).toBe(401)
  await expect(signInAt(signInPage, bob)).rejects.toThrow('No redirect')
  const signedIn = await browser.go(await signInAt(signInPage, { email: bob.email, password }))
  expect(signedIn.status).toBe(200)
  expect(await signedIn.text()).toContain('url=/room/1"')
  expect((await browser.go('/v1/me')).status).toBe(200)
})

test('cancelled at the page for a new password, the person is at the sign-in page again', async ({
  localAzure,
}) => {
  const browser = await openBrowser(localAzure)
  const resetPage = locationOf(await browser.go(await forget(browser)))
  const signInPage = locationOf(await browser.go(await answerPageAt(resetPage, { action: 'cancel' })))
  expect(new URL(signInPage).pathname.toLowerCase()).toContain('/b2c_1_signupsignin/')
  const back = await browser.go(await answerPageAt(signInPage, { action: 'cancel' }))
  expect(back.status).toBe(200)
  expect(await back.text()).toContain('url=/room/1"')
})

test('each page has a state of its own, good for one way back', async ({ localAzure }) => {
  const browser = await openBrowser(localAzure)
  const forgotten = await forget(browser)
  const resetPage = new URL(locationOf(await browser.go(forgotten)))
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(resetPage.searchParams.get(name)).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(resetPage.searchParams.get('state')).not.toBe(forgotten.searchParams.get('state'))
  expect((await browser.go(forgotten)).status).toBe(401)
  const stranger = await openBrowser(localAzure)
  expect((await stranger.go(`/auth/callback${forgotten.search}`)).status).toBe(401)
})

describe('without a policy for it', () => {
  test('the person gets a page that says so', async ({ localAzure }) => {
    const browser = await openBrowser(localAzure, { LATCHKEY_RESET_METADATA_URL: '' })
    const answer = await browser.go(await forget(browser))
    expect(answer.status).toBe(404)
    const page = await answer.text()
    expect(page).toContain('A new password cannot be set here.')
    expect(page).toContain('<a href="/auth/sign-in?returnTo=%2Froom%2F1">Try again</a>')
    expect(page).toContain('no_password_reset, ')
  })
})

test('a token of the policy for new passwords opens no session', async ({ localAzure }) => {
  const { metadata } = localAzure.endpoints.entra.b2c
  const browser = await openBrowser(localAzure)
  const idToken = await fetchIdToken(localAzure, bob, 'b2c', {
    metadata: metadata.replace('B2C_1_signupsignin', 'B2C_1_passwordreset'),
    page: { action: 'reset', email: bob.email, password: bob.password },
  })
  const response = await fetch(`${browser.origin}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant: 'id_token', idToken }),
  })
  expect([response.status, await response.json()]).toEqual([
    401,
    expect.objectContaining({ code: 'invalid_grant' }),
  ])
})

test('a provider that failed is a failure, and not a person who changed their mind', async ({
  localAzure,
}) => {
  for (const environment of [{}, externalIdOf(localAzure)]) {
    const browser = await openBrowser(localAzure, environment)
    const page = new URL(locationOf(await browser.go('/auth/sign-in')))
    const state = page.searchParams.get('state') ?? ''
    const back = (error: string) => browser.go(`/auth/callback?error=${error}&state=${state}`)
    for (const error of ['server_error', 'temporarily_unavailable', '<b>'])
      expect((await back(error)).status).toBe(502)
    expect((await back('access_denied')).status).toBe(200)
  }
})
