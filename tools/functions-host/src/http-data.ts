/**
 * Requests and responses that travel as a whole, which is what happens unless the app switches streaming on.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpCookie, HttpData, TypedData } from './core-contract.ts'

/** The largest body the host takes, in bytes: the default of the real one. */
export const maxBodyBytes = 104_857_600

/** Reads the body; `undefined` when it is larger than {@link maxBodyBytes}. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Writes a request down as the worker receives it. */
export function toHttpData(
  request: IncomingMessage,
  url: URL,
  parameters: Readonly<Record<string, string>>,
  body: Buffer,
): HttpData {
  const query: Record<string, string> = {}
  for (const name of new Set(url.searchParams.keys())) query[name] = url.searchParams.getAll(name).join(',')
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(headersOf(request)),
    nullableQuery: nullable(query),
    nullableParams: nullable(parameters),
    body: body.length === 0 ? null : { bytes: body },
  }
}

/** The headers of a request, several of one name joined as Node joins them. */
export function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}

/** Sends what the function answered; nothing at all becomes 204. */
export function sendHttpData(response: ServerResponse, answer: TypedData | null | undefined): void {
  const http = answer?.http
  if (!http) {
    response.writeHead(204).end()
    return
  }
  response.statusCode = Number(http.statusCode ?? 200)
  for (const [name, value] of Object.entries(http.headers ?? {})) response.setHeader(name, value)
  const cookies = (http.cookies ?? []).map(formatCookie)
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  // The answer to HEAD has no body, and its length is that of the answer to GET: known to the function or to nobody.
  const bytes = http.body?.bytes ?? new Uint8Array()
  if (response.req.method !== 'HEAD' && !bodiless.has(response.statusCode)) {
    response.setHeader('content-length', bytes.byteLength)
  }
  response.end(bytes)
}

const bodiless = new Set([204, 205, 304])

/** One `Set-Cookie` line. As ASP.NET does, the value is percent-encoded here, whatever it holds. */
export function formatCookie(cookie: HttpCookie): string {
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`]
  const { domain, path, expires, maxAge, secure, httpOnly, sameSite } = cookie
  if (maxAge?.value !== undefined && maxAge.value !== null) parts.push(`max-age=${Math.floor(maxAge.value)}`)
  if (domain?.value) parts.push(`domain=${domain.value}`)
  if (path?.value) parts.push(`path=${path.value}`)
  if (expires?.value) parts.push(`expires=${new Date(expires.value.seconds * 1000).toUTCString()}`)
  if (secure?.value) parts.push('secure')
  if (sameSite && sameSite !== 'none')
    parts.push(`samesite=${sameSite === 'explicitNone' ? 'none' : sameSite}`)
  if (httpOnly?.value) parts.push('httponly')
  return parts.join('; ')
}

function nullable(values: Readonly<Record<string, string>>): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]))
}
