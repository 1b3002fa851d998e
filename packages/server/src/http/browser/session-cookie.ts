/**
 * The cookies of the browser half.
 *
 * Over https they carry the `__Host-` prefix and Secure. On loopback http they cannot: Safari takes no Secure cookie
 * there, so a plain name is used, and settings accept plain http on loopback in development only.
 */

const secureName = '__Host-latchkey'
const plainName = 'latchkey'
const secureSignInName = '__Host-latchkey-sign-in'
const plainSignInName = 'latchkey-sign-in'

/** How long a sign-in may take, in seconds. */
export const signInSeconds = 600

/** The session cookie's value. */
export function readSessionCookie(request: Request): string | undefined {
  return readCookie(request, secureName) ?? readCookie(request, plainName)
}

/** The value of the cookie that waits during sign-in. */
export function readSignInCookie(request: Request): string | undefined {
  return readCookie(request, secureSignInName) ?? readCookie(request, plainSignInName)
}

/** Set-Cookie for a session; an empty value takes the cookie away. */
export function formatSessionCookie(publicUrl: string, value: string, maxAgeSeconds: number): string {
  const name = isSecure(publicUrl) ? secureName : plainName
  return format(publicUrl, `${name}=${value}`, 'Strict', maxAgeSeconds)
}

/** Set-Cookie for the wait during sign-in: Lax, because the way back comes from another site. */
export function formatSignInCookie(publicUrl: string, value: string, maxAgeSeconds: number): string {
  const name = isSecure(publicUrl) ? secureSignInName : plainSignInName
  return format(publicUrl, `${name}=${value}`, 'Lax', maxAgeSeconds)
}

function format(publicUrl: string, pair: string, sameSite: string, maxAgeSeconds: number): string {
  const secure = isSecure(publicUrl) ? '; Secure' : ''
  return `${pair}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=${sameSite}${secure}`
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:')
}

function readCookie(request: Request, name: string): string | undefined {
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const equals = part.indexOf('=')
    if (equals > 0 && part.slice(0, equals).trim() === name) {
      const value = part.slice(equals + 1).trim()
      if (value !== '') return value
    }
  }
  return undefined
}
