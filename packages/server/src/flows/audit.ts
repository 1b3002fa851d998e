/**
 * Records what was done, and what was refused. Nothing here or in the store changes or deletes an event.
 *
 * `record` writes the event before an act, which is not done if that fails. `note` writes the event of something that
 * stands anyway, such as a refusal or the end of one's own session, if it can: an outage of the record turns no refusal
 * into a failure.
 */

import { serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { timeOrderedUuid } from '../random.ts'
import type { AuditAction, AuditEvent } from '../stores/stores.ts'
import { subjectOf } from './audit-notes.ts'

/** What happened. */
export interface AuditEntry {
  readonly action: AuditAction
  readonly subject?: string
  readonly actor?: string
  readonly outcome?: AuditEvent['outcome']
  /** Codes, roles, tables, counts: never a mail address, a network address, a key or a token. */
  readonly details?: Readonly<Record<string, string>>
}

/**
 * Writes one event, before the act.
 *
 * @throws `ERR_SERVER_THROTTLED` when it cannot be written, so that the caller stops before the act.
 */
export async function record(parts: Parts, context: FlowContext, entry: AuditEntry): Promise<void> {
  try {
    await parts.stores.audit.append(eventOf(parts, context, entry, '-'))
  } catch (error) {
    throw serverError('ERR_SERVER_THROTTLED', 'The record cannot be written', { service: 'audit' }, error)
  }
}

/**
 * Writes one event if it can be written, within the bounds of `AuditNotes`; never throws.
 *
 * @param personId - Whoever is proven. Without one, and without a subject, the event is about where it came from: what
 *   anybody can cause has a partition of its own and never fills the one that admins' acts need.
 */
export async function note(
  parts: Parts,
  context: FlowContext,
  entry: AuditEntry,
  personId?: string,
): Promise<void> {
  const event = eventOf(parts, context, entry, personId ?? subjectOf(context.client ?? '-'))
  await parts.auditNotes.add(event, personId)
}

function eventOf(parts: Parts, context: FlowContext, entry: AuditEntry, subject: string): AuditEvent {
  const nowMs = parts.clock.now()
  return {
    id: timeOrderedUuid(parts.random, nowMs),
    action: entry.action,
    subject: entry.subject ?? subject,
    actor: entry.actor ?? '-',
    client: context.client ?? '-',
    at: new Date(nowMs).toISOString(),
    outcome: entry.outcome ?? 'allowed',
    correlationId: context.correlationId,
    ...(context.callerCorrelationId !== undefined && { callerCorrelationId: context.callerCorrelationId }),
    details: entry.details ?? {},
  }
}
