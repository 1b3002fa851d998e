/**
 * The demo in several tabs of one browser, which share one session, and under another name of this machine.
 */

import { type BrowserContext, isChromiumMissing, type Page } from '@latchkey/browser'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { demoInChromium } from '../src/demo-in-chromium.ts'
import { openRoom, signIn } from '../src/demo-page.ts'

describe.skipIf(isChromiumMissing())('the demo in several tabs, in a real Chromium', () => {
  const demo = demoInChromium()
  let context: BrowserContext
  let url: string

  beforeAll(() => {
    url = demo.everything.endpoints.demo.url
  })
  beforeEach(async () => {
    context = await demo.browser.newContext()
  })
  afterEach(() => context.close())

  const signInAs = (page: Page, email: string): Promise<void> =>
    page.getByRole('button', { name: `Sign in as ${email}` }).click()
  const door = (page: Page): Promise<void> => page.getByRole('link', { name: 'Sign in' }).waitFor()
  const header = (page: Page, name: string): Promise<void> =>
    page.locator('.person', { hasText: name }).waitFor()

  async function becomeBob(): Promise<Page> {
    const tab = await context.newPage()
    await tab.goto(`${url}/auth/sign-in`)
    await signInAs(tab, 'bob@contoso.example')
    await header(tab, 'Bob Baker')
    return tab
  }

  test('signing out leads over the provider to the door, and every tab of that person there too', async () => {
    const room = await signIn(context, url, 'alice@contoso.example')
    const invitation = await openRoom(room)
    const other = await context.newPage()
    await other.goto(url)
    await other.getByRole('button', { name: 'Sign out' }).click()
    await door(other)
    expect(other.url()).toBe(`${url}/`)
    const atProvider = demo.everything.localAzure.requests
      .list('entra')
      .filter(({ path }) => /\/logout\b/.test(path))
    expect(atProvider).toMatchObject([{ method: 'GET', status: 302 }])
    await door(room)
    expect(await room.getByRole('list', { name: 'Notes' }).count()).toBe(0)
    // Whoever signs in here is in the room again, and knows it by its address.
    expect(room.url()).toBe(invitation)
  })

  test('when somebody else signs in, the other tabs are theirs, and in no room', async () => {
    const room = await signIn(context, url, 'alice@contoso.example')
    await openRoom(room)
    await becomeBob()
    await header(room, 'Bob Baker')
    expect(room.url()).toBe(`${url}/`)
    expect(await room.getByText('Alice Archer').count()).toBe(0)
  })

  test('a session that ended without word from a tab is noticed when somebody comes back to the page', async () => {
    const room = await signIn(context, url, 'alice@contoso.example')
    await openRoom(room)
    for (const event of ['focus', 'visibilitychange', 'pageshow']) {
      await room.evaluate(() =>
        fetch('/auth/sign-out', { method: 'POST', headers: { 'x-latchkey': '1' } }).then(
          ({ status }) => status,
        ),
      )
      await room.getByRole('list', { name: 'Notes' }).waitFor()
      await room.evaluate((name) => {
        if (name === 'focus') dispatchEvent(new Event('focus'))
        else if (name === 'pageshow') dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
        else document.dispatchEvent(new Event(name))
      }, event)
      await room.getByRole('link', { name: 'Sign in' }).click()
      await signInAs(room, 'alice@contoso.example')
      await room.getByRole('list', { name: 'Notes' }).waitFor()
    }
  })

  test('a page that cannot notice still does nothing as somebody else', async () => {
    const page = await signIn(context, url, 'alice@contoso.example')
    await page.route('**/v1/me', (route) => route.abort())
    const his = await becomeBob()
    await page.getByRole('button', { name: 'Open a new room' }).click()
    await page.getByRole('alert').filter({ hasText: 'Your session has ended.' }).waitFor()
    await page.unroute('**/v1/me')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await header(page, 'Bob Baker')
    await his.reload()
    await header(his, 'Bob Baker')
  })

  test('a session that has ended can be signed out of', async () => {
    const page = await signIn(context, url, 'alice@contoso.example')
    await page.evaluate(() => fetch('/auth/sign-out', { method: 'POST', headers: { 'x-latchkey': '1' } }))
    await page.getByRole('button', { name: 'Sign out' }).click()
    await door(page)
  })

  test('two tabs at the sign-in page both get in, the earlier one first', async () => {
    const tabs = [await context.newPage(), await context.newPage()]
    for (const tab of tabs) await tab.goto(`${url}/auth/sign-in`)
    for (const tab of tabs) {
      await signInAs(tab, 'alice@contoso.example')
      await header(tab, 'Alice Archer')
    }
  })

  test('opened as localhost, the first sign-in succeeds', async () => {
    const page = await signIn(context, url.replace('127.0.0.1', 'localhost'), 'alice@contoso.example')
    expect(page.url()).toBe(`${url}/`)
  })
})
