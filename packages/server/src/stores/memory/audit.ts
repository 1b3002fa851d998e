/**
 * The record in memory.
 */

import { auditPage, readAuditCursor } from '../audit-page.ts'
import type { AuditEvent, AuditStore } from '../stores.ts'

/** Makes an audit record in memory. */
export function createMemoryAuditStore(): AuditStore {
  const events: AuditEvent[] = []
  return {
    append: async (event) => {
      events.push(event)
    },
    list: async ({ subject, pageSize, next }) => {
      const before = next === undefined ? undefined : readAuditCursor(next)
      const matching = events
        .filter((event) => subject === undefined || event.subject === subject)
        .filter(({ id }) => before === undefined || id < before)
        .toSorted((one, other) => (one.id < other.id ? 1 : -1))
      return auditPage(matching, pageSize)
    },
  }
}
