/**
 * Ending one's own sessions. The event is noted, not recorded first: signing out works whatever the state of the record.
 */

import type { FlowContext, Parts } from '../parts.ts'
import type { Person } from '../person.ts'
import { note } from './audit.ts'

/** Ends one of the person's own sessions. For somebody else's, it changes nothing and does not reveal that it exists. */
export async function endSession(
  parts: Parts,
  context: FlowContext,
  { id }: Person,
  sid: string,
): Promise<void> {
  const wasOwn = await parts.sessions.revokeOwn(id, sid, 'sign-out')
  const result = wasOwn ? { details: { sid } } : { outcome: 'refused' as const, details: { code: 'not_own' } }
  await note(parts, context, { action: 'sessions-revoked', actor: id, ...result }, id)
}

/** Ends all of them. */
export async function endAllSessions(parts: Parts, context: FlowContext, { id }: Person): Promise<void> {
  const count = await parts.sessions.revokeAllOf(id, 'sign-out')
  await note(parts, context, { action: 'sessions-revoked', actor: id, details: { count: String(count) } }, id)
}
