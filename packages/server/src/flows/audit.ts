/**
 * Puts an act on record. An act that must be on record and cannot be is not done.
 */

import { serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import type { AuditAction, AuditEvent } from '../stores/stores.ts'

/** What happened. */
export interface AuditEntry {
  readonly action: AuditAction
  readonly subject?: string
  readonly actor?: string
  readonly outcome?: AuditEvent['outcome']
  readonly details?: Readonly<Record<string, string>>
}

/**
 * Writes one event.
 *
 * @throws `ERR_SERVER_THROTTLED` when it cannot be written, so that the caller stops before the act.
 */
export async function record(parts: Parts, context: FlowContext, entry: AuditEntry): Promise<void> {
  const event: AuditEvent = {
    id: parts.random.uuid(),
    action: entry.action,
    subject: entry.subject ?? '-',
    actor: entry.actor ?? '-',
    at: new Date(parts.clock.now()).toISOString(),
    outcome: entry.outcome ?? 'allowed',
    correlationId: context.correlationId,
    details: entry.details ?? {},
  }
  try {
    await parts.stores.audit.append(event)
  } catch (error) {
    throw serverError('ERR_SERVER_THROTTLED', 'The record cannot be written', { service: 'audit' }, error)
  }
}
