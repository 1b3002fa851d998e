/**
 * What the rows of the RolePermissions container say, whoever made them: pure, no I/O.
 *
 * Rows made by hand have any id, and the role in any case, so several of them can be about the same role and table. Of
 * those the one written last counts.
 */

import {
  parseRolePermissionKind,
  type RolePermission,
  type RolePermissionKind,
  ruleKey,
} from '../../resource-tokens/wanted-permissions.ts'
import type { RuleRow, StoredRules } from '../stores.ts'

/** A row as it is read; by hand, anything can be in it. */
export interface RuleDocument extends RuleRow {
  readonly table?: unknown
  readonly permission?: unknown
  /** When it was written, in seconds. */
  readonly _ts: number
}

/** Rules with their rows; a row that cannot be read is no rule and gives nothing. */
export function readRules(documents: readonly RuleDocument[]): Pick<StoredRules, 'rules' | 'rows'> {
  const rules = new Map<string, RolePermission>()
  const rows = new Map<string, RuleRow[]>()
  for (const { id, role, table, permission } of documents.toSorted(byAge)) {
    const kind = readKind(permission)
    if (!kind || typeof role !== 'string' || typeof table !== 'string') continue
    const rule = { role: role.toLowerCase(), table, permission: kind }
    const key = ruleKey(rule)
    if (!rules.has(key)) rules.set(key, rule)
    rows.set(key, [...(rows.get(key) ?? []), { id, role }])
  }
  return { rules: [...rules.values()], rows }
}

function readKind(permission: unknown): RolePermissionKind | undefined {
  return typeof permission === 'string' ? parseRolePermissionKind(permission) : undefined
}

/** Newest first; by id and role within one second, so that the order is the same for whoever reads. */
function byAge(one: RuleDocument, other: RuleDocument): number {
  if (one._ts !== other._ts) return other._ts - one._ts
  return JSON.stringify([one.id, one.role]) < JSON.stringify([other.id, other.role]) ? -1 : 1
}
