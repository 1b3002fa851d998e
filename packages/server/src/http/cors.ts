/**
 * Cross-origin requests to /v1: exact origins from the settings, never a wildcard, never an echo of what was asked. Pages
 * of other origins bring a bearer token: cookies are for pages of our own.
 */

const allowedHeaders =
  'authorization, content-type, if-match, x-latchkey, x-latchkey-person, x-correlation-id'

/** The answer to a preflight request, or `undefined` when it is none. */
export function answerPreflight(
  request: Request,
  allowedOrigins: readonly string[],
  methods: string,
): Response | undefined {
  if (request.method !== 'OPTIONS' || !request.headers.has('access-control-request-method')) return undefined
  const headers = new Headers({ vary: 'Origin' })
  if (isAllowed(request, allowedOrigins)) {
    headers.set('access-control-allow-methods', methods)
    headers.set('access-control-allow-headers', allowedHeaders)
    headers.set('access-control-max-age', '600')
  }
  addCorsHeaders(request, headers, allowedOrigins)
  return new Response(null, { status: 204, headers })
}

/** Lets a page of an allowed origin read the answer. */
export function addCorsHeaders(request: Request, headers: Headers, allowedOrigins: readonly string[]): void {
  if (allowedOrigins.length > 0) headers.append('vary', 'Origin')
  if (!isAllowed(request, allowedOrigins)) return
  headers.set('access-control-allow-origin', request.headers.get('origin') ?? '')
  headers.set('access-control-expose-headers', 'etag, retry-after, x-correlation-id')
}

function isAllowed(request: Request, allowedOrigins: readonly string[]): boolean {
  const origin = request.headers.get('origin')
  return origin !== null && allowedOrigins.includes(origin)
}
