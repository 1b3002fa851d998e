/**
 * Lets an app that speaks Request and Response, such as a Hono app, run as an Azure Function.
 */

import type { Cookie, HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'

/** What the app is given besides the request; in Hono, `c.env`. */
export interface FunctionsBindings {
  readonly invocation: InvocationContext
}

/** An app: `app.fetch` of Hono fits. */
export type FetchApp = (request: Request, bindings: FunctionsBindings) => Response | Promise<Response>

/**
 * Makes a handler for `app.http` from `fetch`.
 *
 * Bodies stay streams in both directions. Cookies travel as the list Functions wants, because several `Set-Cookie`
 * headers would overwrite each other on the way; `Partitioned` and `Priority` have no place in that list and are lost.
 *
 * @example
 * ```ts
 * app.http('v1', { route: 'v1/{*path}', authLevel: 'anonymous', handler: toHttpHandler(hono.fetch) })
 * ```
 */
export function toHttpHandler(fetch: FetchApp): HttpHandler {
  return async (request, invocation) => toResponseInit(await fetch(toRequest(request), { invocation }))
}

function toRequest(request: HttpRequest): Request {
  const { method, headers, body } = request
  const hasBody = method !== 'GET' && method !== 'HEAD' && body !== null
  return new Request(request.url, { method, headers, ...(hasBody && { body, duplex: 'half' }) })
}

// These belong to one connection, and the one to the caller is the host's.
const hopByHop = ['connection', 'keep-alive', 'transfer-encoding']

function toResponseInit(response: Response): HttpResponseInit {
  const headers = new Headers(response.headers)
  for (const name of ['set-cookie', ...hopByHop]) headers.delete(name)
  return {
    status: response.status,
    headers,
    cookies: response.headers.getSetCookie().map(parseSetCookie),
    ...(response.body && { body: response.body }),
  }
}

/** Takes one `Set-Cookie` line apart (RFC 6265 section 4.1). The value is decoded, since Functions encodes it again. */
export function parseSetCookie(line: string): Cookie {
  const [pair = '', ...attributes] = line.split(';')
  const [name, value] = splitAt(pair)
  const cookie: Cookie = { name, value: decode(value) }
  for (const attribute of attributes) Object.assign(cookie, parseAttribute(attribute))
  return cookie
}

const sameSites: Readonly<Record<string, 'Strict' | 'Lax' | 'None'>> = {
  strict: 'Strict',
  lax: 'Lax',
  none: 'None',
}

function parseAttribute(attribute: string): Partial<Cookie> {
  const [name, value] = splitAt(attribute)
  switch (name.toLowerCase()) {
    case 'domain':
      return { domain: value }
    case 'path':
      return { path: value }
    case 'expires':
      return { expires: new Date(value) }
    case 'max-age':
      return { maxAge: Number(value) }
    case 'secure':
      return { secure: true }
    case 'httponly':
      return { httpOnly: true }
    case 'samesite':
      return { sameSite: sameSites[value.toLowerCase()] }
    default:
      return {}
  }
}

function splitAt(pair: string): [name: string, value: string] {
  const at = pair.indexOf('=')
  return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
