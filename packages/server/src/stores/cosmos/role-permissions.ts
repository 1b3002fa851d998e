/**
 * Rules in the RolePermissions container: `{ id, role, table, permission }`, partition key `/role`, and one document
 * beside them that is no rule: who replaces the rules writes it first, conditionally, so that of two at once one loses.
 */

import { createHash } from 'node:crypto'
import { parseRolePermissionKind, type RolePermission } from '../../resource-tokens/wanted-permissions.ts'
import type { RolePermissionStore } from '../stores.ts'
import type { CosmosDatabases } from './cosmos-database.ts'
import { isCosmosStatus } from './cosmos-retry.ts'

interface RuleDocument {
  readonly id: string
  readonly role: string
  readonly table: string
  readonly permission: string
  readonly _etag?: string
}

// No role has such a name, and without a permission it is no rule.
const claimed = { id: '$version', role: '$version' }

/** Makes a store of rules in Cosmos. */
export function createCosmosRolePermissionStore(databases: CosmosDatabases): RolePermissionStore {
  const container = databases.system('RolePermissions')
  const idOf = (role: string, table: string): string => `${role}.${table}`
  return {
    all: async () => {
      const query = 'SELECT c.id, c.role, c["table"], c.permission, c._etag FROM c'
      const { resources } = await container.run((rules) => rules.items.query<RuleDocument>(query).fetchAll())
      const mark = createHash('sha256')
      for (const { id, _etag } of [...resources].sort((a, b) => (a.id < b.id ? -1 : 1)))
        mark.update(`${id}${_etag}\n`)
      const version = resources.find(({ id }) => id === claimed.id)?._etag
      return { rules: resources.flatMap(readRule), etag: mark.digest('base64url'), version }
    },
    claim: async (version) => {
      try {
        await container.run((rules) =>
          version === undefined
            ? rules.items.create(claimed)
            : rules.item(claimed.id, claimed.role).replace(claimed, {
                accessCondition: { type: 'IfMatch', condition: version },
              }),
        )
        return true
      } catch (error) {
        // After a lost answer it may have been our own write: refused all the same, and the rules are as they were.
        if (isCosmosStatus(error, 404, 409, 412)) return false
        throw error
      }
    },
    put: async ({ role, table, permission }) => {
      await container.run((rules) => rules.items.upsert({ id: idOf(role, table), role, table, permission }))
    },
    remove: async (role, table) => {
      try {
        await container.run((rules) => rules.item(idOf(role, table), role).delete())
      } catch (error) {
        if (!isCosmosStatus(error, 404)) throw error
      }
    },
  }
}

// Rows may have been made by hand; one that cannot be read gives nothing.
function readRule(row: RuleDocument): readonly RolePermission[] {
  const permission = typeof row.permission === 'string' ? parseRolePermissionKind(row.permission) : undefined
  if (!permission || typeof row.role !== 'string' || typeof row.table !== 'string') return []
  return [{ role: row.role.toLowerCase(), table: row.table, permission }]
}
