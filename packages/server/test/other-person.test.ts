/**
 * A page that was opened for one person, in a browser where somebody else signed in in another tab.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { afterEach, describe, expect } from 'vitest'
import { createLatchkeyClient, type LatchkeyClient } from '../src/client/index.ts'
import { communicationTokens } from '../src/tokens/communication.ts'
import { fluidTokens } from '../src/tokens/fluid.ts'
import { type Browser, closeBrowsers, openBrowser } from './support/http-browser.ts'
import { alice, bob, type Credentials, signInAt } from './support/sign-in-page.ts'

afterEach(closeBrowsers)

async function signIn(browser: Browser, who: Credentials): Promise<void> {
  const page = (await browser.go('/auth/sign-in')).headers.get('location') ?? ''
  expect((await browser.go(await signInAt(page, who))).status).toBe(200)
}

const clientIn = (browser: Browser): LatchkeyClient =>
  createLatchkeyClient({ baseUrl: browser.origin, fetch: (url, init) => browser.go(url as string, init) })

const tokenServices = [communicationTokens(), fluidTokens({ mayOpen: () => 'write' as const })]

describe('a page of Alice’s, after Bob signed in in another tab', () => {
  const openBoth = async (localAzure: LocalAzure) => {
    const browser = await openBrowser(localAzure, {}, { tokenServices })
    await signIn(browser, alice)
    const page = clientIn(browser)
    const before = await page.me()
    expect(before?.displayName).toBe('Alice Archer')
    return { browser, page }
  }
  const tokensOf = (page: LatchkeyClient): readonly Promise<unknown>[] => [
    page.communicationToken(['chat']),
    page.fluidToken({ documentId: 'd' }),
    page.cosmosTokens(),
    page.communicationCredential().tokenRefresher(),
  ]

  test('gets no token of his and cannot sign him out, but can tell that it is he', async ({ localAzure }) => {
    const { browser, page } = await openBoth(localAzure)
    await Promise.all(tokensOf(page))
    await signIn(browser, bob)
    for (const token of tokensOf(page))
      await expect(token).rejects.toMatchObject({ code: 'ERR_CLIENT_SIGNED_OUT', status: 401 })
    expect(await page.signOut()).toBeUndefined()
    expect(await page.me()).toMatchObject({ displayName: 'Bob Baker' })
    for (const token of tokensOf(page))
      await expect(token).rejects.toMatchObject({ code: 'ERR_CLIENT_SIGNED_OUT' })
    const his = clientIn(browser)
    expect(await his.me()).toMatchObject({ displayName: 'Bob Baker' })
    await Promise.all(tokensOf(his))
  })

  test('and after nobody did: not even what guests may have', async ({ localAzure }) => {
    const { browser, page } = await openBoth(localAzure)
    const other = clientIn(browser)
    expect(await other.signOut()).toMatch(/^http/)
    await expect(page.cosmosTokens()).rejects.toMatchObject({ code: 'ERR_CLIENT_SIGNED_OUT' })
    // The provider may still know her.
    expect(await page.signOut()).toMatch(/^http/)
    expect((await other.cosmosTokens()).permissions.length).toBeGreaterThan(0)
  })

  test('sends no header that a page of another origin may not', async ({ localAzure }) => {
    const origin = 'https://page.example'
    const browser = await openBrowser(localAzure, { LATCHKEY_ALLOWED_ORIGINS: origin }, { tokenServices })
    await signIn(browser, alice)
    const sent = new Set<string>()
    const page = createLatchkeyClient({
      baseUrl: browser.origin,
      fetch: (url, init) => {
        for (const name of new Headers(init?.headers).keys()) sent.add(name)
        return browser.go(url as string, init)
      },
    })
    await page.me()
    await Promise.all(tokensOf(page))
    const asked = { origin, 'access-control-request-method': 'POST' }
    const answer = await browser.go('/v1/tokens/cosmos', { method: 'OPTIONS', headers: asked })
    const allowed = answer.headers.get('access-control-allow-headers')?.split(', ')
    expect(sent).toContain('x-latchkey-person')
    expect(allowed).toEqual(expect.arrayContaining([...sent]))
  })

  test('goes on after she signed in again', async ({ localAzure }) => {
    const { browser, page } = await openBoth(localAzure)
    await signIn(browser, alice)
    await Promise.all(tokensOf(page))
    expect(await page.signOut()).toMatch(/^http/)
  })
})
