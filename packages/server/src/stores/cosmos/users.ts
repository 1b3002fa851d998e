/**
 * The app's rows about people: the User table, and everything in a person's own partition.
 */

import { inputError } from '../../errors.ts'
import type { UserRow, UserRows } from '../stores.ts'
import type { CosmosDatabases } from './cosmos-database.ts'
import { isCosmosStatus } from './cosmos-retry.ts'

const userTable = 'User'

/** Makes user rows in Cosmos. */
export function createCosmosUserRows(databases: CosmosDatabases): UserRows {
  const users = databases.table(userTable)

  const removeRows = async (table: string, id: string): Promise<void> => {
    const container = databases.table(table)
    const query = {
      query: 'SELECT c.id FROM c WHERE c.partition = @id',
      parameters: [{ name: '@id', value: id }],
    }
    const { resources } = await container.run((rows) =>
      rows.items.query<{ id: string }>(query, { partitionKey: id }).fetchAll(),
    )
    for (const row of resources) {
      try {
        await container.change((rows) => rows.item(row.id, id).delete())
      } catch (error) {
        if (!isCosmosStatus(error, 404)) throw error
      }
    }
  }

  return {
    read: async (id) => withoutSystemFields(await users.find((rows) => rows.item(id, id).read<UserRow>())),

    findByEmail: async (email) => {
      const query = {
        query: 'SELECT * FROM c WHERE c.email = @email',
        parameters: [{ name: '@email', value: email }],
      }
      const { resources } = await users.run((rows) => rows.items.query<UserRow>(query).fetchAll())
      if (resources.length > 1) throw inputError('email', 'The email matches more than one person')
      return withoutSystemFields(resources[0])
    },

    createIfAbsent: async (row) => {
      try {
        await users.run((rows) => rows.items.create(row))
      } catch (error) {
        // There is one, perhaps by our own first write whose answer was lost: both are what was asked for.
        if (!isCosmosStatus(error, 409)) throw error
      }
    },

    update: async (id, changes) => {
      const operations = Object.entries(changes).map(([column, value]) => ({
        op: 'set' as const,
        path: `/${column}`,
        value,
      }))
      try {
        const { resource } = await users.change((rows) => rows.item(id, id).patch<UserRow>(operations))
        return withoutSystemFields(resource)
      } catch (error) {
        if (isCosmosStatus(error, 404)) return undefined
        throw error
      }
    },

    removeAllOf: async (id) => {
      for (const table of await databases.tables()) await removeRows(table, id)
    },
  }
}

function withoutSystemFields(row: UserRow | undefined): UserRow | undefined {
  if (!row) return undefined
  const entries = Object.entries(row).filter(([column]) => !column.startsWith('_'))
  return Object.fromEntries(entries) as unknown as UserRow
}
