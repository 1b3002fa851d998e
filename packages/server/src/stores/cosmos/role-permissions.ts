/**
 * Rules in the RolePermissions container: `{ id, role, table, permission }`, partition key `/role`, and two documents
 * beside them that are no rules. Who replaces the rules writes `$version` first, conditionally, so that of two at once one
 * loses. Who must see what every process has written writes `$latest` before reading: a session reads its own writes, and
 * with them everything that was written to the same partition before.
 */

import { createHash } from 'node:crypto'
import { serverError } from '../../errors.ts'
import { type RolePermission, ruleKey } from '../../resource-tokens/wanted-permissions.ts'
import type { RolePermissionStore, RuleRow, RulesClaim, StoredRules } from '../stores.ts'
import type { CosmosDatabases } from './cosmos-database.ts'
import { isCosmosStatus } from './cosmos-retry.ts'
import { type RuleDocument, readRules } from './rule-rows.ts'

interface StoredDocument extends RuleDocument {
  readonly claim?: RulesClaim
  readonly _etag: string
}

// No role has such a name, and without a permission they are no rules.
const version = { id: '$version', role: '$version' }
const latest = { id: '$latest', role: '$latest' }

/** How many ids are tried for a new row, or how often one of them. */
const maxRounds = 20

/** Makes a store of rules in Cosmos. */
export function createCosmosRolePermissionStore(databases: CosmosDatabases): RolePermissionStore {
  const container = databases.system('RolePermissions')

  const remove = async (rows: readonly RuleRow[]): Promise<void> => {
    for (const { id, role } of rows) await isThere(container.change((rules) => rules.item(id, role).delete()))
  }

  /** Changes a row, if it is there. Only what has changed is written: whoever made the row may keep more in it. */
  const patch = ({ id, role }: RuleRow, { permission }: RolePermission): Promise<boolean> => {
    const operations = [{ op: 'set' as const, path: '/permission', value: permission }]
    return isThere(container.change((rules) => rules.item(id, role).patch(operations)))
  }

  const create = async (rule: RolePermission): Promise<void> => {
    const { role } = rule
    const name = `${role}.${rule.table}`
    let id = name
    for (let round = 2; round <= maxRounds; round += 1) {
      const document = { ...rule, id }
      if (await isNew(container.run((rules) => rules.items.create(document)))) return
      // Ours, if an answer was lost or somebody else did the same; by hand, a row of this id can be about anything.
      const present = await container.find((rules) => rules.item(id, role).read<RuleDocument>())
      if (present && !isAbout(present, rule)) id = `${name}.${round}`
      else if (present && (await patch({ id, role }, rule))) return
    }
    throw serverError('ERR_SERVER_CONFLICT', 'The rules are being changed')
  }

  const all = async (): Promise<StoredRules> => {
    const query = 'SELECT c.id, c.role, c["table"], c.permission, c.claim, c._etag, c._ts FROM c'
    const { resources } = await container.run((rules) => rules.items.query<StoredDocument>(query).fetchAll())
    const documents = resources.filter(({ id }) => id !== latest.id)
    const marks = documents.map(({ id, role, _etag }) => `${JSON.stringify([id, role])}${_etag}\n`)
    const mark = createHash('sha256').update(marks.toSorted().join(''))
    const present = documents.find(({ id }) => id === version.id)
    return {
      ...readRules(documents),
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
    put: async (rule, rows) => {
      for (const [index, row] of rows.entries()) {
        if (!(await patch(row, rule))) continue
        await remove(rows.slice(index + 1))
        return
      }
      await create(rule)
    },
    remove,
  }
}

function isAbout({ role, table }: RuleDocument, rule: RolePermission): boolean {
  return typeof table === 'string' && ruleKey({ role, table }) === ruleKey(rule)
}

/** Whether a creation made something: there may be such an id. */
async function isNew(creation: Promise<unknown>): Promise<boolean> {
  try {
    await creation
    return true
  } catch (error) {
    if (isCosmosStatus(error, 409)) return false
    throw error
  }
}

async function isThere(operation: Promise<unknown>): Promise<boolean> {
  try {
    await operation
    return true
  } catch (error) {
    if (isCosmosStatus(error, 404)) return false
    throw error
  }
}
