/**
 * One Cosmos client for each permission.
 *
 * A client that is given several tokens for one container silently uses the last of them, whatever the partition; so
 * each permission gets a client of its own, and the partition with it.
 */

import type { CosmosTokenAnswer } from './latchkey-client.ts'

/** The `CosmosClient` of @azure/cosmos, or anything that is made like it. */
export type CosmosClientConstructor<Client> = new (options: {
  endpoint: string
  resourceTokens: Record<string, string>
}) => Client

/** One partition of one container, with the client that opens it. */
export interface CosmosConnection<Client> {
  readonly client: Client
  readonly database: string
  readonly container: string
  readonly mode: 'read' | 'all'
  /** Give it to every query: a token for one partition opens nothing without. */
  readonly partitionKey: string
  readonly expiresOn: Date
}

/**
 * Makes the clients.
 *
 * @param CosmosClient - From @azure/cosmos; passed in, so that this file does not bring it along.
 *
 * @example
 * ```ts
 * const [profile] = createCosmosClients(CosmosClient, await latchkey.cosmosTokens())
 * ```
 */
export function createCosmosClients<Client>(
  CosmosClient: CosmosClientConstructor<Client>,
  { endpoint, database, permissions }: CosmosTokenAnswer,
): readonly CosmosConnection<Client>[] {
  return permissions.map(({ container, mode, partitionKey, token, expiresOn }) => ({
    client: new CosmosClient({ endpoint, resourceTokens: { [`dbs/${database}/colls/${container}`]: token } }),
    database,
    container,
    mode,
    partitionKey,
    expiresOn: new Date(expiresOn),
  }))
}
