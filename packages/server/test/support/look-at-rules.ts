/**
 * Rules and permissions as they lie in Cosmos, past the server, and what the rows call for, reckoned apart from it.
 */

import { CosmosClient } from '@azure/cosmos'
import type { LocalAzure } from '@latchkey/local-azure'

export interface Rule {
  readonly role: string
  readonly table: string
  readonly permission: string
}

/** Each as lines of text in order: `editor Profile read`. */
export interface RulesAsStored {
  rows(): Promise<readonly string[]>
  /** The permissions that the rows of every role but admin call for. */
  wanted(): Promise<readonly string[]>
  /** The permissions that those roles have. */
  granted(): Promise<readonly string[]>
}

const modes: Readonly<Record<string, string>> = { read: 'read', 'read-write': 'all' }

export function lookAtRules({ endpoints }: LocalAzure): RulesAsStored {
  const { endpoint, key } = endpoints.cosmos
  const client = new CosmosClient({ endpoint, key })
  const rows = async (): Promise<Rule[]> => {
    const container = client.database('latchkey-system').container('RolePermissions')
    const { resources } = await container.items.readAll<Rule>().fetchAll()
    return resources.filter(({ permission }) => permission !== undefined)
  }
  return {
    rows: async () =>
      (await rows()).map(({ role, table, permission }) => `${role} ${table} ${permission}`).sort(),
    wanted: async () =>
      (await rows())
        .filter(({ role, permission }) => role !== 'admin' && permission in modes)
        .map(({ role, table, permission }) => `${role} ${table} ${modes[permission]}`)
        .sort(),
    granted: async () => {
      const found: string[] = []
      for (const role of ['editor', 'new', 'guest']) {
        const user = client.database('latchkey').user(role)
        const { resources } = await user.permissions
          .readAll()
          .fetchAll()
          .catch(() => ({ resources: [] }))
        for (const { id, permissionMode } of resources)
          found.push(`${role} ${id} ${String(permissionMode).toLowerCase()}`)
      }
      return found.sort()
    },
  }
}
