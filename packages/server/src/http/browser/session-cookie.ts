/**
 * The cookie that names a browser's session.
 */

import { cookieName, formatCookie, readCookie } from './cookie.ts'

/** The name of the session cookie under a public address. */
export function sessionCookieName(publicUrl: string): string {
  return cookieName(publicUrl, 'latchkey')
}

/** The session cookie's value. @throws `ERR_SERVER_CREDENTIALS_TWICE` when it is there more than once. */
export function readSessionCookie(request: Request, publicUrl: string): string | undefined {
  return readCookie(request, sessionCookieName(publicUrl))
}

/** Set-Cookie for a session; an empty value takes the cookie away. */
export function formatSessionCookie(publicUrl: string, value: string, maxAgeSeconds: number): string {
  return formatCookie(publicUrl, sessionCookieName(publicUrl), value, 'Strict', maxAgeSeconds)
}
