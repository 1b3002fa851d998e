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
  return {
    all: async () => {
      const all = [...rules.values()]
      return { rules: all, etag: createHash('sha256').update(JSON.stringify(all)).digest('base64url') }
    },
    put: async (rule) => {
      rules.set(`${rule.role}.${rule.table}`, rule)
    },
    remove: async (role, table) => {
      rules.delete(`${role}.${table}`)
    },
  }
}
