/**
 * Every store in memory, for tests and for trying things out: gone with the process.
 */

import { assertObject } from '../../given.ts'
import type { RolePermission } from '../../resource-tokens/wanted-permissions.ts'
import type { Stores } from '../stores.ts'
import { createMemoryAuditStore } from './audit.ts'
import { createMemoryPermissionStore } from './permissions.ts'
import { createMemoryRoleChangeStore } from './role-changes.ts'
import { createMemoryRolePermissionStore } from './role-permissions.ts'
import { createMemorySessionStore } from './sessions.ts'
import { createMemoryUserRows } from './users.ts'

/** What memory begins with. */
export interface MemoryStoresOptions {
  readonly containers?: readonly string[]
  readonly rolePermissions?: readonly RolePermission[]
}

/** Makes stores in memory. */
export function createMemoryStores(options: MemoryStoresOptions = {}): Stores {
  assertObject(options, 'options')
  return {
    sessions: createMemorySessionStore(),
    permissions: createMemoryPermissionStore(options.containers ?? ['User', 'Profile']),
    rolePermissions: createMemoryRolePermissionStore(options.rolePermissions),
    roleChanges: createMemoryRoleChangeStore(),
    users: createMemoryUserRows(),
    audit: createMemoryAuditStore(),
    ping: async () => undefined,
  }
}
