/**
 * Two tabs of one browser that sign in at once.
 */

import { test } from '@latchkey/local-azure/testing'
import { afterEach, describe, expect } from 'vitest'
import { type Browser, closeBrowsers, openBrowser } from './support/http-browser.ts'
import { createLocalServer } from './support/local-server.ts'
import { bob, signInAt } from './support/sign-in-page.ts'

afterEach(closeBrowsers)

async function begin(browser: Browser, returnTo: string): Promise<string> {
  const answer = await browser.go(`/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`)
  expect(answer.status).toBe(302)
  return answer.headers.get('location') ?? ''
}

describe('two sign-ins begun at once', () => {
  test('both succeed, each where it was to lead, and the later one ends the session of the earlier', async ({
    localAzure,
  }) => {
    const browser = await openBrowser(localAzure)
    const pages = [await begin(browser, '/one'), await begin(browser, '/two')]
    for (const [index, path] of ['/one', '/two'].entries()) {
      const back = await browser.go(await signInAt(pages[index] ?? '', bob))
      expect(back.status).toBe(200)
      expect(await back.text()).toContain(`url=${path}"`)
      const sessions = (await (await browser.go('/v1/sessions')).json()) as { value: unknown[] }
      expect(sessions.value).toHaveLength(1)
    }
  })

  test('a way back is good for nothing with the cookie of another sign-in under its name', async ({
    localAzure,
  }) => {
    const server = createLocalServer(localAzure)
    const beginHere = async () => {
      const answer = await server.call('GET', '/auth/sign-in')
      const [, name = '', value = ''] = /^([^=]+)=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '') ?? []
      return { location: answer.headers.get('location') ?? '', name, value }
    }
    const [mine, theirs] = [await beginHere(), await beginHere()]
    const back = await signInAt(mine.location, bob)
    const callback = (cookie: string) =>
      server.call('GET', back.pathname + back.search, { headers: { cookie } })
    expect((await callback(`${mine.name}=${theirs.value}`)).status).toBe(401)
    expect((await callback(`${theirs.name}=${mine.value}`)).status).toBe(401)
    expect((await callback(`${theirs.name}=${theirs.value}; ${mine.name}=${mine.value}`)).status).toBe(200)
  })

  test.for([
    ['five wait', '/', 5],
    ['of long ones fewer do', `/${'x'.repeat(900)}`, 2],
  ] as const)('%s, the newest ones, in few bytes', async ([_name, returnTo, most], { localAzure }) => {
    const jar = new Map<string, string>()
    const server = createLocalServer(localAzure)
    const cookieOf = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    for (let begun = 1; begun <= 8; begun += 1) {
      localAzure.clock.advanceSeconds(1)
      const path = `/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`
      const answer = await server.call('GET', path, { headers: { cookie: cookieOf() } })
      const [own = '', ...others] = answer.headers
        .getSetCookie()
        .map((line) => /^([^=]+)=([^;]*)/.exec(line)?.slice(1) ?? [])
      expect(others).toEqual(jar.size < most ? [] : [[[...jar.keys()][0], '']])
      for (const [name = ''] of others) jar.delete(name)
      jar.set(own[0] ?? '', own[1] ?? '')
    }
    expect(jar.size).toBe(most)
    // Node refuses a request with more than 16 KiB of headers.
    expect(cookieOf().length).toBeLessThan(10_000)
  })

  test.for([1, 150, 300, 600, 1_000])(
    'a way back that leads to %i characters, after four others, fits 4 KiB',
    async (length, { localAzure }) => {
      const browser = await openBrowser(localAzure)
      const pages: string[] = []
      for (let begun = 1; begun <= 5; begun += 1) {
        localAzure.clock.advanceSeconds(1)
        pages.push(await begin(browser, `/${'x'.repeat(length - 1)}`))
      }
      const back = await browser.go(await signInAt(pages[4] ?? '', bob))
      expect(back.status).toBe(200)
      const head = [...back.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
      // nginx takes no more by default, and the code is spent by then.
      expect(head.length).toBeLessThan(3_900)
      const earlier = await browser.go(await signInAt(pages[3] ?? '', bob))
      expect(earlier.status).toBe(200)
    },
  )
})
