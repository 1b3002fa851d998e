/**
 * Where somebody whose sign-in failed begins it again, on the way to the same place.
 */

import type { Parts } from '../../parts.ts'
import { parseReturnTo } from './return-to.ts'
import { onlyReturnTo, readSignIn } from './waiting-sign-ins.ts'

const signInPath = '/auth/sign-in'

/** The address of the sign-in, with the path that was asked for before: in the query going away, sealed coming back. */
export function tryAgainPath(parts: Parts, request: Request): string {
  const { pathname, searchParams } = new URL(request.url)
  const isGoingAway = pathname === signInPath
  const returnTo = isGoingAway
    ? parseReturnTo(searchParams.get('returnTo'))
    : sealedPath(parts, request, searchParams.get('state') ?? '')
  return returnTo === '/' ? signInPath : `${signInPath}?returnTo=${encodeURIComponent(returnTo)}`
}

function sealedPath(parts: Parts, request: Request, state: string): string {
  try {
    return readSignIn(parts, request, state)?.returnTo ?? onlyReturnTo(parts, request) ?? '/'
  } catch {
    // Two cookies: which of them is ours cannot be told, and may be why it failed.
    return '/'
  }
}
