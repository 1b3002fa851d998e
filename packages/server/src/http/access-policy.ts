/**
 * Identifies the caller of a request, and decides whether they may use the route.
 */

import { isLatchkeyError } from '@latchkey/common'
import { forbiddenError, serverError } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { adminRole, assertPersonId, assertRole, type Person } from '../person.ts'
import { readBearer } from './bearer.ts'
import { hasCsrfHeader, refuseWithoutCsrfHeader } from './browser/csrf.ts'
import { refuseOtherPerson } from './browser/pinned-person.ts'
import { readSessionCookie } from './browser/session-cookie.ts'
import type { Access } from './route.ts'

/** What tells who a request is from: our own sessions, or the app's proof in their place. */
export interface Identifier {
  readonly parts: Parts
  readonly authenticate: ((request: Request) => Promise<Person | undefined>) | undefined
}

/**
 * Lets a request pass to a route, and answers who it is from.
 *
 * @throws `ERR_SERVER_UNAUTHENTICATED`, `ERR_SERVER_TOKEN`, `ERR_SERVER_FORBIDDEN`, `ERR_SERVER_CSRF`,
 *   `ERR_SERVER_CREDENTIALS_TWICE`; `ERR_SERVER_PERSON_ID`, `ERR_SERVER_PERSON_ROLE` where the app's own `authenticate` answers
 *   unusable ones.
 */
export async function admit(
  identifier: Identifier,
  access: Access,
  request: Request,
): Promise<Person | undefined> {
  const { parts } = identifier
  if (access === 'open' || access === 'key' || access === 'navigation') return undefined
  if (access === 'browser') return await admitBrowser(identifier, request)
  const person = await identify(identifier, request)
  refuseOtherPerson(request, person)
  if (access === 'guest') return person
  if (!person) throw serverError('ERR_SERVER_UNAUTHENTICATED', 'Sign in first')
  if (access !== 'admin') return person
  if (person.role !== adminRole) throw forbiddenError(person.id)
  // An access token outlives its session by minutes; nobody administers in those.
  await parts.sessions.confirm(person)
  return person
}

/** Also after its session has ended: what is left of it, at the provider and in the cookie, ends all the same. */
async function admitBrowser(identifier: Identifier, request: Request): Promise<Person | undefined> {
  const person = await identify(identifier, request).catch((error: unknown) => {
    if (isLatchkeyError(error, 'ERR_SERVER_UNAUTHENTICATED')) return undefined
    throw error
  })
  const hasCookie = readSessionCookie(request, identifier.parts.settings.publicUrl) !== undefined
  // A bearer token is no browser of this origin.
  if (!hasCookie && (request.headers.has('authorization') || !hasCsrfHeader(request)))
    throw serverError('ERR_SERVER_UNAUTHENTICATED', 'Sign in first')
  if (person) refuseOtherPerson(request, person)
  return person
}

async function identify({ parts, authenticate }: Identifier, request: Request): Promise<Person | undefined> {
  if (authenticate) {
    const proven = await authenticate(request)
    if (!proven) return undefined
    assertPersonId(proven.id)
    assertRole(proven.role, parts.settings.roles)
    return proven
  }
  const cookie = readSessionCookie(request, parts.settings.publicUrl)
  if (request.headers.has('authorization') && cookie !== undefined)
    throw serverError('ERR_SERVER_CREDENTIALS_TWICE', 'Either a bearer token or a cookie, not both')
  const token = readBearer(request)
  if (token !== undefined) return parts.accessTokens.verify(token)
  if (cookie === undefined) return undefined
  refuseWithoutCsrfHeader(request)
  return parts.sessions.resume(cookie)
}
