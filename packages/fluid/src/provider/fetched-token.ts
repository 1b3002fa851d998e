/**
 * The server's answer to a token request.
 */

import { FluidTokenFetchError } from './fetch-error.ts'

/** A token as the server returned it. */
export interface FetchedToken {
  readonly token: string
  /** When it expires: a Date, or an instant as ISO text. Default: the token's own `exp`. */
  readonly expiresOn?: Date | string | undefined
}

/** A token with the moment to stop using it. */
export interface UsableToken {
  readonly jwt: string
  readonly expiresAtMs: number
}

/**
 * Reads a server's answer.
 *
 * @throws {@link FluidTokenFetchError} `ERR_FLUID_TOKEN_FETCH_ANSWER`
 */
export function parseFetchedToken(answer: unknown): UsableToken {
  const { token, expiresOn } = Object(answer) as Partial<Record<keyof FetchedToken, unknown>>
  if (typeof token !== 'string' || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw notAToken()
  return { jwt: token, expiresAtMs: readExpiry(token, expiresOn) }
}

function readExpiry(token: string, expiresOn: unknown): number {
  if (expiresOn !== undefined) {
    const atMs =
      expiresOn instanceof Date || typeof expiresOn === 'string' ? +new Date(expiresOn) : Number.NaN
    if (Number.isNaN(atMs)) throw notAToken()
    return atMs
  }
  // Only to know when to ask again; the service is the one that judges the token.
  try {
    const payload = token.split('.')[1]?.replace(/-/g, '+').replace(/_/g, '/') ?? ''
    const { exp } = JSON.parse(atob(payload)) as { exp?: unknown }
    return typeof exp === 'number' ? exp * 1000 : 0
  } catch {
    throw notAToken()
  }
}

function notAToken(): FluidTokenFetchError {
  return new FluidTokenFetchError('ERR_FLUID_TOKEN_FETCH_ANSWER', true)
}
