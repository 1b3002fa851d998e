/**
 * The demo's chat when a step on the way into it fails, or two people take the same one at once.
 */

import { isChromiumMissing, type Page } from '@latchkey/browser'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { demoInChromium } from '../src/demo-in-chromium.ts'
import { openRoom, say, signIn } from '../src/demo-page.ts'

const soon = { timeout: 20_000 }
const makesThread = /\/chat\/threads\?/
const letsIn = /\/participants\/:add\?/
// A refusal that the chat client does not try again by itself, so that the page is what recovers.
const refusal = { status: 400, json: { error: { code: 'BadRequest', message: 'Not now.' } } }

describe.skipIf(isChromiumMissing())('the chat of the demo, in a real Chromium', () => {
  const demo = demoInChromium()
  let errors: Error[]

  beforeEach(() => {
    errors = []
  })
  afterEach(async () => {
    for (const context of demo.browser.contexts()) await context.close()
  })

  async function signedIn(name: 'alice' | 'bob', url: string): Promise<Page> {
    const page = await signIn(await demo.browser.newContext(), url, `${name}@contoso.example`)
    page.on('pageerror', (error) => errors.push(error))
    return page
  }
  const alicesPage = (): Promise<Page> => signedIn('alice', demo.everything.endpoints.demo.url)
  const saysNotYet = (page: Page): Promise<void> =>
    page.getByText('Not everybody is in the chat yet.').waitFor(soon)
  const hears = (page: Page, text: string): Promise<void> =>
    page.getByRole('list', { name: 'Messages' }).getByText(text).waitFor(soon)
  const threadRequests = (method: string): readonly string[] =>
    demo.everything.localAzure.requests
      .list('communication')
      .filter((request) => request.method === method && request.status < 300)
      .map(({ path }) => path)
      .filter((path) => /^\/chat\/threads(\/[^/]+)?\?/.test(path))

  async function talk(first: Page, second: Page): Promise<void> {
    await say(first, 'Is anyone there?')
    await hears(second, 'Is anyone there?')
    await say(second, 'I am.')
    await hears(first, 'I am.')
    for (const page of [first, second]) await expect.poll(() => page.getByRole('alert').count(), soon).toBe(0)
    expect(errors).toEqual([])
  }

  test('somebody who cannot be let in at once is let in later, and the page says so', async () => {
    const alice = await alicesPage()
    await alice.route(letsIn, (route) => route.fulfill(refusal))
    const bob = await signedIn('bob', await openRoom(alice))
    await saysNotYet(alice)
    await say(bob, 'Too early')
    await bob.getByRole('alert').filter({ hasText: 'has to let you in first' }).waitFor()
    await alice.unroute(letsIn)
    await alice.getByText('Not everybody is in the chat yet.').waitFor({ state: 'hidden', ...soon })
    await talk(alice, bob)
  })

  test('a thread that its maker cannot make is made by whoever comes next', async () => {
    const alice = await alicesPage()
    await alice.route(makesThread, (route) => route.fulfill(refusal))
    const invitation = await openRoom(alice)
    await saysNotYet(alice)
    const bob = await signedIn('bob', invitation)
    await talk(bob, alice)
  })

  test('or by its maker, who tries again', async () => {
    const alice = await alicesPage()
    await alice.route(makesThread, (route) => route.fulfill(refusal))
    await openRoom(alice)
    await saysNotYet(alice)
    await alice.unroute(makesThread)
    await alice.getByRole('button', { name: 'Try again' }).click()
    await say(alice, 'Alone')
    await hears(alice, 'Alone')
    expect(errors).toEqual([])
  })

  test('whoever comes after the token of those inside has ended is let in with a new one', async () => {
    const alice = await alicesPage()
    const invitation = await openRoom(alice)
    await say(alice, 'I will be quiet now')
    await hears(alice, 'I will be quiet now')
    demo.everything.localAzure.clock.advanceSeconds(2 * 3_600)
    const bob = await signedIn('bob', invitation)
    await hears(bob, 'I will be quiet now')
    await talk(bob, alice)
  })

  test('what could not be sent, nor again after joining anew, is in the field still', async () => {
    const alice = await alicesPage()
    await openRoom(alice)
    await say(alice, 'one')
    await hears(alice, 'one')
    demo.everything.localAzure.clock.advanceSeconds(2 * 3_600)
    const readsMessages = /\/chat\/threads\/[^/]+\/messages\?/
    await alice.route(readsMessages, (route) =>
      route.request().method() === 'GET' ? route.fulfill(refusal) : route.continue(),
    )
    await say(alice, 'precious words')
    await saysNotYet(alice)
    const field = alice.getByRole('textbox', { name: 'Message' })
    await expect.poll(() => field.inputValue(), soon).toBe('precious words')
    await alice.unroute(readsMessages)
    await alice.getByRole('button', { name: 'Try again' }).first().click()
    await alice.getByRole('button', { name: 'Send' }).click(soon)
    await hears(alice, 'precious words')
    await expect.poll(() => alice.getByRole('alert').count(), soon).toBe(0)
    expect(errors).toEqual([])
  })

  test('of two threads made at once one stays, with both people in it', async () => {
    const made = threadRequests('POST').length
    const alice = await alicesPage()
    const held: (() => void)[] = []
    const hold = (page: Page) =>
      page.route(makesThread, async (route) => {
        await new Promise<void>((go) => held.push(go))
        await route.continue()
      })
    await hold(alice)
    const invitation = await openRoom(alice)
    const bob = await signedIn('bob', demo.everything.endpoints.demo.url)
    await hold(bob)
    await bob.goto(invitation)
    await expect.poll(() => held.length, soon).toBe(2)
    for (const go of held) go()
    await expect.poll(() => threadRequests('POST').length, soon).toBe(made + 2)
    await expect.poll(() => threadRequests('DELETE').length, soon).toBe(1)
    await talk(alice, bob)
  })
})
