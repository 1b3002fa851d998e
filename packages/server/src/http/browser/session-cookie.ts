/**
 * The cookies of the browser half.
 *
 * Over https they carry the `__Host-` prefix and Secure. On loopback http they cannot: Safari takes no Secure cookie
 * there, so a plain name is used, and settings accept plain http on loopback in development only. Only the name that
 * belongs to the public address is read: a neighbour under the same domain can set the plain one, but never the other.
 */

import { serverError } from '../../errors.ts'

const secureName = '__Host-latchkey'
const plainName = 'latchkey'
const secureSignInName = '__Host-latchkey-sign-in'
const plainSignInName = 'latchkey-sign-in'

/** How long a sign-in may take, in seconds. */
export const signInSeconds = 600

/** The name of the session cookie under a public address. */
export function sessionCookieName(publicUrl: string): string {
  return isSecure(publicUrl) ? secureName : plainName
}

/** The session cookie's value. @throws `ERR_SERVER_CREDENTIALS_TWICE` when it is there more than once. */
export function readSessionCookie(request: Request, publicUrl: string): string | undefined {
  return readCookie(request, sessionCookieName(publicUrl))
}

/** The value of the cookie that waits during sign-in. @throws `ERR_SERVER_CREDENTIALS_TWICE` likewise. */
export function readSignInCookie(request: Request, publicUrl: string): string | undefined {
  return readCookie(request, signInName(publicUrl))
}

/** Set-Cookie for a session; an empty value takes the cookie away. */
export function formatSessionCookie(publicUrl: string, value: string, maxAgeSeconds: number): string {
  return format(publicUrl, `${sessionCookieName(publicUrl)}=${value}`, 'Strict', maxAgeSeconds)
}

/** Set-Cookie for the wait during sign-in: Lax, because the way back comes from another site. */
export function formatSignInCookie(publicUrl: string, value: string, maxAgeSeconds: number): string {
  return format(publicUrl, `${signInName(publicUrl)}=${value}`, 'Lax', maxAgeSeconds)
}

function format(publicUrl: string, pair: string, sameSite: string, maxAgeSeconds: number): string {
  const secure = isSecure(publicUrl) ? '; Secure' : ''
  return `${pair}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=${sameSite}${secure}`
}

function isSecure(publicUrl: string): boolean {
  return /^https:/i.test(publicUrl)
}

function signInName(publicUrl: string): string {
  return isSecure(publicUrl) ? secureSignInName : plainSignInName
}

function readCookie(request: Request, name: string): string | undefined {
  const values: string[] = []
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const equals = part.indexOf('=')
    if (equals > 0 && part.slice(0, equals).trim() === name) values.push(part.slice(equals + 1).trim())
  }
  // Which of two a browser sends first is up to whoever set them.
  if (values.length > 1) throw serverError('ERR_SERVER_CREDENTIALS_TWICE', 'A cookie appears twice')
  return values[0] === '' ? undefined : values[0]
}
