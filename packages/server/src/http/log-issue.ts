/**
 * Tokens for the services behind leave a line in the log and no event: they are asked for all day long, and what each may
 * open is what the rules on record say.
 */

import type { FlowContext, Parts } from '../parts.ts'
import { guestRole, type Person } from '../person.ts'

/** Logs that somebody, or a guest, was given tokens for a service. */
export function logIssue(
  { log }: Parts,
  { correlationId }: FlowContext,
  service: string,
  person: Person | undefined,
): void {
  const whose = person ? { person: person.id, role: person.role } : { role: guestRole }
  log({ level: 'info', event: 'token-issued', correlationId, service, ...whose })
}
