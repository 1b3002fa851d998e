/**
 * The sign-in page in a real browser: by keyboard, by one click, light and dark, and to everybody's eyes.
 */

import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import type { LocalAzure } from '../../src/index.ts'
import { test } from '../../src/testing.ts'

const candidates = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/chrome',
]
const executablePath = candidates.find((path) => path !== undefined && existsSync(path))
if (executablePath === undefined) {
  if (process.env['CI'] === 'true') throw new Error('No Chromium: set CHROMIUM_PATH')
  console.warn('SKIPPED: the sign-in page in a browser; there is no Chromium (set CHROMIUM_PATH)')
}

let browser: Browser

beforeAll(async () => {
  if (executablePath === undefined) return
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
  args.push('--disable-background-networking', '--disable-component-update')
  browser = await chromium.launch({ executablePath, args })
})
afterAll(() => browser?.close())

function authorizeUrl(
  { endpoints }: LocalAzure,
  policy = 'B2C_1_signupsignin',
  more: Record<string, string> = {},
): string {
  const { b2c } = endpoints.entra
  const base = `${new URL(b2c.metadata).origin}/contoso.onmicrosoft.com/${policy}/oauth2/v2.0/authorize`
  const query = new URLSearchParams({
    client_id: b2c.clientId,
    redirect_uri: `${endpoints.dashboard.url}/endpoints.json`,
    response_type: 'code',
    scope: `openid ${b2c.clientId} offline_access`,
    state: 'the state',
    ...more,
  })
  return `${base}?${query}`
}

async function withPage<T>(options: BrowserContextOptions, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext(options)
  try {
    return await work(await context.newPage())
  } finally {
    await context.close()
  }
}

const arrived = /endpoints\.json\?code=[\w.-]+&state=the\+state$/

