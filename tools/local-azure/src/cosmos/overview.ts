/**
 * The account at a glance: what is in it, and who holds which permission.
 */

import type { Overview } from '../host/service.ts'
import type { State } from './exchange.ts'

/** The tables of the dashboard. */
export function describeAccount(state: State): Overview[] {
  const { catalog, users, host } = state
  const databases = catalog.databases()
  const count = (sql: string, number: number): string =>
    String(host.database.get(sql, number)?.['count'] ?? 0)
  const containers = databases.flatMap((database) =>
    catalog
      .containers(database)
      .map((container) => [
        database.id,
        container.id,
        container.definition.partitionKey.paths.join(', '),
        container.definition.defaultTtl === null ? '' : String(container.definition.defaultTtl),
        count('SELECT count(*) AS count FROM items WHERE container = ?', container.number),
      ]),
  )
  const permissions = databases.flatMap((database) =>
    users
      .list(database)
      .flatMap((user) =>
        users
          .permissions(user)
          .map(({ id, mode, resource, key }) => [database.id, user.id, id, mode, resource, key ?? '']),
      ),
  )
  return [
    {
      title: 'Containers',
      columns: ['Database', 'Container', 'Partition key', 'Time to live', 'Items'],
      rows: containers,
    },
    {
      title: 'Permissions',
      columns: ['Database', 'User', 'Permission', 'Mode', 'Resource', 'Partition key'],
      rows: permissions,
    },
  ]
}
