/**
 * One `CosmosClient` for each permission.
 *
 * A `CosmosClient` keeps one resource token per container. With two permissions on one container (the role's shared
 * partition and the person's own), the last would silently win and the other partition would answer 403. One client per
 * permission avoids that.
 */

import { wrong } from './client-error.ts'
import type { CosmosPermission, CosmosTokens } from './token-answers.ts'

/** The part of `@azure/cosmos` that is used. You pass the class in, so that it is bundled once. */
export interface CosmosClientConstructor<Client> {
  new (options: {
    endpoint: string
    resourceTokens: { [resource: string]: string }
    connectionPolicy: { enableEndpointDiscovery: boolean }
  }): Client
}

/** The clients of one person. */
export interface CosmosClients<Container> {
  readonly expiresOn: Date
  readonly permissions: readonly CosmosPermission[]
  /**
   * The container under one permission: the one for `partitionKey`, or the only one when you omit it.
   *
   * Queries must pass the same `partitionKey` in their options. `undefined` when nothing was granted.
   */
  container(id: string, partitionKey?: string): Container | undefined
}

/** What is used of a `CosmosClient`. */
export interface HasContainers<Container> {
  database(id: string): { container(id: string): Container }
}

/**
 * Makes a client for each permission, when it is first asked for.
 *
 * @throws `LatchkeyClientError` `ERR_CLIENT_OPTIONS`, naming the wrong argument.
 *
 * @example
 * ```ts
 * const clients = createCosmosClients(CosmosClient, await latchkey.cosmosTokens())
 * const profile = clients.container('Profile', me.id)
 * ```
 */
export function createCosmosClients<Container>(
  clientClass: CosmosClientConstructor<HasContainers<Container>>,
  tokens: CosmosTokens,
): CosmosClients<Container> {
  if (typeof clientClass !== 'function') throw wrong('clientClass', 'the class CosmosClient')
  if (!Array.isArray(Object(tokens).permissions)) throw wrong('tokens', 'what cosmosTokens() answered')
  const made = new Map<CosmosPermission, Container>()
  const open = (permission: CosmosPermission): Container => {
    const known = made.get(permission)
    if (known) return known
    const client = new clientClass({
      endpoint: tokens.endpoint,
      // The full path: by the last segment alone, two databases with one container name would collide.
      resourceTokens: { [`dbs/${tokens.database}/colls/${permission.container}`]: permission.token },
      connectionPolicy: { enableEndpointDiscovery: false },
    })
    const container = client.database(tokens.database).container(permission.container)
    made.set(permission, container)
    return container
  }
  return {
    expiresOn: tokens.expiresOn,
    permissions: tokens.permissions,
    container: (id, partitionKey) => {
      const granted = tokens.permissions.filter((permission) => permission.container === id)
      const fitting = granted.filter(
        (permission) => partitionKey === undefined || permission.partitionKey[0] === partitionKey,
      )
      const [permission] = fitting
      return permission && (partitionKey !== undefined || fitting.length === 1) ? open(permission) : undefined
    },
  }
}