describe.skipIf(executablePath === undefined)('in Chromium', () => {
  test('one click signs in as somebody of the seed', async ({ localAzure }) => {
    await withPage({}, async (page) => {
      await page.goto(authorizeUrl(localAzure))
      await page.getByRole('button', { name: 'Sign in as alice@contoso.example' }).click()
      await page.waitForURL(arrived)
    })
  })

  test('the keyboard alone signs in, and a wrong password is told', async ({ localAzure }) => {
    await withPage({}, async (page) => {
      await page.goto(authorizeUrl(localAzure))
      await page.keyboard.press('Tab')
      await page.keyboard.type('bob@contoso.example')
      await page.keyboard.press('Tab')
      await page.keyboard.type('wrong')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      expect(await page.getByRole('alert').textContent()).toBe('The email address or password is wrong.')
      // What was typed is still there, but for the password.
      expect(await page.getByLabel('Email address').inputValue()).toBe('bob@contoso.example')
      expect(await page.getByLabel('Password').inputValue()).toBe('')
      await page.getByLabel('Password').focus()
      await page.keyboard.type('Front-Door-4281')
      await page.keyboard.press('Enter')
      await page.waitForURL(arrived)
    })
  })

  test('after a wrong password, forward and back lead to pages, not to a question of the browser', async ({
    localAzure,
  }) => {
    await withPage({}, async (page) => {
      await page.goto(authorizeUrl(localAzure))
      await page.getByLabel('Email address').fill('bob@contoso.example')
      await page.getByLabel('Password').fill('wrong')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      // Neither what was typed nor that it was wrong stands in the address.
      expect(page.url()).not.toMatch(/bob|wrong/)
      await page.getByRole('button', { name: 'Sign up now' }).click()
      await page.getByRole('heading', { name: 'Sign up' }).waitFor()
      await page.goBack()
      await page.getByRole('alert').waitFor()
      await page.goBack()
      await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
      expect(await page.getByRole('alert').count()).toBe(0)
      await page.goForward()
      await page.getByRole('button', { name: 'Sign in as bob@contoso.example new' }).click()
      await page.waitForURL(arrived)
    })
  })

  test('the address of a page is good for its browser only', async ({ localAzure }) => {
    const address = await withPage({}, async (page) => {
      await page.goto(authorizeUrl(localAzure))
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByRole('alert').waitFor()
      return page.url()
    })
    await withPage({}, async (page) => {
      await page.goto(address)
      await page.getByRole('heading', { name: 'This sign-in was begun elsewhere' }).waitFor()
      expect(await page.locator('[name=transaction]').count()).toBe(0)
    })
  })

  test('form_post sends itself', async ({ localAzure }) => {
    await withPage({}, async (page) => {
      await page.goto(authorizeUrl(localAzure, undefined, { response_mode: 'form_post' }))
      const sent = page.waitForRequest((request) => request.url().endsWith('/endpoints.json'))
      await page.getByRole('button', { name: 'Sign in as bob@contoso.example' }).click()
      const request = await sent
      expect(request.method()).toBe('POST')
      expect(new URLSearchParams(request.postData() ?? '').get('code')).toMatch(/^[\w.-]+$/)
    })
  })

  test('sign-up keeps all that was typed but the password', async ({ localAzure }) => {
    await withPage({}, async (page) => {
      await page.goto(authorizeUrl(localAzure))
      // Half an address is no reason to be held on this page.
      await page.getByLabel('Email address').fill('zoe')
      await page.getByRole('button', { name: 'Sign up now' }).click()
      expect(await page.getByLabel('Email address').inputValue()).toBe('zoe')
      await page.getByLabel('Email address').fill('bob@contoso.example')
      await page.getByLabel('Display name').fill('Zoë <i>"Quote"</i>')
      await page.getByLabel('New password').fill('Long-Enough-1')
      await page.getByRole('button', { name: 'Create' }).click()
      await page.getByRole('alert').waitFor()
      expect(await page.getByLabel('Email address').inputValue()).toBe('bob@contoso.example')
      expect(await page.getByLabel('Display name').inputValue()).toBe('Zoë <i>"Quote"</i>')
      expect(await page.getByLabel('New password').inputValue()).toBe('')
      await page.getByLabel('Email address').fill('zoe@contoso.example')
      await page.getByLabel('New password').fill('Long-Enough-1')
      await page.getByRole('button', { name: 'Create' }).click()
      await page.waitForURL(arrived)
    })
  })

  test('a page left open too long leads on: again, or back', async ({ localAzure }) => {
    await withPage({}, async (page) => {
      await page.goto(authorizeUrl(localAzure))
      await page.getByLabel('Email address').fill('bob@contoso.example')
      localAzure.clock.advanceSeconds(3_600)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'This sign-in took too long' }).waitFor()
      await page.getByRole('link', { name: 'Start again here' }).click()
      expect(await page.getByLabel('Email address').inputValue()).toBe('bob@contoso.example')
      await page.getByRole('button', { name: 'Sign in as bob@contoso.example' }).click()
      await page.waitForURL(arrived)

      await page.goto(authorizeUrl(localAzure))
      localAzure.clock.advanceSeconds(3_600)
      await page.getByRole('button', { name: 'Sign in as bob@contoso.example' }).click()
      await page.getByRole('button', { name: /^Back to / }).click()
      await page.waitForURL(/endpoints\.json\?error=access_denied&.*state=the\+state$/)
    })
  })

  const pages: readonly [
    name: string,
    policy: string,
    open: (page: Page, localAzure: LocalAzure) => Promise<unknown>,
  ][] = [
    ['sign in', 'B2C_1_signupsignin', () => Promise.resolve()],
    [
      'sign in, refused',
      'B2C_1_signupsignin',
      (page) => page.getByRole('button', { name: 'Sign in', exact: true }).click(),
    ],
    ['sign up', 'B2C_1_signupsignin', (page) => page.getByRole('button', { name: 'Sign up now' }).click()],
    ['set a new password', 'B2C_1_passwordreset', () => Promise.resolve()],
    [
      'edit a profile',
      'B2C_1_profileedit',
      (page) => page.getByRole('button', { name: 'Sign in as bob@contoso.example' }).click(),
    ],
    ['an error', 'B2C_1_ropc', () => Promise.resolve()],
    [
      'open too long',
      'B2C_1_signupsignin',
      async (page, { clock }) => {
        clock.advanceSeconds(3_600)
        await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      },
    ],
    [
      'of another browser',
      'B2C_1_signupsignin',
      async (page) => {
        await page.context().clearCookies()
        await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      },
    ],
    [
      'not readable',
      'B2C_1_signupsignin',
      async (page) => {
        await page.locator('[name=transaction]').evaluate((field: { value?: string }) => {
          field.value = 'made-up'
        })
        await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      },
    ],
  ]

  for (const colorScheme of ['light', 'dark'] as const) {
    test.for(pages)(
      `%s has no accessibility violation, ${colorScheme}`,
      async ([name, policy, open], { localAzure }) => {
        // The checker is a script, which the page's own policy would not let in.
        await withPage(
          { bypassCSP: true, colorScheme, viewport: { width: 900, height: 900 } },
          async (page) => {
            await page.goto(authorizeUrl(localAzure, policy))
            await open(page, localAzure)
            await page.waitForLoadState()
            await page.addScriptTag({ content: axe.source })
            const { violations } = await page.evaluate(() => {
              const { run } = (globalThis as unknown as { axe: typeof axe }).axe
              return run()
            })
            expect(violations.map(({ help, id }) => `${id}: ${help}`)).toEqual([])
            const folder = process.env['SCREENSHOTS']
            if (folder)
              await page.screenshot({
                path: `${folder}/${name.replaceAll(/\W+/g, '-')}-${colorScheme}.png`,
                fullPage: true,
              })
          },
        )
      },
    )
  }
})
