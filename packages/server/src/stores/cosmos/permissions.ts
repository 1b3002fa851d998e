/**
 * Cosmos users and permissions: where resource tokens come from.
 *
 * Listing a user's permissions makes a new token for each in one request. Ids are role names, object ids and hashes,
 * never text of a request.
 */

import { type PermissionDefinition, PermissionMode, type Resource } from '@azure/cosmos'
import type { GrantedPermission } from '../../resource-tokens/reconcile.ts'
import type { CosmosSettings } from '../../settings/settings.ts'
import type { PermissionStore } from '../stores.ts'
import type { CosmosDatabases } from './cosmos-database.ts'
import { isBadRequest, isCosmosStatus } from './cosmos-retry.ts'

type StoredPermission = PermissionDefinition & Resource & { readonly _token?: string }

const pageSize = 1_000

/** Makes a store of permissions in Cosmos. */
export function createCosmosPermissionStore(
  { app, createApp, retry, tables }: CosmosDatabases,
  settings: CosmosSettings,
): PermissionStore {
  const resourceOf = (container: string): string => `dbs/${settings.database}/colls/${container}`

  return {
    endpoint: settings.endpoint,
    database: settings.database,

    read: async (user, lifetimeSeconds) => {
      try {
        const options = {
          maxItemCount: pageSize,
          // The type of the feed options lacks the lifetime; the service takes it as this header.
          initialHeaders: { 'x-ms-documentdb-expiry-seconds': String(lifetimeSeconds) },
        }
        const { resources } = await retry(() => app.user(user).permissions.readAll(options).fetchAll())
        return (resources as readonly StoredPermission[]).map(toGranted)
      } catch (error) {
        if (isCosmosStatus(error, 404)) return undefined
        throw error
      }
    },

    createUser: async (user) => {
      const upsert = () => retry(() => app.users.upsert({ id: user }))
      await upsert().catch(async (error: unknown) => {
        if (!isCosmosStatus(error, 404)) throw error
        await createApp()
        await upsert()
      })
    },

    put: async (user, wanted, lifetimeSeconds) => {
      const definition = {
        id: wanted.container,
        permissionMode: wanted.mode === 'all' ? PermissionMode.All : PermissionMode.Read,
        resource: resourceOf(wanted.container),
        resourcePartitionKey: [wanted.partition],
      }
      const options = { resourceTokenExpirySeconds: lifetimeSeconds }
      try {
        const { resource } = await retry(() =>
          app.user(user).permissions.upsert(definition as never, options),
        )
        return toGranted(resource as unknown as StoredPermission)
      } catch (error) {
        // 404 for the user. Our own words are sound, so a 400 is about the container.
        if (isCosmosStatus(error, 404) || isBadRequest(error)) return undefined
        throw error
      }
    },

    remove: (user, container) => ignoreMissing(retry(() => app.user(user).permission(container).delete())),
    removeUser: (user) => ignoreMissing(retry(() => app.user(user).delete())),

    usersWith: async (prefix) => {
      const query = 'SELECT * FROM users u WHERE STARTSWITH(u.id, @prefix)'
      const parameters = [{ name: '@prefix', value: prefix }]
      try {
        const { resources } = await retry(() => app.users.query({ query, parameters }).fetchAll())
        return resources.map(({ id }: { readonly id: string }) => id)
      } catch (error) {
        if (isCosmosStatus(error, 404)) return []
        throw error
      }
    },

    containers: tables,
  }
}

function toGranted(permission: StoredPermission): GrantedPermission {
  const partition: unknown = permission.resourcePartitionKey
  const [value] = Array.isArray(partition) ? (partition as readonly unknown[]) : [partition]
  return {
    container: permission.id,
    mode: String(permission.permissionMode).toLowerCase() === 'all' ? 'all' : 'read',
    partition: typeof value === 'string' ? value : '',
    token: permission._token ?? '',
    system: {
      etag: permission._etag,
      timestampSeconds: permission._ts,
      self: permission._self,
      rid: permission._rid,
      resource: permission.resource,
    },
  }
}

async function ignoreMissing(operation: Promise<unknown>): Promise<void> {
  try {
    await operation
  } catch (error) {
    if (!isCosmosStatus(error, 404)) throw error
  }
}
