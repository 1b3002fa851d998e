/**
 * Every store in Cosmos DB.
 */

import type { LatchkeySettings } from '../../settings/settings.ts'
import type { Stores } from '../stores.ts'
import { createCosmosAuditStore } from './audit.ts'
import type { CosmosDatabases } from './cosmos-database.ts'
import { createCosmosPermissionStore } from './permissions.ts'
import { createCosmosRoleChangeStore } from './role-changes.ts'
import { createCosmosRolePermissionStore } from './role-permissions.ts'
import { createCosmosSessionStore } from './sessions.ts'
import { createCosmosUserRows } from './users.ts'

/** Makes stores over two open databases; sends nothing. */
export function createCosmosStores(databases: CosmosDatabases, settings: LatchkeySettings): Stores {
  return {
    sessions: createCosmosSessionStore(databases),
    permissions: createCosmosPermissionStore(databases, settings.cosmos),
    rolePermissions: createCosmosRolePermissionStore(databases),
    roleChanges: createCosmosRoleChangeStore(databases),
    users: createCosmosUserRows(databases),
    audit: createCosmosAuditStore(databases, settings.auditDays),
    ping: async () => {
      await databases.retry(() => databases.client.getDatabaseAccount())
    },
  }
}
