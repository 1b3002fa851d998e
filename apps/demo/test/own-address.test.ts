import { describe, expect, test } from 'vitest'
import { createDemoApp } from '../src/server/demo-app.ts'
import { ownAddress } from '../src/server/own-address.ts'

const accept = 'text/html,application/xhtml+xml,*/*;q=0.8'
const own = 'http://127.0.0.1:4286'
const navigation = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Request(url, { method, headers: { accept, ...headers } })

describe('a page opened under another name of this machine', () => {
  test.for(['http://localhost:4286', 'http://[::1]:4286', 'http://127.0.0.2:4286', 'http://LOCALHOST:4286'])(
    'goes from %s to the public address, with path and query, and stays there',
    (origin) => {
      const address = ownAddress(navigation(`${origin}/auth/sign-in?returnTo=%2F%3Froom%3D1`), own)
      expect(address).toBe(`${own}/auth/sign-in?returnTo=%2F%3Froom%3D1`)
      expect(ownAddress(navigation(address ?? ''), own)).toBeUndefined()
    },
  )

  test('is redirected before page and API see it; what scripts ask for is not', async () => {
    const seen: string[] = []
    const app = createDemoApp({
      api: (request) => {
        seen.push(request.url)
        return new Response()
      },
      assets: new Map([['/index.html', { bytes: new Uint8Array(), contentType: 'text/html' }]]),
      connectOrigins: [],
      publicUrl: own,
    })
    for (const path of ['/', '/auth/sign-in', '/v1/docs', '//evil.example/x', '/\\evil.example']) {
      const answer = await app.request(navigation(`http://localhost:4286${path}`))
      expect(answer.status, path).toBe(302)
      expect(new URL(answer.headers.get('location') ?? '').origin).toBe(own)
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
    expect(seen).toEqual([])
    expect((await app.request('http://localhost:4286/v1/me', { headers: { accept: '*/*' } })).status).toBe(
      200,
    )
    expect((await app.request(navigation(`${own}/`))).status).toBe(200)
  })

  test.for([
    [
      'a proxy may have rewritten its host',
      'http://localhost:4286/',
      own,
      { 'x-forwarded-for': '203.0.113.1' },
    ],
    [
      'a proxy may have rewritten its host',
      'http://localhost:4286/',
      own,
      { 'x-forwarded-host': 'app.test' },
    ],
    ['a proxy may have rewritten its host', 'http://localhost:4286/', own, { forwarded: 'host=app.test' }],
    ['a proxy listens on another port', 'http://localhost:4286/', 'http://127.0.0.1:8080', {}],
    ['the public address is elsewhere', 'http://localhost:4286/', 'https://app.test', {}],
    ['the inner host of a front end', 'https://app-x.azurewebsites.net/', 'https://app.test', {}],
    ['any other host', 'http://evil.example:4286/', own, {}],
    ['a name like this machine’s', 'http://localhost.evil.example:4286/', own, {}],
  ] as const)('is left where it is: %s', ([_why, url, publicUrl, headers]) => {
    expect(ownAddress(navigation(url, headers), publicUrl)).toBeUndefined()
  })
})
