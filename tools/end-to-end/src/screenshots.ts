/**
 * Takes the pictures of the README: `node tools/end-to-end/src/screenshots.ts`.
 */

import { resolve } from 'node:path'
import { launchBrowser } from '@latchkey/browser'
import { startTable } from '@latchkey/local-azure'
import { buildApps, startEverything } from '@latchkey/start'
import { openRoom, say, signIn } from './demo-page.ts'

const folder = resolve(import.meta.dirname, '../../../docs/images')
const wide = { width: 1_280, height: 860 }

buildApps()
const everything = await startEverything({ data: false })
const browser = await launchBrowser()
try {
  const { demo } = everything.endpoints
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
  await alice.getByRole('textbox', { name: 'Try somebody else’s partition' }).fill('somebody-else')
  await alice.getByRole('button', { name: 'Try', exact: true }).click()
  await alice.getByText('Cosmos DB answered').waitFor()
  await alice.screenshot({ path: `${folder}/demo.png` })
  await alice.emulateMedia({ colorScheme: 'dark' })
  await alice.screenshot({ path: `${folder}/demo-dark.png` })
  await alice.emulateMedia({ colorScheme: 'light' })
  await alice.setViewportSize({ width: 390, height: 844 })
  await alice.screenshot({ path: `${folder}/demo-phone.png` })

  const terminal = await (await browser.newContext({ viewport: { width: 900, height: 800 } })).newPage()
  await terminal.setContent(
    '<body style="margin:0;background:#10151c"><pre style="margin:0;padding:20px;color:#e8edf3;font:15px/1.35 monospace"></pre>',
  )
  await terminal.locator('pre').evaluate(
    (element, text) => {
      element.textContent = text
    },
    `$ npx -y pnpm@12 start\n${startTable(everything.endpoints)}`,
  )
  await terminal.locator('pre').screenshot({ path: `${folder}/start.png` })
} finally {
  await browser.close()
  await everything.close()
}
