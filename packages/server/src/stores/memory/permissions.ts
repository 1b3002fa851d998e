/**
 * Cosmos users and permissions in memory. The tokens open nothing: there is no Cosmos behind them.
 */

import type { GrantedPermission } from '../../resource-tokens/reconcile.ts'
import type { WantedPermission } from '../../resource-tokens/wanted-permissions.ts'
import type { PermissionStore } from '../stores.ts'

/** Makes a store of permissions in memory, over the containers named. */
export function createMemoryPermissionStore(containers: readonly string[]): PermissionStore {
  const users = new Map<string, Map<string, WantedPermission>>()
  let issued = 0
  const grant = (user: string, permission: WantedPermission): GrantedPermission => {
    issued += 1
    const resource = `dbs/memory/colls/${permission.container}`
    const self = `dbs/memory/users/${user}/permissions/${permission.container}/`
    const system = { etag: `"${issued}"`, timestampSeconds: 0, self, rid: String(issued), resource }
    return { ...permission, token: `type=resource&ver=1&sig=memory-${issued}`, system }
  }
  return {
    endpoint: 'https://memory.invalid',
    database: 'memory',
    read: async (user) => {
      const permissions = users.get(user)
      return permissions && [...permissions.values()].map((permission) => grant(user, permission))
    },
    createUser: async (user) => {
      if (!users.has(user)) users.set(user, new Map())
    },
    put: async (user, wanted) => {
      const permissions = users.get(user)
      if (!permissions || !containers.includes(wanted.container)) return undefined
      permissions.set(wanted.container, wanted)
      return grant(user, wanted)
    },
    remove: async (user, container) => {
      users.get(user)?.delete(container)
    },
    removeUser: async (user) => {
      users.delete(user)
    },
    usersWith: async (prefix) => [...users.keys()].filter((user) => user.startsWith(prefix)),
    containers: async () => containers,
  }
}
