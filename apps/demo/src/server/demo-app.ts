/**
 * The demo's origin: the page, and the Latchkey app mounted beside it.
 *
 * Mounting both on one origin is what lets the session live in a SameSite=Strict cookie that no script can read; the
 * page never holds a refresh token.
 */

import { type Clock, systemClock } from '@latchkey/common'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { Asset } from './assets.ts'
import { ownAddress } from './own-address.ts'

/** What the demo is made of. */
export interface DemoOptions {
  /** The Latchkey app: answers `/auth/*` and `/v1/*`. */
  readonly api: (request: Request, bindings: unknown) => Response | Promise<Response>
  /** The built page, by path. */
  readonly assets: ReadonlyMap<string, Asset>
  /** The origins the page talks to besides its own: Communication, Fluid Relay and Cosmos DB, with their sockets. */
  readonly connectOrigins: readonly string[]
  /** The address that the sign-in leads back to. */
  readonly publicUrl: string
  /** Where the answers' Date comes from, by which the page knows what tokens end by. Default: the system clock. */
  readonly clock?: Pick<Clock, 'now'>
}

/** Puts page and API on one origin. */
export function createDemoApp(options: DemoOptions): Hono {
  const { clock = systemClock } = options
  const app = new Hono()
  app.use(async (context, next) => {
    await next()
    context.header('date', new Date(clock.now()).toUTCString())
  })
  app.use(async (context, next) => {
    const address = ownAddress(context.req.raw, options.publicUrl)
    if (address === undefined) return next()
    return context.body(null, 302, { location: address, 'cache-control': 'no-store' })
  })
  // The bindings carry the peer's address, which the rate limits of the API are kept by.
  app.all('/auth/*', (context) => options.api(context.req.raw, context.env))
  app.all('/v1/*', (context) => options.api(context.req.raw, context.env))
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'", ...options.connectOrigins],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: 'no-referrer',
      // The demo also runs over http on this machine, where a browser would remember this for every port.
      strictTransportSecurity: false,
    }),
  )
  app.get('*', (context) => {
    const { path } = context.req
    const asset = options.assets.get(path === '/' ? '/index.html' : path)
    if (!asset) return context.notFound()
    const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
    return context.body(asset.bytes, 200, { 'content-type': asset.contentType, 'cache-control': caching })
  })
  return app
}
