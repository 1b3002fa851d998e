/**
 * How the cookies of the browser half are named, written and read.
 *
 * Over https they carry the `__Host-` prefix and Secure. On loopback http they cannot: Safari takes no Secure cookie
 * there, so a plain name is used, and settings accept plain http on loopback in development only. Only the name that
 * belongs to the public address is read: a neighbour under the same domain can set the plain one, but never the other.
 */

import { serverError } from '../../errors.ts'

/** A cookie's full name under a public address. */
export function cookieName(publicUrl: string, name: string): string {
  return isSecure(publicUrl) ? `__Host-${name}` : name
}

/** Set-Cookie for a full name; an empty value takes the cookie away. */
export function formatCookie(
  publicUrl: string,
  name: string,
  value: string,
  sameSite: 'Strict' | 'Lax',
  maxAgeSeconds: number,
): string {
  const secure = isSecure(publicUrl) ? '; Secure' : ''
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=${sameSite}${secure}`
}

/** Every cookie of a request, by full name, in the order they were sent. */
export function readCookies(request: Request): readonly (readonly [name: string, value: string])[] {
  return (request.headers.get('cookie') ?? '').split(';').flatMap((part) => {
    const equals = part.indexOf('=')
    return equals > 0 ? [[part.slice(0, equals).trim(), part.slice(equals + 1).trim()] as const] : []
  })
}

/** The value of a cookie. @throws `ERR_SERVER_CREDENTIALS_TWICE` when it is there more than once. */
export function readCookie(request: Request, fullName: string): string | undefined {
  const values = readCookies(request).flatMap(([name, value]) => (name === fullName ? [value] : []))
  // Which of two a browser sends first is up to whoever set them.
  if (values.length > 1) throw serverError('ERR_SERVER_CREDENTIALS_TWICE', 'A cookie appears twice')
  return values[0] === '' ? undefined : values[0]
}

function isSecure(publicUrl: string): boolean {
  return /^https:/i.test(publicUrl)
}
