/**
 * Rules in the RolePermissions container: `{ id, role, table, permission }`, partition key `/role`, and two documents
 * beside them that are no rules. Who replaces the rules writes `$version` first, conditionally, so that of two at once one
 * loses. Who must see what every process has written writes `$latest` before reading: a session reads its own writes, and
 * with them everything that was written to the same partition before.
 */

import { createHash } from 'node:crypto'
import { parseRolePermissionKind, type RolePermission } from '../../resource-tokens/wanted-permissions.ts'
import type { RolePermissionStore, RulesClaim, StoredRules } from '../stores.ts'
import type { CosmosDatabases } from './cosmos-database.ts'
import { isCosmosStatus } from './cosmos-retry.ts'

interface RuleDocument {
  readonly id: string
  readonly role: string
  readonly table: string
  readonly permission: string
  readonly claim?: RulesClaim
  readonly _etag?: string
}

// No role has such a name, and without a permission they are no rules.
const version = { id: '$version', role: '$version' }
const latest = { id: '$latest', role: '$latest' }

/** Makes a store of rules in Cosmos. */
export function createCosmosRolePermissionStore(databases: CosmosDatabases): RolePermissionStore {
  const container = databases.system('RolePermissions')
  const idOf = (role: string, table: string): string => `${role}.${table}`

  const all = async (): Promise<StoredRules> => {
    const query = 'SELECT c.id, c.role, c["table"], c.permission, c.claim, c._etag FROM c'
    const { resources } = await container.run((rules) => rules.items.query<RuleDocument>(query).fetchAll())
    const documents = resources.filter(({ id }) => id !== latest.id)
    const mark = createHash('sha256')
    for (const { id, _etag } of documents.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
      mark.update(`${id}${_etag}\n`)
    const present = documents.find(({ id }) => id === version.id)
    return {
      rules: documents.flatMap(readRule),
      etag: mark.digest('base64url'),
      version: present?._etag,
      claim: present?.claim,
    }
  }

  return {
    all,
    latest: async () => {
      await container.run((rules) => rules.items.upsert(latest))
      return all()
    },
    claim: async (seen, claim) => {
      const next = { ...version, claim }
      try {
        await container.run((rules) =>
          seen === undefined
            ? rules.items.create(next)
            : rules.item(version.id, version.role).replace(next, {
                accessCondition: { type: 'IfMatch', condition: seen },
              }),
        )
        return true
      } catch (error) {
        // After a lost answer it may have been our own write: whoever claims looks whose claim it is.
        if (isCosmosStatus(error, 404, 409, 412)) return false
        throw error
      }
    },
    endClaim: async () => {
      await container.run((rules) => rules.items.upsert(version))
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
