/**
 * Rules in memory.
 */

import { createHash } from 'node:crypto'
import { type RolePermission, ruleKey } from '../../resource-tokens/wanted-permissions.ts'
import type { RolePermissionStore, RulesClaim, StoredRules } from '../stores.ts'

/** Makes a store of rules in memory. */
export function createMemoryRolePermissionStore(
  initial: readonly RolePermission[] = [],
): RolePermissionStore {
  const rules = new Map(initial.map((rule) => [ruleKey(rule), rule]))
  let claims = 0
  let claim: RulesClaim | undefined
  const all = async (): Promise<StoredRules> => {
    const present = [...rules.values()]
    const mark = JSON.stringify([present, claims])
    const etag = createHash('sha256').update(mark).digest('base64url')
    const rows = new Map(present.map((rule) => [ruleKey(rule), [{ id: ruleKey(rule), role: rule.role }]]))
    return { rules: present, rows, etag, version: String(claims), claim }
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
      rules.set(ruleKey(rule), rule)
    },
    remove: async (rows) => {
      for (const { id } of rows) rules.delete(id)
    },
  }
}
