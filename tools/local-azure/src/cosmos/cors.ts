/**
 * CORS: a page may hold a resource token and call the account itself. Which origins those are is the host's guard.
 */

const exposedHeaders = [
  'etag',
  'lsn',
  'x-ms-activity-id',
  'x-ms-alt-content-path',
  'x-ms-content-path',
  'x-ms-continuation',
  'x-ms-gatewayversion',
  'x-ms-item-count',
  'x-ms-request-charge',
  'x-ms-retry-after-ms',
  'x-ms-session-token',
  'x-ms-substatus',
  'x-ms-version',
].join(', ')

/** Tells whether a browser asks whether it may ask. */
export function isPreflight(request: Request): boolean {
  return request.method === 'OPTIONS' && request.headers.has('access-control-request-method')
}

/** The answer to that. */
export function preflightHeaders(request: Request): Record<string, string> {
  return {
    ...corsHeaders(request.headers.get('origin') ?? '*'),
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': request.headers.get('access-control-request-headers') ?? '',
    'access-control-max-age': '600',
  }
}

/** What every answer to a browser carries. */
export function corsHeaders(origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposedHeaders,
    vary: 'origin',
  }
}
