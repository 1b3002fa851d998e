/**
 * Which web pages may call the services: those of this machine, and no others (rule E7).
 *
 * Communication, Cosmos and Fluid Relay are called by browsers, with every header their clients send.
 */

import { isLocalUrl } from '@latchkey/common'
import type { PlainRequest } from './plain-request.ts'
import type { ServiceName } from './service.ts'

/**
 * Tells whether a page at `origin` may call; a request without an origin is not a page's. Other schemes than http and
 * https have pages of their own makers under any name, `localhost` too.
 */
export function isAllowedOrigin(origin: string | null | undefined): boolean {
  return origin === null || origin === undefined || (/^https?:/i.test(origin) && isLocalUrl(origin))
}

/** Tells whether the host looks after cross-origin calls for a service; the others do it themselves. */
export function isCalledByPages(service: ServiceName): boolean {
  return service === 'communication' || service === 'cosmos' || service === 'fluid'
}

/** The answer to a preflight, or `undefined` when the request is not one. */
export function answerPreflight(request: PlainRequest): Response | undefined {
  const method = request.header('access-control-request-method')
  const origin = request.header('origin')
  if (request.method !== 'OPTIONS' || method === undefined || origin === undefined) return undefined
  if (!isAllowedOrigin(origin)) return new Response(null, { status: 403 })
  return new Response(null, {
    status: 204,
    headers: {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Methods': method,
      'Access-Control-Allow-Headers': request.header('access-control-request-headers') ?? '',
      'Access-Control-Max-Age': '600',
      Vary: 'Origin',
    },
  })
}

/** Lets the page that asked read the answer. */
export function allowReading(request: PlainRequest, response: Response): void {
  const origin = request.header('origin')
  if (origin === undefined || !isAllowedOrigin(origin)) return
  const names = [...response.headers.keys()].filter((name) => !name.startsWith('access-control-'))
  response.headers.set('Access-Control-Allow-Origin', origin)
  response.headers.set('Access-Control-Expose-Headers', names.join(', '))
  response.headers.append('Vary', 'Origin')
}
