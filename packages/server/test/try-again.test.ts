/**
 * Whoever tries again after a sign-in that failed comes to where they wanted to go, and to no place that others chose.
 */

import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { bob, signInAt } from './support/sign-in-page.ts'

const accept = 'text/html,application/xhtml+xml,*/*;q=0.8'
const wanted = '/room/1?tab="a"&b=<i>#here'

/** The address behind "Try again", as a browser reads it. */
async function tryAgain(server: LocalServer, path: string, cookie = ''): Promise<string> {
  const { status, text } = await server.call('GET', path, { headers: { accept, cookie } })
  expect(status).toBeGreaterThanOrEqual(400)
  const written = /<a href="([^"]*)">Try again<\/a>/.exec(text)?.[1] ?? ''
  return written.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')
}

async function begin(server: LocalServer, path: string): Promise<{ location: string; cookie: string }> {
  const answer = await server.call('GET', path, { headers: { accept } })
  expect(answer.status).toBe(302)
  const [cookie = ''] = answer.headers.getSetCookie()
  return { location: answer.headers.get('location') ?? '', cookie: cookie.split(';')[0] ?? '' }
}

const signInPath = (returnTo: string) => `/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`

describe('a sign-in that failed on its way back', () => {
  test('begins again on the way to the same place, and ends there', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const { cookie } = await begin(server, signInPath(wanted))
    const again = await tryAgain(server, '/auth/callback?code=x&state=wrong', cookie)
    const second = await begin(server, again)
    const back = await signInAt(second.location, bob)
    const done = await server.call('GET', back.pathname + back.search, { headers: { cookie: second.cookie } })
    expect(done.status).toBe(200)
    // As a browser reads it; a URL writes quotes and angles in percent.
    const target = /<a href="([^"]*)">Continue/.exec(done.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(new URL(target, 'https://x.test').href).toBe(new URL(wanted, 'https://x.test').href)
  })

  test('begins anew where nothing that is ours says from where', async ({ localAzure }) => {
    const server = createLocalServer(localAzure)
    const { cookie } = await begin(server, signInPath(wanted))
    const failing = '/auth/callback?code=x&state=wrong'
    expect(await tryAgain(server, failing)).toBe('/auth/sign-in')
    expect(await tryAgain(server, `${failing}&returnTo=/elsewhere`)).toBe('/auth/sign-in')
    expect(await tryAgain(server, failing, `${cookie}x`)).toBe('/auth/sign-in')
    expect(await tryAgain(server, failing, `${cookie}; ${cookie}`)).toBe('/auth/sign-in')
    expect(await tryAgain(server, failing, (await begin(server, '/auth/sign-in')).cookie)).toBe(
      '/auth/sign-in',
    )
    localAzure.clock.advanceSeconds(601)
    expect(await tryAgain(server, failing, cookie)).toBe('/auth/sign-in')
  })
})

describe('a sign-in that could not begin', () => {
  const limited = { app: { limits: { signIn: { points: 0, seconds: 60 } } } }

  test('begins again on the way to the same place', async ({ localAzure }) => {
    const server = createLocalServer(localAzure, limited)
    const again = await tryAgain(server, signInPath('/room/1'))
    expect(again).toBe('/auth/sign-in?returnTo=%2Froom%2F1')
    expect(await tryAgain(server, '/auth/sign-in')).toBe('/auth/sign-in')
  })

  test.for([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
  ])('but not to %s', async (returnTo, { localAzure }) => {
    const server = createLocalServer(localAzure, limited)
    expect(await tryAgain(server, signInPath(returnTo))).toBe('/auth/sign-in')
  })
})
