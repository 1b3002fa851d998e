/**
 * What a new account holds: the app's database with two containers, and Latchkey's own with four.
 */

import { databaseName, systemDatabaseName } from '../endpoints.ts'
import { seedRolePermissions, seedUsers } from '../host/seed.ts'
import { parseContainerDefinition } from './container-definition.ts'
import type { State } from './exchange.ts'
import type { JsonObject } from './json.ts'
import type { Container } from './store/container.ts'

interface SeedContainer {
  readonly database: string
  readonly id: string
  readonly partitionKey: string
  /** Whether items may carry their own time to live. */
  readonly expiring?: boolean
}

const containers: readonly SeedContainer[] = [
  { database: databaseName, id: 'User', partitionKey: '/partition' },
  { database: databaseName, id: 'Profile', partitionKey: '/partition' },
  { database: systemDatabaseName, id: 'RolePermissions', partitionKey: '/role' },
  { database: systemDatabaseName, id: 'Sessions', partitionKey: '/sid', expiring: true },
  { database: systemDatabaseName, id: 'CommunicationUsers', partitionKey: '/id', expiring: true },
  { database: systemDatabaseName, id: 'Audit', partitionKey: '/subject' },
]

/** Fills an account that holds no database. */
export function seed(state: State): void {
  if (state.catalog.databases().length > 0) return
  state.host.database.transaction(() => {
    for (const id of [databaseName, systemDatabaseName]) state.catalog.createDatabase(id)
    for (const { database, id, partitionKey, expiring } of containers) {
      const definition = parseContainerDefinition({
        id,
        partitionKey: { paths: [partitionKey], kind: 'Hash', version: 2 },
        ...(expiring ? { defaultTtl: -1 } : {}),
      })
      const container = state.catalog.createContainer(state.catalog.database(database), id, definition)
      for (const row of rows(state, id)) insert(state, container, row)
    }
  })
}

function rows(state: State, container: string): JsonObject[] {
  const users = seedUsers.map((user) => ({ ...user, objectId: state.host.keys.id(`user:${user.alias}`) }))
  switch (container) {
    case 'User':
      return users.map(({ objectId, email, displayName, role }) => {
        const [firstName = '', lastName = ''] = displayName.split(' ')
        // A person's own row lies in the person's own partition, as their tokens allow.
        return { id: objectId, partition: objectId, type: 'user', email, firstName, lastName, role }
      })
    case 'Profile':
      return [
        {
          id: 'welcome',
          partition: 'default',
          type: 'announcement',
          title: 'Welcome',
          text: 'Everybody may read this row.',
        },
        {
          id: 'opening-hours',
          partition: 'default',
          type: 'announcement',
          title: 'Opening hours',
          text: 'Always open.',
        },
        ...users.map(({ objectId, displayName }) => ({
          id: objectId,
          partition: objectId,
          type: 'profile',
          displayName,
          about: `${displayName} has not written anything yet.`,
        })),
      ]
    case 'RolePermissions':
      return seedRolePermissions.map((permission) => ({
        id: `${permission.role}.${permission.table}`,
        ...permission,
      }))
    default:
      return []
  }
}

function insert(state: State, container: Container, row: JsonObject): void {
  state.items.insert(container, container.extractKey(row), String(row['id']), row)
}
