/**
 * Which refused calls are on record: somebody who is known and may not, or no more; a page of another site that uses a
 * browser's cookie; guesses at one account's password beyond the limit.
 *
 * A call without a sound credential is nobody's and stays in the log alone, as does a malformed one: clients with a token
 * that has expired make such calls all day long.
 */

import { note } from '../flows/audit.ts'
import type { FlowContext, Parts } from '../parts.ts'
import type { Person } from '../person.ts'
import type { CorrelationIds } from './correlation.ts'
import { asServerError } from './problem.ts'
import type { Route } from './route.ts'

/** What the flows and the record know a call by: names that say nothing to whoever reads them. */
export function nameCall(
  { pseudonyms }: Parts,
  ids: CorrelationIds,
  network: string | undefined,
  functionKey: string | undefined,
): FlowContext {
  return {
    ...ids,
    ...(network !== undefined && { client: pseudonyms.of('client', network) }),
    ...(functionKey !== undefined && { functionKey: pseudonyms.of('key', functionKey) }),
  }
}

/** Notes a call with a wrong function key, or with none. */
export function noteWrongKey(parts: Parts, context: FlowContext, route: Route): Promise<void> {
  const { functionKey } = context
  const details = { code: functionKey === undefined ? 'missing' : 'wrong', route: nameOf(route) }
  const actor = functionKey === undefined ? {} : { actor: functionKey }
  return note(parts, context, { action: 'key-refused', outcome: 'refused', ...actor, details })
}

/**
 * Notes the refusal of a call, if it is one of those.
 *
 * @param person - Whoever the route let in.
 */
export async function noteRefusedCall(
  parts: Parts,
  context: FlowContext,
  route: Route,
  person: Person | undefined,
  error: unknown,
): Promise<void> {
  const known = asServerError(error)
  if (!known) return
  const { code } = known
  const named = known.details['person'] ?? person?.id
  const personId = typeof named === 'string' ? named : undefined
  const details = { code, route: nameOf(route) }
  if (code === 'ERR_SERVER_RATE_LIMITED' && known.details['limit'] === 'account')
    return note(parts, context, { action: 'sign-in-failed', outcome: 'refused', details })
  const isRefusal =
    code === 'ERR_SERVER_FORBIDDEN' ||
    code === 'ERR_SERVER_CSRF' ||
    (personId !== undefined && (code === 'ERR_SERVER_TOKEN' || code === 'ERR_SERVER_UNAUTHENTICATED'))
  if (!isRefusal) return
  const actor = personId === undefined ? {} : { actor: personId }
  await note(parts, context, { action: 'access-refused', outcome: 'refused', ...actor, details }, personId)
}

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`
}
