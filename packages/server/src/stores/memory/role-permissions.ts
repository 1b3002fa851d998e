/**
 * Rules in memory.
 */

import { createHash } from 'node:crypto'
import type { RolePermission } from '../../resource-tokens/wanted-permissions.ts'
import type { RolePermissionStore, RulesClaim, StoredRules } from '../stores.ts'

/** Makes a store of rules in memory. */
export function createMemoryRolePermissionStore(
  initial: readonly RolePermission[] = [],
): RolePermissionStore {
  const rules = new Map(initial.map((rule) => [`${rule.role}.${rule.table}`, rule]))
  let claims = 0
  let claim: RulesClaim | undefined
  const all = async (): Promise<StoredRules> => {
    const present = [...rules.values()]
    const mark = JSON.stringify([present, claims])
    const etag = createHash('sha256').update(mark).digest('base64url')
    return { rules: present, etag, version: String(claims), claim }
  }
  return {
    all,
    latest: all,
    claim: async (version, next) => {
      if (version !== String(claims)) return false
      claims += 1
      claim = next
      return true
    },
    endClaim: async () => {
      claims += 1
      claim = undefined
    },
    put: async (rule) => {
      rules.set(`${rule.role}.${rule.table}`, rule)
    },
    remove: async (role, table) => {
      rules.delete(`${role}.${table}`)
    },
  }
}
