/**
 * The sessions of one browser over time: when it was used, and what signing in again does to the one before.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { afterEach, describe, expect } from 'vitest'
import { type Browser, closeBrowsers, openBrowser } from './support/http-browser.ts'
import { alice, answerPageAt, bob, type Credentials, signInAt } from './support/sign-in-page.ts'

afterEach(closeBrowsers)

interface Listed {
  readonly sid: string
  readonly isCurrent: boolean
  readonly createdOn: string
  readonly lastUsedOn: string
}

const pageOf = async (browser: Browser): Promise<string> =>
  (await browser.go('/auth/sign-in')).headers.get('location') ?? ''
const signIn = async (browser: Browser, who: Credentials = bob): Promise<void> => {
  expect((await browser.go(await signInAt(await pageOf(browser), who))).status).toBe(200)
}
const sessionsOf = async (browser: Browser): Promise<readonly Listed[]> => {
  const response = await browser.go('/v1/sessions')
  expect(response.status).toBe(200)
  return ((await response.json()) as { value: readonly Listed[] }).value
}
const currentOf = async (browser: Browser): Promise<Listed | undefined> =>
  (await sessionsOf(browser)).find(({ isCurrent }) => isCurrent)

/** Ends what other tests left of the person. */
async function endAll(browser: Browser): Promise<void> {
  await signIn(browser)
  expect((await browser.go('/v1/sessions', { method: 'DELETE' })).status).toBe(204)
}

/** How long ago the list says that this browser's session was used, in minutes. */
async function idleMinutes({ clock }: LocalAzure, browser: Browser): Promise<number> {
  const { lastUsedOn = '' } = (await currentOf(browser)) ?? {}
  return Math.floor((clock.now() - Date.parse(lastUsedOn)) / 60_000)
}

test('lastUsedOn of a browser session follows its use, to the hour', async ({ localAzure }) => {
  const browser = await openBrowser(localAzure)
  await signIn(browser)
  for (const pauseSeconds of [120, 86_400, 3_600, 5 * 86_400]) {
    localAzure.clock.advanceSeconds(pauseSeconds)
    expect((await browser.go('/v1/me')).status).toBe(200)
    expect([pauseSeconds, await idleMinutes(localAzure, browser)]).toEqual([pauseSeconds, 0])
  }
  // Between two looks at the account nothing is written.
  localAzure.clock.advanceSeconds(58 * 60)
  expect(await idleMinutes(localAzure, browser)).toBe(58)
  localAzure.clock.advanceSeconds(2 * 60)
  expect(await idleMinutes(localAzure, browser)).toBe(0)
})

describe('signing in again in the same browser', () => {
  test('ends the session of before, and no other', async ({ localAzure }) => {
    const [browser, other] = [await openBrowser(localAzure), await openBrowser(localAzure)]
    await endAll(browser)
    await signIn(other)
    await signIn(browser)
    const former = (await currentOf(browser))?.sid
    await signIn(browser)
    const listed = (await sessionsOf(browser)).map(({ sid }) => sid)
    expect(listed).toHaveLength(2)
    expect(listed).not.toContain(former)
    expect((await other.go('/v1/me')).status).toBe(200)
  })

  test('as somebody else, or by way of a new password, ends it too', async ({ localAzure }) => {
    const [browser, watcher] = [await openBrowser(localAzure), await openBrowser(localAzure)]
    await endAll(browser)
    await signIn(watcher)
    await signIn(browser)
    expect(await sessionsOf(watcher)).toHaveLength(2)
    await signIn(browser, alice)
    expect(await sessionsOf(watcher)).toHaveLength(1)

    await signIn(browser)
    const forgotten = await answerPageAt(await pageOf(browser), { action: 'forgot-password' })
    const resetPage = (await browser.go(forgotten)).headers.get('location') ?? ''
    const set = await answerPageAt(resetPage, { action: 'reset', ...bob })
    const signInPage = (await browser.go(set)).headers.get('location') ?? ''
    expect(await sessionsOf(watcher)).toHaveLength(2)
    expect((await browser.go(await signInAt(signInPage, bob))).status).toBe(200)
    expect(await sessionsOf(watcher)).toHaveLength(2)
    expect(await sessionsOf(browser)).toHaveLength(2)
  })

  test('that comes to nothing leaves it as it was, and a cookie that is none ends nothing', async ({
    localAzure,
  }) => {
    const browser = await openBrowser(localAzure)
    await endAll(browser)
    await signIn(browser)
    const before = (await currentOf(browser))?.sid
    await browser.go(await answerPageAt(await pageOf(browser), { action: 'cancel' }))
    expect((await currentOf(browser))?.sid).toBe(before)
    await browser.go('/auth/callback?code=x&state=y')
    expect((await currentOf(browser))?.sid).toBe(before)

    const name = 'latchkey'
    for (const cookie of [
      `${name}=bs1.k.${before}.${'A'.repeat(43)}`,
      `${name}=a; ${name}=b`,
      `${name}=${'x'.repeat(3_000)}`,
    ]) {
      const answer = await fetch(`${browser.origin}/auth/sign-in`, {
        redirect: 'manual',
        headers: { cookie },
      })
      expect(answer.status).toBe(302)
      const back = await signInAt(answer.headers.get('location') ?? '', bob)
      const kept = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      expect(
        (
          await fetch(new URL(`${back.pathname}${back.search}`, browser.origin), {
            headers: { cookie: kept },
          })
        ).status,
      ).toBe(200)
    }
    expect((await currentOf(browser))?.sid).toBe(before)
    expect(await sessionsOf(browser)).toHaveLength(4)
  })
})
