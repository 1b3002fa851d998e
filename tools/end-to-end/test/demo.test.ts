import {
  type Browser,
  findAccessibilityViolations,
  isChromiumMissing,
  launchBrowser,
  type Page,
} from '@latchkey/browser'
import { buildApps, type Everything, startEverything } from '@latchkey/start'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRoom, say, signIn } from '../src/demo-page.ts'

// Long enough for a machine that does ten other things.
const soon = { timeout: 20_000 }

// One story, told in order: what one test leaves behind is what the next one starts from.
describe.skipIf(isChromiumMissing())('the demo, in a real Chromium', () => {
  let everything: Everything
  let browser: Browser
  let alice: Page
  let bob: Page
  let invitation: string
  let aliceId: string

  beforeAll(async () => {
    buildApps()
    everything = await startEverything({ portBase: 0, data: false })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await everything?.close()
  })

  const livesOf = (page: Page, service: string): Promise<string[]> =>
    page.getByRole('row', { name: service }).locator('.number').allTextContents()

  const cosmosRequests = (): readonly { path: string; status: number; method: string }[] =>
    everything.localAzure.requests.list('cosmos')

  test('Alice signs in on the local B2C page', async () => {
    const context = await browser.newContext()
    alice = await signIn(context, everything.endpoints.demo.url, 'alice@contoso.example')
    expect(await alice.locator('.person').textContent()).toContain('Alice Archer')
    expect(await alice.locator('.role').textContent()).toBe('admin')
    aliceId = String(await alice.locator('code.id').textContent())
  })

  test('no script on her page can reach the session', async () => {
    const seen = await alice.evaluate(() =>
      JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]),
    )
    expect(seen).not.toContain('rt1.')
    expect(seen).toBe(JSON.stringify(['', {}, {}]))
  })

  test('the unmodified AzureClient creates and edits a document', async () => {
    invitation = await openRoom(alice)
    await alice.getByRole('button', { name: 'Add a note' }).click()
    await alice.getByRole('textbox', { name: 'Note by' }).last().fill('Written by Alice')
  })

  test('the unmodified ChatClient sends a message', async () => {
    await say(alice, 'Hello from Alice')
    await alice.getByRole('list', { name: 'Messages' }).getByText('Hello from Alice').waitFor()
  })

  test('Bob follows the invitation and sees both', async () => {
    const context = await browser.newContext()
    bob = await signIn(context, invitation, 'bob@contoso.example')
    await bob.locator('input[value="Written by Alice"]').waitFor()
    await bob.getByRole('list', { name: 'Messages' }).getByText('Hello from Alice').waitFor()
    await alice.getByText('Bob Baker', { exact: true }).waitFor()
  })

  test('edits and messages travel back, live', async () => {
    await bob.getByRole('textbox', { name: 'Note by' }).last().fill('Changed by Bob')
    await alice.locator('input[value="Changed by Bob"]').waitFor()
    await say(bob, 'Hello from Bob')
    await alice.getByRole('list', { name: 'Messages' }).getByText('Hello from Bob').waitFor()
  })

  test('Alice reads and writes her own row with a resource token', async () => {
    await alice.getByRole('textbox', { name: 'Motto' }).fill('Doors open for keys')
    await alice.getByRole('button', { name: 'Save' }).click()
    await alice.getByText('Saved').waitFor()
    await alice.reload()
    await alice.locator('input[value="Doors open for keys"]').waitFor()
    await alice.getByRole('list', { name: 'Messages' }).getByText('Hello from Bob').waitFor()
  })

  test('Bob’s token on Alice’s partition gets 403, seen by the real SDK and in the request log', async () => {
    const refusedBefore = cosmosRequests().filter(({ status }) => status === 403).length
    await bob.getByRole('button', { name: 'Try Alice Archer’s' }).click()
    const outcome = bob.getByRole('status').filter({ hasText: 'Refused with 403, as it should be' })
    await outcome.waitFor()
    // It is what was to be shown, with the words of the service, and no problem of the page.
    expect(await outcome.textContent()).toContain('Cosmos DB’s words: ')
    expect(await bob.locator('.refused, [role=alert]').count()).toBe(0)
    expect(await bob.getByRole('textbox', { name: 'Try somebody else’s partition' }).inputValue()).toBe(
      aliceId,
    )
    const refused = cosmosRequests().filter(({ status }) => status === 403)
    expect(refused.length).toBeGreaterThan(refusedBefore)
    expect(refused.every(({ path }) => path.includes('/colls/Profile'))).toBe(true)
  })

  test('when every token has ended, the page goes on with new ones', async () => {
    everything.localAzure.clock.advanceSeconds(2 * 3_600)
    // The page learns of it by itself: lives end by the server's clock, not by this machine's.
    await expect.poll(() => livesOf(alice, 'Cosmos DB'), soon).toEqual(['expired', 'expired'])
    await say(alice, 'Two hours later')
    await alice.getByRole('list', { name: 'Messages' }).getByText('Two hours later').waitFor()
    await alice.getByRole('textbox', { name: 'Motto' }).fill('Still open')
    await alice.getByRole('button', { name: 'Save' }).click()
    await alice.getByText('Saved').waitFor()
    await alice.getByRole('button', { name: 'Add a note' }).click()
    await bob.getByRole('textbox', { name: 'Note by Alice Archer' }).last().waitFor()
    expect(await alice.getByRole('alert').count()).toBe(0)
    for (const life of await livesOf(alice, 'Cosmos DB')) expect(life).toMatch(/^(1:00:0\d|0:59:\d\d)$/)
  })

  test.for(['light', 'dark'] as const)('breaks no rule of accessibility, %s', async (colorScheme) => {
    await alice.emulateMedia({ colorScheme })
    expect(await findAccessibilityViolations(alice)).toEqual([])
  })

  test('signing out ends the session on the server', async () => {
    await bob.getByRole('button', { name: 'Sign out' }).click()
    await bob.getByRole('link', { name: 'Sign in' }).waitFor()
    const status = await bob.evaluate(
      async () => (await fetch('/v1/me', { headers: { 'x-latchkey': '1' } })).status,
    )
    expect(status).toBe(401)
  })
})
