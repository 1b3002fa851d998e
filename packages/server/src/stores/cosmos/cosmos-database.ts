/**
 * The Cosmos client of a server and the containers it keeps its own things in.
 *
 * Nothing is created at start-up: an operation that finds its container missing creates it and is done again, so that a
 * first deployment needs no set-up step and every later start costs no request.
 */

import { type Container, CosmosClient, type Database } from '@azure/cosmos'
import type { Clock } from '@latchkey/common'
import type { CosmosSettings } from '../../settings/settings.ts'
import { type CosmosRetry, createCosmosRetry, isCosmosStatus } from './cosmos-retry.ts'

/** Our containers, as docs/upstream-calls.md lists them. */
export const systemContainers = {
  RolePermissions: { partitionKey: '/role', expires: false },
  Sessions: { partitionKey: '/sid', expires: true },
  CommunicationUsers: { partitionKey: '/id', expires: true },
  Audit: { partitionKey: '/subject', expires: true },
  Accounts: { partitionKey: '/id', expires: false },
} as const

export type SystemContainerName = keyof typeof systemContainers

/** Runs an operation that is safe to repeat in a container, making the container if it is not there yet. */
export type CosmosContainer = <T>(operation: (container: Container) => Promise<T>) => Promise<T>

/** The two databases of a server. */
export interface CosmosDatabases {
  readonly client: CosmosClient
  readonly app: Database
  readonly retry: CosmosRetry
  system(name: SystemContainerName): CosmosContainer
  /** A container of the app, with partition key `/partition`. */
  table(name: string): CosmosContainer
}

/** Opens the databases; sends nothing. */
export function openCosmosDatabases(settings: CosmosSettings, clock: Clock): CosmosDatabases {
  const client = new CosmosClient({
    endpoint: settings.endpoint,
    key: settings.key.reveal(),
    // Without it the SDK sends no session token, and a server may not read its own write.
    consistencyLevel: 'Session',
    connectionPolicy: { requestTimeout: 10_000 },
  })
  const retry = createCosmosRetry(clock)
  const within = (
    databaseId: string,
    id: string,
    partitionKey: string,
    expires: boolean,
  ): CosmosContainer => {
    const container = client.database(databaseId).container(id)
    const create = async (): Promise<void> => {
      const { database } = await client.databases.createIfNotExists({ id: databaseId })
      const definition = { id, partitionKey: { paths: [partitionKey] }, ...(expires && { defaultTtl: -1 }) }
      await database.containers.createIfNotExists(definition)
    }
    return async (operation) => {
      try {
        return await retry(() => operation(container))
      } catch (error) {
        if (!isMissingContainer(error)) throw error
        await retry(create)
        return await retry(() => operation(container))
      }
    }
  }
  return {
    client,
    app: client.database(settings.database),
    retry,
    system: (name) => {
      const { partitionKey, expires } = systemContainers[name]
      return within(settings.systemDatabase, name, partitionKey, expires)
    },
    table: (name) => within(settings.database, name, '/partition', false),
  }
}

/** Says that the container of an item, and not the item, is missing. */
export class MissingContainerError extends Error {
  readonly code = 404
}

// Substatus 1003 is "owner resource does not exist": the container or the database, not the item.
function isMissingContainer(error: unknown): boolean {
  if (error instanceof MissingContainerError) return true
  if (!isCosmosStatus(error, 404)) return false
  const { substatus } = error as { readonly substatus?: unknown }
  return Number(substatus) === 1003
}

/**
 * What a point read answered: the SDK does not throw a 404 here.
 *
 * @throws {@link MissingContainerError} when it was the container that is missing.
 */
export function found<T>(response: {
  readonly statusCode: number
  readonly substatus?: number
  readonly resource?: T | undefined
}): T | undefined {
  if (response.statusCode === 404 && Number(response.substatus) === 1003) throw new MissingContainerError()
  return response.statusCode === 200 ? response.resource : undefined
}
