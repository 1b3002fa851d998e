/**
 * The demo as a person uses it, for tests that drive it in a browser.
 */

import type { BrowserContext, Page } from '@latchkey/browser'

/** Opens the demo in a fresh browser profile and signs in by clicking on a seeded person. */
export async function signIn(context: BrowserContext, url: string, email: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: `Sign in as ${email}` }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  return page
}

/** Opens a new room and answers its invitation link. */
export async function openRoom(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Open a new room' }).click()
  await page.getByRole('list', { name: 'Notes' }).waitFor()
  await page.waitForURL(/\?room=/)
  return page.url()
}

/** Says something in the room's chat. */
export async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Message' })
  await field.fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}
