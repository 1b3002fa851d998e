/**
 * What a route can answer, from what it is: the OpenAPI document is made from this, and tests hold every answer to it.
 */

import { errorAnswers, type ServerErrorCode } from '../errors.ts'
import { apiStatusOf } from './api/api-status.ts'
import type { Access, Route } from './route.ts'

const ofEveryRoute: readonly ServerErrorCode[] = [
  'ERR_SERVER_TOKEN_IN_QUERY',
  'ERR_SERVER_RATE_LIMITED',
  'ERR_SERVER_UPSTREAM',
  'ERR_SERVER_THROTTLED',
  'ERR_SERVER_INTERNAL',
]

const ofSomebody: readonly ServerErrorCode[] = [
  'ERR_SERVER_UNAUTHENTICATED',
  'ERR_SERVER_TOKEN',
  'ERR_SERVER_CREDENTIALS_TWICE',
  'ERR_SERVER_CSRF',
  'ERR_SERVER_PERSON_ID',
  'ERR_SERVER_PERSON_ROLE',
]

const ofAccess: Readonly<Record<Access, readonly ServerErrorCode[]>> = {
  open: [],
  // Where the cookie of a sign-in or a session is looked at, which may stand twice.
  navigation: ['ERR_SERVER_CREDENTIALS_TWICE'],
  // A wrong key is 401 too; what is said of it is the host's.
  key: ['ERR_SERVER_UNAUTHENTICATED', 'ERR_SERVER_TOKEN', 'ERR_SERVER_CREDENTIALS_TWICE'],
  guest: ofSomebody,
  person: ofSomebody,
  browser: ofSomebody,
  admin: [...ofSomebody, 'ERR_SERVER_FORBIDDEN'],
}

/** The codes of every failure that a route can answer. */
export function errorsOf(route: Route): readonly ServerErrorCode[] {
  return [
    ...new Set<ServerErrorCode>([
      ...ofEveryRoute,
      ...ofAccess[route.access],
      ...(route.query || route.body ? (['ERR_SERVER_INPUT'] as const) : []),
      ...(route.body ? (['ERR_SERVER_BODY_TOO_LARGE', 'ERR_SERVER_CONTENT_TYPE'] as const) : []),
      ...(route.needsIfMatch
        ? (['ERR_SERVER_PRECONDITION', 'ERR_SERVER_PRECONDITION_REQUIRED'] as const)
        : []),
      ...(route.path.includes(':') ? (['ERR_SERVER_NOT_FOUND'] as const) : []),
      ...(route.errors ?? []),
    ]),
  ]
}

/** The failures of a route by status, each with the codes that its problem can have. */
export function failuresOf(route: Route): ReadonlyMap<number, readonly string[]> {
  const byStatus = new Map<number, Set<string>>()
  for (const error of errorsOf(route)) {
    const status = route.surface === 'api' ? apiStatusOf(error) : errorAnswers[error].status
    const codes = byStatus.get(status) ?? new Set()
    byStatus.set(status, codes.add(errorAnswers[error].code))
  }
  return new Map(
    [...byStatus].sort(([one], [other]) => one - other).map(([status, codes]) => [status, [...codes]]),
  )
}
