/**
 * Takes the pictures of the README: `node tools/end-to-end/src/screenshots.ts`.
 */

import { resolve } from 'node:path'
import { launchBrowser, type Page } from '@latchkey/browser'
import { buildApps, startEverything } from '@latchkey/start'
import { openRoom, say, signIn } from './demo-page.ts'

const folder = resolve(import.meta.dirname, '../../../docs/images')
const wide = { width: 1_280, height: 930 }

buildApps()
const everything = await startEverything({ data: false })
const browser = await launchBrowser()
try {
  const { dashboard, demo } = everything.endpoints
  const alice = await signIn(await browser.newContext({ viewport: wide }), demo.url, 'alice@contoso.example')
  const invitation = await openRoom(alice)
  await say(alice, 'Good morning. The plan is in the document.')
  const bob = await signIn(await browser.newContext({ viewport: wide }), invitation, 'bob@contoso.example')
  await bob.getByText('Good morning').waitFor()
  await alice.getByText('Bob Baker', { exact: true }).waitFor()
  await alice.getByRole('button', { name: 'Add a note' }).click()
  await alice
    .getByRole('textbox', { name: 'Note by Alice Archer' })
    .last()
    .fill('Order keys for the new door')
  await bob.getByRole('button', { name: 'Add a note' }).click()
  await bob.getByRole('textbox', { name: 'Note by Bob Baker' }).last().fill('I will bring the hinges')
  await say(bob, 'Thank you, I see it.')
  await alice.getByText('Thank you, I see it.').waitFor()
  await alice.getByRole('textbox', { name: 'Motto' }).fill('One key, every door')
  await alice.getByRole('button', { name: 'Try Bob Baker’s' }).click()
  await alice.getByText('Refused with 403').waitFor()
  await takeInBothColors(alice, 'demo')
  const looker = await (await browser.newContext({ viewport: wide })).newPage()
  await looker.goto(dashboard.url)
  await takeInBothColors(looker, 'dashboard')
} finally {
  await browser.close()
  await everything.close()
}

async function takeInBothColors(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` })
  }
}
