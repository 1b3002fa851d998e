/** A Hono app with one route for everything an adapter can get wrong. */

import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { streamSSE } from 'hono/streaming'

export function createSampleApp(): Hono {
  const app = new Hono()
  app.get('/t/cookies', (c) => {
    setCookie(c, '__Host-Session', 'a b/c=', {
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
      maxAge: 60,
    })
    setCookie(c, 'Other', '2', { path: '/x', expires: new Date('2020-01-02T03:04:05Z'), sameSite: 'Lax' })
    setCookie(c, 'plain', 'v')
    return c.text('ok')
  })
  app.get('/t/events', (c) =>
    streamSSE(c, async (stream) => {
      await stream.writeSSE({ data: 'one', id: '1' })
      await stream.writeSSE({ data: 'two', id: '2' })
    }),
  )
  app.post('/t/echo', async (c) => {
    c.header('content-type', c.req.header('content-type') ?? 'application/octet-stream')
    return c.body(await c.req.arrayBuffer())
  })
  app.all('/t/request', (c) => {
    const url = new URL(c.req.url)
    return c.json({
      method: c.req.method,
      path: url.pathname,
      search: url.search,
      agent: c.req.header('x-agent') ?? null,
    })
  })
  app.get('/t/none', (c) => c.body(null, 204))
  app.get('/t/redirect', (c) => c.redirect('/t/none', 302))
  app.get('/t/throws', () => {
    throw new Error('secret detail')
  })
  return app
}
