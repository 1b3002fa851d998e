/**
 * The Cosmos client of a server and the containers it keeps its own things in.
 *
 * Nothing is created at start-up: an operation that finds its container missing creates it and is done again, so that a
 * first deployment needs no set-up step and every later start costs no request.
 */

import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline'
import { type Container, CosmosClient, type Database } from '@azure/cosmos'
import type { Clock } from '@latchkey/common'
import type { CosmosSettings } from '../../settings/settings.ts'
import { singleFlight } from '../../single-flight.ts'
import { type CosmosRetry, createCosmosRetry, isCosmosStatus } from './cosmos-retry.ts'
import { singleAttemptClient } from './single-attempt-client.ts'

/** How long Cosmos DB may take to answer a request. */
const timeoutMs = 10_000

/** The names of our containers, as docs/architecture.md lists them. */
export type SystemContainerName =
  | 'RolePermissions'
  | 'Sessions'
  | 'CommunicationUsers'
  | 'Audit'
  | 'Accounts'
  | 'RoleChanges'

/** What each is made with. */
export const systemContainers: Readonly<
  Record<SystemContainerName, { readonly partitionKey: string; readonly expires: boolean }>
> = {
  RolePermissions: { partitionKey: '/role', expires: false },
  Sessions: { partitionKey: '/sid', expires: true },
  CommunicationUsers: { partitionKey: '/id', expires: true },
  Audit: { partitionKey: '/subject', expires: true },
  Accounts: { partitionKey: '/id', expires: false },
  RoleChanges: { partitionKey: '/scope', expires: true },
}

/** A container, which is made when something is found missing and it is the container that is. */
export interface CosmosContainer {
  /** Creates, upserts or queries; safe to repeat. Finds nothing missing but the container, also one that was there before. */
  run<T>(operation: (container: Container) => Promise<T>): Promise<T>
  /** Changes or deletes one item; safe to repeat. A 404 is thrown when it is the item that is missing. */
  change<T>(operation: (container: Container) => Promise<T>): Promise<T>
  /** Reads one item; `undefined` when there is none. */
  find<T>(operation: (container: Container) => Promise<PointRead<T>>): Promise<T | undefined>
}

/** What a point read answers: the SDK does not throw a 404 here. */
export interface PointRead<T> {
  readonly statusCode: number
  readonly resource?: T | undefined
}

/** The two databases of a server. */
export interface CosmosDatabases {
  readonly client: CosmosClient
  readonly app: Database
  readonly retry: CosmosRetry
  system(name: SystemContainerName): CosmosContainer
  /** A container of the app, with partition key `/partition`. */
  table(name: string): CosmosContainer
  /** Makes the app's database unless it is there. */
  createApp(): Promise<void>
  /** The names of the app's containers; none while there is no such database. */
  tables(): Promise<readonly string[]>
}

/**
 * Opens the databases; sends nothing.
 *
 * @param httpClient - What the SDK sends through. Default: its own.
 */
export function openCosmosDatabases(
  settings: CosmosSettings,
  clock: Clock,
  httpClient?: HttpClient,
): CosmosDatabases {
  const client = new CosmosClient({
    endpoint: settings.endpoint,
    key: settings.key.reveal(),
    // Without it the SDK sends no session token, and a server may not read its own write.
    consistencyLevel: 'Session',
    // Ours comes first: the SDK would repeat a read that met its own.
    connectionPolicy: { requestTimeout: 2 * timeoutMs },
    httpClient: singleAttemptClient(httpClient ?? createDefaultHttpClient(), timeoutMs),
  })
  const retry = createCosmosRetry(clock)
  const createDatabase = (id: string): Promise<void> =>
    orAnother(retry(() => client.databases.createIfNotExists({ id })))
  const within = (
    databaseId: string,
    id: string,
    partitionKey: string,
    expires: boolean,
  ): CosmosContainer => {
    const container = client.database(databaseId).container(id)
    let isSure = false
    const create = singleFlight(async () => {
      const definition = { id, partitionKey: { paths: [partitionKey] }, ...(expires && { defaultTtl: -1 }) }
      await createDatabase(databaseId)
      const { containers } = client.database(databaseId)
      await orAnother(retry(() => containers.createIfNotExists(definition)))
    })
    const make = async (): Promise<void> => {
      await create()
      isSure = true
    }
    /** Looks, once for each process, whether the container is there, and makes it if it is not. */
    const ensure = async (): Promise<void> => {
      if (!isSure) await make()
    }
    const attempt = async <T>(
      operation: (container: Container) => Promise<T>,
      prepare: (error: unknown) => Promise<void>,
    ): Promise<T> => {
      try {
        return await retry(() => operation(container))
      } catch (error) {
        if (!isCosmosStatus(error, 404)) throw error
        await prepare(error)
        return await retry(() => operation(container))
      }
    }
    return {
      run: (operation) => attempt(operation, make),
      change: (operation) => {
        const wasSure = isSure
        // A 404 does not say whether the item or the container is missing, nor does it tell afterwards that the container
        // is there: another request or process may have made it since.
        return attempt(operation, async (error) => {
          if (wasSure) throw error
          await ensure()
        })
      },
      find: async (operation) => {
        const { statusCode, resource } = await retry(() => operation(container))
        if (statusCode === 404) await ensure()
        return statusCode === 200 ? resource : undefined
      },
    }
  }
  const app = client.database(settings.database)
  return {
    client,
    app,
    retry,
    createApp: () => createDatabase(settings.database),
    tables: async () => {
      try {
        const { resources } = await retry(() => app.containers.readAll().fetchAll())
        return resources.map(({ id }) => id)
      } catch (error) {
        if (isCosmosStatus(error, 404)) return []
        throw error
      }
    },
    system: (name) => {
      const { partitionKey, expires } = systemContainers[name]
      return within(settings.systemDatabase, name, partitionKey, expires)
    },
    table: (name) => within(settings.database, name, '/partition', false),
  }
}

/** Waits for a creation, which another process may have done between our look and our write. */
async function orAnother(creation: Promise<unknown>): Promise<void> {
  try {
    await creation
  } catch (error) {
    if (!isCosmosStatus(error, 409)) throw error
  }
}
