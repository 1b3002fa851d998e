/**
 * Where somebody whose sign-in failed begins it again, on the way to the same place.
 */

import type { Parts } from '../../parts.ts'
import { parseReturnTo } from './return-to.ts'
import { openState } from './sealed-state.ts'
import { readSignInCookie } from './session-cookie.ts'

const signInPath = '/auth/sign-in'

/** The address of the sign-in, with the path that was asked for before: in the query going away, sealed coming back. */
export function tryAgainPath(parts: Parts, request: Request): string {
  const { pathname, searchParams } = new URL(request.url)
  const isGoingAway = pathname === signInPath
  const returnTo = isGoingAway ? parseReturnTo(searchParams.get('returnTo')) : sealedPath(parts, request)
  return returnTo === '/' ? signInPath : `${signInPath}?returnTo=${encodeURIComponent(returnTo)}`
}

function sealedPath({ settings, sealRing, clock }: Parts, request: Request): string {
  try {
    const sealed = readSignInCookie(request, settings.publicUrl)
    return (sealed !== undefined && openState(sealRing, sealed, clock.now())?.returnTo) || '/'
  } catch {
    // Two cookies: which of them is ours cannot be told, and may be why it failed.
    return '/'
  }
}
