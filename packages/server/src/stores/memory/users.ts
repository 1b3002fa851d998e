/**
 * The app's rows about people, in memory.
 */

import { inputError } from '../../errors.ts'
import type { UserRow, UserRows } from '../stores.ts'

/** Makes user rows in memory. */
export function createMemoryUserRows(): UserRows {
  const rows = new Map<string, UserRow>()
  return {
    read: async (id) => rows.get(id),
    findByEmail: async (email) => {
      const [row, another] = [...rows.values()].filter((one) => one.email === email)
      if (another) throw inputError('email', 'The email matches more than one person')
      return row
    },
    createIfAbsent: async (row) => {
      if (!rows.has(row.id)) rows.set(row.id, row)
    },
    update: async (id, changes) => {
      const row = rows.get(id)
      if (!row) return undefined
      const next = { ...row, ...changes }
      rows.set(id, next)
      return next
    },
    removeAllOf: async (id) => {
      rows.delete(id)
    },
  }
}
