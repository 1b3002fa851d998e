/**
 * A page of the record: it goes on after the last event shown, so that what is written meanwhile moves nothing.
 */

import { inputError } from '../errors.ts'
import type { AuditEvent } from './stores.ts'

/** The page, given one event more than it holds if there are more. */
export function auditPage(
  events: readonly AuditEvent[],
  pageSize: number,
): { readonly events: readonly AuditEvent[]; readonly next?: string } {
  const page = events.slice(0, pageSize)
  const last = page.at(-1)
  return last && events.length > pageSize ? { events: page, next: last.id } : { events: page }
}

/** The id of the last event shown. @throws `ERR_SERVER_INPUT` for what is no id of an event. */
export function readAuditCursor(next: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(next)) return next
  throw inputError('next', 'is not of this list')
}
