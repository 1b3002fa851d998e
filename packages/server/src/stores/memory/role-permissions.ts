/**
 * Rules in memory.
 */

import { createHash } from 'node:crypto'
import type { RolePermission } from '../../resource-tokens/wanted-permissions.ts'
import type { RolePermissionStore } from '../stores.ts'

/** Makes a store of rules in memory. */
export function createMemoryRolePermissionStore(
  initial: readonly RolePermission[] = [],
): RolePermissionStore {
  const rules = new Map(initial.map((rule) => [`${rule.role}.${rule.table}`, rule]))
  let claims = 0
  return {
    all: async () => {
      const all = [...rules.values()]
      const mark = JSON.stringify([all, claims])
      const etag = createHash('sha256').update(mark).digest('base64url')
      return { rules: all, etag, version: String(claims) }
    },
    claim: async (version) => {
      if (version !== String(claims)) return false
      claims += 1
      return true
    },
    put: async (rule) => {
      rules.set(`${rule.role}.${rule.table}`, rule)
    },
    remove: async (role, table) => {
      rules.delete(`${role}.${table}`)
    },
  }
}
