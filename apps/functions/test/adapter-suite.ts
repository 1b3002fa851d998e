/** What every host of the app must do the same; run on Functions, buffered and streaming, and on @hono/node-server. */

import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'

export function adapterSuite(base: () => string): void {
  const call = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`${base()}${path}`, { redirect: 'manual', ...init })

  test('several cookies arrive with their names, values and attributes', async () => {
    const response = await call('/t/cookies')
    const cookies = response.headers.getSetCookie()
    expect(cookies.map((line) => line.split('=')[0])).toEqual(['__Host-Session', 'Other', 'plain'])
    expect(cookies[0]).toMatch(/^__Host-Session=a%20b%2Fc%3D; /)
    const attributes = cookies.map((line) => line.toLowerCase().split('; ').slice(1).sort())
    expect(attributes).toEqual([
      ['httponly', 'max-age=60', 'path=/', 'samesite=strict', 'secure'],
      ['expires=thu, 02 jan 2020 03:04:05 gmt', 'path=/x', 'samesite=lax'],
      // Hono adds the path of its own accord.
      ['path=/'],
    ])
  })

  test('a body of 3 MB goes in and comes out unchanged', async () => {
    const body = randomBytes(3 * 1024 * 1024)
    const headers = { 'content-type': 'application/x-test' }
    const response = await call('/t/echo', { method: 'POST', body, headers })
    expect(response.headers.get('content-type')).toBe('application/x-test')
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true)
  })

  test('an empty body stays empty', async () => {
    const response = await call('/t/echo', { method: 'POST' })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })

  test('server-sent events arrive whole', async () => {
    const response = await call('/t/events')
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(await response.text()).toBe('data: one\nid: 1\n\ndata: two\nid: 2\n\n')
  })

  test('HEAD answers the headers of GET and no body', async () => {
    const response = await call('/t/request', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  })

  test('204 has no body and no type', async () => {
    const response = await call('/t/none')
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
      204,
      '',
      null,
    ])
  })

  test('302 keeps its location', async () => {
    const response = await call('/t/redirect')
    expect([response.status, response.headers.get('location')]).toEqual([302, '/t/none'])
  })

  test('an error in the app is a 500 that says nothing', async () => {
    const response = await call('/t/throws')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret detail')
  })

  test('an unknown path is a 404', async () => {
    expect((await call('/t/nowhere')).status).toBe(404)
  })

  test.for(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s reaches the app', async (method) => {
    const response = await call('/t/request', { method })
    expect(await response.json()).toMatchObject({ method })
  })

  test('method, path, query and headers reach the app as sent', async () => {
    const response = await call('/t/request?a=1&a=2&b=%26%20%2B&c', { headers: { 'x-agent': 'tester' } })
    expect(await response.json()).toEqual({
      method: 'GET',
      path: '/t/request',
      search: '?a=1&a=2&b=%26%20%2B&c',
      agent: 'tester',
    })
  })

  test('fifty requests at once each get their own answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const response = await call(`/t/request?n=${index}`)
        return ((await response.json()) as { search: string }).search
      }),
    )
    expect(answers).toEqual(Array.from({ length: 50 }, (_, index) => `?n=${index}`))
  })
}
