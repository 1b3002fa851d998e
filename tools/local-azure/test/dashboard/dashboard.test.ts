import {
  type Browser,
  findAccessibilityViolations,
  isChromiumMissing,
  launchBrowser,
  type Page,
} from '@latchkey/browser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalAzure, startLocalAzure } from '../../src/index.ts'
import { createFluidDocument } from './fluid-document.ts'
import { mintCosmosToken, resetPassword, signInStatus } from './people.ts'

const paths = [
  '/',
  '/people',
  '/tokens',
  '/log',
  '/entra',
  '/communication',
  '/cosmos',
  '/fluid',
  '/functions',
  '/controls',
  '/settings',
]

// Long enough for a machine that does ten other things.
const soon = { timeout: 20_000 }

let azure: LocalAzure
let url: string
beforeAll(async () => {
  azure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  url = azure.endpoints.dashboard.url
})
afterAll(() => azure.close())

describe('over HTTP', () => {
  test.for(paths)('%s is a page with a strict content security policy', async (path) => {
    const response = await fetch(url + path)
    expect(response.status).toBe(200)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toContain('unsafe')
    const html = await response.text()
    expect(html).not.toMatch(/<script(?![^>]* src=)/)
    expect(html).not.toMatch(/ on\w+=| style=/)
  })

  test('escapes what others wrote', async () => {
    await fetch(`${azure.endpoints.cosmos.endpoint}/dbs/<img src=x>`)
    expect(await (await fetch(`${url}/log`)).text()).not.toContain('<img src=x')
    expect(await (await fetch(`${url}/log?text=${encodeURIComponent('"><b>')}`)).text()).not.toContain(
      '"><b>',
    )
  })

  test('takes forms from its own pages only', async () => {
    const advance = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${url}/controls/clock`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ seconds: '60' }),
        redirect: 'manual',
      })
    const before = azure.clock.offsetMs
    expect((await advance({ origin: 'http://127.0.0.1:5173' })).status).toBe(403)
    expect((await advance({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(azure.clock.offsetMs).toBe(before)
    expect((await advance({ origin: url })).status).toBe(303)
    expect(azure.clock.offsetMs).toBe(before + 60_000)
  })

  test('regenerates a Fluid key for a program', async () => {
    const before = azure.endpoints.fluid.primaryKey
    const response = await fetch(`${url}/fluid/keys/primary/regenerate`, {
      method: 'POST',
      headers: { accept: 'application/json' },
    })
    expect(response.status).toBe(200)
    const { fluid } = (await (await fetch(`${url}/endpoints.json`)).json()) as LocalAzure['endpoints']
    expect(fluid.primaryKey).not.toBe(before)
    expect(fluid.primaryKey).toBe(azure.endpoints.fluid.primaryKey)
  })

  test.for([
    ['/requests', '/log'],
    ['/clock', '/controls'],
    ['/faults', '/controls'],
    ['/overview', '/'],
  ] as const)('%s is data for a program, and %s for a browser', async ([path, page]) => {
    const data = await fetch(url + path)
    expect(data.headers.get('content-type')).toBe('application/json')
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    expect((await fetch(url + path, { headers })).url).toBe(url + page)
    // Only what looks is sent elsewhere.
    const before = azure.clock.offsetMs
    await fetch(`${url}/clock`, { method: 'POST', headers, body: '{"advanceSeconds":1}' })
    expect(azure.clock.offsetMs).toBe(before + 1_000)
  })

  test('names the holder of a token, and keeps the id in the opened card', async () => {
    const alice = azure.services['entra']
      ?.overview?.()[0]
      ?.rows.find(([, email]) => email?.startsWith('alice'))
    const objectId = alice?.at(-1) ?? ''
    expect(objectId).toMatch(/^[\da-f-]{36}$/)
    await mintCosmosToken(azure.endpoints, objectId)
    const html = await (await fetch(`${url}/tokens?service=cosmos`)).text()
    expect(html).toMatch(/<summary>.*Cosmos resource token<\/b> <span>alice@contoso\.example<\/span>/)
    expect(html).not.toMatch(new RegExp(`<summary>.*${objectId}.*</summary>`))
    expect(html).toContain(`<dd>alice@contoso.example<br><code>${objectId}</code></dd>`)
  })

  test('calls of all seven functions are there to copy, with the key', async () => {
    const html = await (await fetch(`${url}/functions`)).text()
    const { functionsUrl, functionKey } = azure.endpoints.api
    const names = html.matchAll(
      new RegExp(`data-copy="curl [^"]*${functionsUrl}/(\\w+)\\?[^"]*&amp;code=${functionKey}`, 'g'),
    )
    expect(new Set([...names].map(([, name]) => name))).toEqual(
      new Set([
        'CheckAccount',
        'GetRefreshAndAccessToken',
        'GetResourceTokens',
        'RefreshToken',
        'GetUserInfo',
        'CreateRolePermission',
        'UpdateRole',
      ]),
    )
    expect(html).not.toMatch(/<code>[^<]*LatchkeyLocalKey\w/)
  })

  test('says what went wrong and changes nothing', async () => {
    const response = await fetch(`${url}/people`, {
      method: 'POST',
      body: new URLSearchParams({ email: 'nobody', displayName: 'N', password: 'Front-Door-1', role: 'new' }),
    })
    expect(await response.text()).toContain('The e-mail address is not one.')
  })
})

