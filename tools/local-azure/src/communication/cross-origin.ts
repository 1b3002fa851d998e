/**
 * Lets web pages of this machine call the service, and no others (rule E7).
 */

import { isLoopbackUrl } from '@latchkey/common'

const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'Accept',
  'X-Skypetoken',
  'X-MS-Migration',
  'repeatability-request-id',
  'repeatability-first-sent',
]

/** The answer to a preflight, or `undefined` when `request` is none. */
export function answerPreflight(request: Request): Response | undefined {
  const wantsMethod = request.headers.has('access-control-request-method')
  if (request.method !== 'OPTIONS' || !wantsMethod) return undefined
  if (!isAllowedOrigin(request)) return new Response(null, { status: 403 })
  const asked = (request.headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim())
  const known = asked.filter(isAllowedHeader)
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': known.join(', ') || allowedHeaders.join(', '),
      'access-control-max-age': '600',
    },
  })
}

/** Adds what a browser needs to hand the answer to the page. */
export function allowOrigin(request: Request, response: Response): void {
  response.headers.append('vary', 'origin')
  if (!isAllowedOrigin(request)) return
  response.headers.set('access-control-allow-origin', request.headers.get('origin') ?? '')
  const exposed = ['Location', 'Retry-After', 'MS-CV', 'x-ms-client-request-id', 'api-supported-versions']
  response.headers.set('access-control-expose-headers', exposed.join(', '))
}

/** Whether the request comes from a page of this machine. */
export function isAllowedOrigin(request: Request): boolean {
  const origin = request.headers.get('origin')
  return origin !== null && isLoopbackUrl(origin)
}

function isAllowedHeader(name: string): boolean {
  const lower = name.toLowerCase()
  return lower.startsWith('x-ms-') || allowedHeaders.some((allowed) => allowed.toLowerCase() === lower)
}
