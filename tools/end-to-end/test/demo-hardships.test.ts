/**
 * The demo when things go wrong, are long, empty or many, and by keyboard alone.
 */

import { findAccessibilityViolations, isChromiumMissing, type Page } from '@latchkey/browser'
import { describe, expect, test } from 'vitest'
import { demoInChromium } from '../src/demo-in-chromium.ts'
import { openRoom, say, signIn } from '../src/demo-page.ts'

const soon = { timeout: 20_000 }

describe.skipIf(isChromiumMissing())('the demo, in a real Chromium', () => {
  const demo = demoInChromium()

  const signedIn = async (): Promise<Page> =>
    signIn(await demo.browser.newContext(), demo.everything.endpoints.demo.url, 'alice@contoso.example')
  const focused = (page: Page): Promise<unknown> => page.evaluate(() => document.activeElement?.textContent)
  const overflow = (page: Page): Promise<number> =>
    page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

  test('by keyboard, the focus is where the work goes on', async () => {
    const page = await signedIn()
    await page.getByRole('button', { name: 'Open a new room' }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page), soon).toBe('Add a note')
    await page.getByRole('button', { name: 'Remove' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('No notes.').waitFor()
    expect(await focused(page)).toBe('Add a note')
    await page.getByText('Nobody has said anything yet.').waitFor()
    expect(await findAccessibilityViolations(page)).toEqual([])
    await page.context().close()
  })

  test('the newest of many messages is in sight, and the others are in reach', async () => {
    const page = await signedIn()
    await openRoom(page)
    for (let index = 1; index <= 12; index += 1) {
      await say(page, `Message ${index}.`)
      await page.getByText(`Message ${index}.`).waitFor()
    }
    const box = page.getByRole('log', { name: 'What was said' })
    const below = (): Promise<number> =>
      box.evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop)
    expect(await below()).toBeLessThanOrEqual(1)
    await box.focus()
    await page.keyboard.press('Home')
    await expect.poll(below, soon).toBeGreaterThan(20)
    expect(await findAccessibilityViolations(page)).toEqual([])
    await page.context().close()
  })

  test.for(['light', 'dark'] as const)('a long name fits a narrow page, %s', async (colorScheme) => {
    const page = await (
      await demo.browser.newContext({ colorScheme, viewport: { width: 360, height: 740 } })
    ).newPage()
    await page.goto(demo.everything.endpoints.demo.url)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign up now' }).click()
    await page.getByLabel('Email address').fill(`${colorScheme}@contoso.example`)
    await page
      .getByLabel('Display name')
      .fill(`${'Wolfeschlegelstein'.repeat(4)} ${'hausenberger'.repeat(9)}`)
    await page.getByLabel('New password').fill('Front-Door-9')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await openRoom(page)
    await say(page, 'e'.repeat(200))
    await page.getByText('eeee').waitFor()
    await page.getByText('Your role opens no rows').waitFor()
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    expect(await findAccessibilityViolations(page)).toEqual([])
    await page.context().close()
  })

  test('offline it says so, and goes on when the machine is back', async () => {
    const page = await signedIn()
    await page.getByRole('textbox', { name: 'Motto' }).fill('Through the dark')
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').filter({ hasText: 'The service did not answer.' }).waitFor(soon)
    await page.context().setOffline(false)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.route('**/v1/tokens/cosmos', (route) => route.abort())
    await page.reload()
    await page.getByRole('alert').filter({ hasText: 'The service did not answer.' }).waitFor()
    await page.unroute('**/v1/tokens/cosmos')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.locator('input[value="Through the dark"]').waitFor()
    await page.route('**/assets/rows-*.js', (route) => route.abort())
    await page.reload()
    await page.getByRole('alert').filter({ hasText: 'The service did not answer.' }).waitFor()
    await page.getByRole('button', { name: 'Open a new room' }).waitFor()
    await page.unroute('**/assets/rows-*.js')
    await page.route('**/v1/me', (route) => route.abort())
    await page.reload()
    await page.getByRole('alert').filter({ hasText: 'The service did not answer.' }).waitFor()
    expect(await findAccessibilityViolations(page)).toEqual([])
    await page.unroute('**/v1/me')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await page.context().close()
  })

  test('an invitation to no room leaves the door to a new one open', async () => {
    const page = await signedIn()
    await page.goto(`${demo.everything.endpoints.demo.url}/?room=00000000-0000-4000-8000-000000000000`)
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toBe(
      'The invitation leads to no room. Ask for a new link, or open a room yourself.',
    )
    await openRoom(page)
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.context().close()
  })

  test('a sign-in page left open for too long leads back, and in', async () => {
    const page = await (await demo.browser.newContext()).newPage()
    await page.goto(demo.everything.endpoints.demo.url)
    await page.getByRole('link', { name: 'Sign in' }).click()
    const alice = page.getByRole('button', { name: 'Sign in as alice@contoso.example' })
    await alice.waitFor()
    demo.everything.localAzure.clock.advanceSeconds(3_600)
    await alice.click()
    await page.getByRole('button', { name: 'Back to Latchkey' }).click()
    await page.getByRole('link', { name: 'Try again' }).click()
    await alice.click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await page.context().close()
  })

  test('when the session has ended, one link leads back into the same room', async () => {
    const page = await signedIn()
    const room = await openRoom(page)
    await page.getByRole('textbox', { name: 'Motto' }).fill('Too late')
    demo.everything.localAzure.clock.advanceSeconds(100 * 86_400)
    await page.getByRole('button', { name: 'Save' }).click()
    // Each part of the page that asks for something says so.
    await page.getByRole('alert').filter({ hasText: 'Your session has ended.' }).first().waitFor()
    expect(await findAccessibilityViolations(page)).toEqual([])
    await page.getByRole('link', { name: 'Sign in again' }).first().click()
    await page.getByRole('button', { name: 'Sign in as alice@contoso.example' }).click()
    await page.getByRole('list', { name: 'Notes' }).waitFor()
    expect(page.url()).toBe(room)
    await page.context().close()
  })
})
