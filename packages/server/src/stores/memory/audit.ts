/**
 * The record in memory.
 */

import { inputError } from '../../errors.ts'
import type { AuditEvent, AuditStore } from '../stores.ts'

/** Makes an audit record in memory. */
export function createMemoryAuditStore(): AuditStore {
  const events: AuditEvent[] = []
  return {
    append: async (event) => {
      events.unshift(event)
    },
    list: async ({ subject, pageSize, next = '0' }) => {
      const matching = events.filter((event) => subject === undefined || event.subject === subject)
      const from = Number(next)
      if (!Number.isInteger(from) || from < 0) throw inputError('next', 'is not of this list')
      const page = matching.slice(from, from + pageSize)
      const end = from + page.length
      return end < matching.length ? { events: page, next: String(end) } : { events: page }
    },
  }
}