describe.skipIf(isChromiumMissing())('in Chromium', () => {
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  beforeAll(async () => {
    browser = await launchBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.on('console', (message) => {
      const isOurs = message.location().url.startsWith(url)
      if (message.type() === 'error' && isOurs) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
  })
  afterAll(async () => {
    await browser.close()
    expect(complaints).toEqual([])
  })

  const looks = [
    ['light', { width: 1280, height: 900 }, paths],
    // The same elements in other colours and another width: the pages that use the most of them.
    ['dark', { width: 1280, height: 900 }, ['/', '/tokens', '/controls', '/log']],
    [
      'phone',
      { width: 360, height: 740 },
      ['/', '/people', '/tokens', '/functions', '/cosmos', '/log', '/settings'],
    ],
  ] as const

  test.for(looks)('pages pass axe and never scroll sideways: %s', async ([look, size, seen]) => {
    await createFluidDocument(azure.endpoints)
    await page.emulateMedia({ colorScheme: look === 'dark' ? 'dark' : 'light' })
    await page.setViewportSize(size)
    for (const path of seen) {
      await page.goto(url + path)
      await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true')
      expect(await findAccessibilityViolations(page), path).toEqual([])
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      expect(overflow, path).toBeLessThanOrEqual(0)
    }
  })

  test('a person is added, changed and disabled, and signs in by the link', async () => {
    await page.goto(`${url}/people`)
    await page.getByLabel('E-mail address').fill('dora@contoso.example')
    await page.getByLabel('Name', { exact: true }).fill('Dora Doe')
    await page.getByLabel('Password', { exact: true }).fill('Front-Door-9')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('status').filter({ hasText: 'Dora Doe can sign in.' }).waitFor()
    await page.getByLabel('Role of Dora Doe', { exact: true }).selectOption('editor')
    await page.getByRole('button', { name: 'Save the role of Dora Doe' }).click()
    await page.getByRole('status').filter({ hasText: 'Dora Doe is editor.' }).waitFor()
    await page.getByRole('button', { name: 'Disable Dora Doe', exact: true }).click()
    await page.getByRole('button', { name: 'Enable Dora Doe', exact: true }).click()
    await page.getByRole('status').filter({ hasText: 'Dora Doe is enabled.' }).waitFor()

    await page.getByRole('link', { name: 'Sign in as dora@contoso.example at B2C', exact: true }).click()
    await page.locator('input[type=password]').fill('Front-Door-9')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${url}/signed-in`)
    await expect.poll(() => page.locator('#decoder-output').textContent(), soon).toContain('Dora Doe')
  })

  test('somebody whose password nobody knows is given one, and a seeded one that changed is not shown', async () => {
    await page.goto(`${url}/people`)
    const b2c = page.getByRole('group', { name: 'People of Azure AD B2C' })
    await b2c.getByText('Front-Door-4281').waitFor()
    await resetPassword(azure.endpoints, 'bob@contoso.example', 'Front-Door-12')
    // Bob's new password is his own, and Dora's was never shown.
    for (const name of ['Bob Baker', 'Dora Doe']) {
      await b2c.getByLabel(`New password of ${name}`).fill('Front-Door-11')
      await b2c.getByRole('button', { name: `Set the password of ${name}` }).click()
      await page
        .getByRole('status')
        .filter({ hasText: `${name} has the password you typed.` })
        .waitFor()
    }
    expect(await b2c.getByText('Front-Door-4281').count()).toBe(0)
    for (const email of ['bob@contoso.example', 'dora@contoso.example'])
      expect(await signInStatus(azure.endpoints, email, 'Front-Door-11')).toBe(200)
  })

  test('a person of External ID is changed in that directory', async () => {
    await page.goto(`${url}/people`)
    const external = page.getByRole('group', { name: 'People of External ID' })
    await external.getByRole('button', { name: 'Disable Test' }).click()
    await external.getByRole('button', { name: 'Enable Test' }).waitFor()
    await external.getByLabel('Role of Test', { exact: true }).selectOption('editor')
    await external.getByRole('button', { name: 'Save the role of Test' }).click()
    await page.getByRole('status').filter({ hasText: 'Test is editor.' }).waitFor()
    const rows = azure.services['entra']?.overview?.()[0]?.rows ?? []
    const test = rows.filter(([, email]) => email === 'test@test.com').map((row) => row.slice(0, 5).join(' '))
    expect(test).toEqual(['b2c test@test.com Test yes new', 'external-id test@test.com Test no editor'])
  })

  test('on a phone every action is on the screen, with the name of its column', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    for (const path of ['/people', '/entra', '/cosmos', '/log']) {
      await page.goto(url + path)
      const beyond = await page
        .locator('main td, main td button, main td input, main td select, main td a')
        .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().right > 390).length)
      expect(beyond, path).toBe(0)
    }
    await page.goto(`${url}/people`)
    const label = await page.evaluate(
      'getComputedStyle(document.querySelector("td:has(select)"), "::before").content',
    )
    expect(label).toBe('"Role"')
  })

  test('a long name leaves the other columns in sight', async () => {
    const displayName = 'Wolfeschlegelsteinhausenberger'.repeat(6)
    const added = { email: 'long@contoso.example', displayName, password: 'Front-Door-7', role: 'new' }
    await fetch(`${url}/people`, { method: 'POST', body: new URLSearchParams(added) })
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.goto(`${url}/people`)
    const hidden = await page
      .locator('.scroll')
      .first()
      .evaluate((box) => box.scrollWidth - box.clientWidth)
    expect(hidden).toBeLessThanOrEqual(0)
  })

  test('says so when local Azure has stopped', async () => {
    const other = await startLocalAzure({ portBase: 0, data: false })
    const left = await browser.newPage()
    await left.goto(`${other.endpoints.dashboard.url}/people`)
    const gone = left.getByRole('alert').filter({ hasText: 'Local Azure does not answer.' })
    await left.locator('[data-clock]').waitFor()
    expect(await gone.count()).toBe(0)
    await other.close()
    await gone.waitFor(soon)
    expect(await findAccessibilityViolations(left)).toEqual([])
    await left.close()
  })

  test('somebody signs in at External ID', async () => {
    await page.goto(`${url}/people`)
    await page
      .getByRole('link', { name: 'Sign in as alice@contoso.example at External ID', exact: true })
      .click()
    await page.locator('input[type=password]').fill(azure.endpoints.users[0]?.password ?? '')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${url}/signed-in/external?**`)
    expect(await page.locator('main').textContent()).toContain('"name": "Alice Archer"')
    // The code is good for one token.
    await page.reload()
    expect(await page.locator('main').textContent()).toContain('Nobody signed in')
  })

  test('a new token appears by itself, and what is open stays open', async () => {
    await createFluidDocument(azure.endpoints)
    await page.goto(`${url}/tokens`)
    await page.getByText('Decode a token').click()
    await page.locator('#token-list summary').first().click()
    const before = await page.locator('#token-list details').count()
    await createFluidDocument(azure.endpoints)
    await expect.poll(() => page.locator('#token-list details').count(), soon).toBeGreaterThan(before)
    expect(await page.locator('#token-list details[open]').count()).toBe(1)
    expect(await page.locator('.decoder').getAttribute('open')).not.toBeNull()
  })

  test('moving the clock counts every life down', async () => {
    await createFluidDocument(azure.endpoints)
    await page.goto(`${url}/tokens`)
    const life = page.locator('#token-list .countdown').first()
    await expect.poll(() => life.textContent(), soon).toMatch(/left$/)
    azure.clock.advanceSeconds(7_200)
    await expect.poll(() => life.textContent(), soon).toBe('expired')
    await expect.poll(() => page.locator('.clock').textContent(), soon).toContain('ahead')
  })

  test('decodes a pasted token without sending it', async () => {
    await page.goto(`${url}/tokens`)
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.url() + (request.postData() ?? '')))
    await page.getByText('Decode a token').click()
    const segments = [{ alg: 'HS256' }, { name: 'Zoë', exp: 1_790_000_000 }]
    const token = [
      ...segments.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')),
      'c2ln',
    ].join('.')
    await page.locator('#decoder-input').fill(token)
    const output = page.locator('#decoder-output')
    await expect.poll(() => output.textContent(), soon).toContain('Zoë')
    expect(await output.textContent()).toContain('// 2026-09-21 14:13:20')
    expect(sent.filter((request) => request.includes(token))).toEqual([])
  })

  test('copies, by keyboard too', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url })
    await page.goto(`${url}/settings`)
    await page.getByRole('button', { name: 'Copy Primary key' }).focus()
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.evaluate('navigator.clipboard.readText()'))
      .toBe(azure.endpoints.fluid.primaryKey)
  })

  test('the first Tab offers to skip the menu', async () => {
    await page.goto(url)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
  })

  test.for<[what: string, path: string, title: string]>([
    ['everything', '/controls', 'Forget everything'],
    ['one service', '/entra', 'Forget everything in Entra and Graph'],
  ])('forgets %s only when it is told so twice', async ([, path, title]) => {
    const added = { email: 'eve@contoso.example', displayName: 'Eve', password: 'Front-Door-7', role: 'new' }
    await fetch(`${url}/people`, { method: 'POST', body: new URLSearchParams(added) })
    const isKept = async (): Promise<boolean> => (await (await fetch(`${url}/people`)).text()).includes('Eve')
    await page.goto(url + path)
    const ask = page.getByRole('button', { name: title })
    const dialog = page.getByRole('dialog', { name: `${title}?` })
    // By keyboard: whoever presses Enter once too often, or Escape, has lost nothing.
    for (const key of ['Enter', 'Escape']) {
      await ask.focus()
      await page.keyboard.press('Enter')
      await dialog.waitFor()
      expect(await findAccessibilityViolations(page)).toEqual([])
      await page.keyboard.press(key)
      await dialog.waitFor({ state: 'hidden' })
      expect(await page.evaluate('document.activeElement.textContent')).toBe(title)
    }
    expect(await isKept()).toBe(true)
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('status').filter({ hasText: 'began again.' }).waitFor()
    expect(await isKept()).toBe(false)
  })

  test('arms and clears a fault, and filters the log', async () => {
    await page.goto(`${url}/controls`)
    await page.locator('select[name=service]').selectOption('cosmos')
    await page.getByLabel('What happens').selectOption('503')
    await page.getByRole('button', { name: 'Arm' }).click()
    await page.getByRole('status').filter({ hasText: 'Armed: 503 for Cosmos DB, once.' }).waitFor()
    expect((await fetch(`${azure.endpoints.cosmos.endpoint}/dbs`)).status).toBe(503)
    await page.goto(`${url}/log`)
    await page.locator('select[name=status]').selectOption('5')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.waitForURL(/status=5/)
    expect(await page.locator('#request-list tbody tr').count()).toBe(1)
    expect(await page.locator('#request-list tbody').textContent()).toContain('GET /dbs')
  })
})
