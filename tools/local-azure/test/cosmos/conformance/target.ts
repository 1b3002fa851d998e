/**
 * What the conformance suite runs against: the local account, or by settings another one.
 *
 * COSMOS_CONFORMANCE_ENDPOINT and COSMOS_CONFORMANCE_KEY name an account to test instead (a real one, or an emulator);
 * COSMOS_CONFORMANCE_PEER=vercel turns the known failures of `@vercel/cosmosdb-server` into expected ones.
 */

import { randomUUID } from 'node:crypto'
import {
  type Container,
  type ContainerRequest,
  CosmosClient,
  type CosmosClientOptions,
  type Database,
  type SqlParameter,
} from '@azure/cosmos'
import { afterAll, beforeAll, type TestFunction, test } from 'vitest'
import { createCosmosService } from '../../../src/cosmos/cosmos-service.ts'
import { Faults } from '../../../src/host/faults.ts'
import { createFrontDoor } from '../../../src/host/front-door.ts'
import { listen } from '../../../src/host/listen.ts'
import { RequestLog } from '../../../src/host/request-log.ts'
import { createTestHost } from '../../../src/host/test-host.ts'
import { vercelFailures } from './vercel-failures.ts'

const { COSMOS_CONFORMANCE_ENDPOINT, COSMOS_CONFORMANCE_KEY, COSMOS_CONFORMANCE_PEER } = process.env

/** The account under test. */
export interface Target {
  readonly endpoint: string
  readonly key: string
  readonly client: CosmosClient
  readonly database: Database
  /** A client with other credentials or options; disposed of with the rest. */
  connect(options?: Partial<CosmosClientOptions>): CosmosClient
  /** A new container with a name of its own. */
  container(definition?: Partial<ContainerRequest>): Promise<Container>
  /** The name of something that nothing else has. */
  unique(prefix: string): string
  /** Moves the account's clock; the local account only. */
  advance(seconds: number): void
}

/** Gives the tests of a file an account, by default one without throttling, and takes what they made away again. */
export function useTarget({ throttling = false }: { readonly throttling?: boolean } = {}): Target {
  let endpoint = COSMOS_CONFORMANCE_ENDPOINT ?? ''
  let key = COSMOS_CONFORMANCE_KEY ?? ''
  let advance = (_seconds: number): void => {
    throw new Error('Only the local account has a clock that can be moved')
  }
  let close = async (): Promise<void> => undefined
  let client: CosmosClient | undefined
  let database: Database | undefined
  const clients: CosmosClient[] = []
  const connect = (options: Partial<CosmosClientOptions> = {}): CosmosClient => {
    const credentials = options.resourceTokens || options.permissionFeed ? {} : { key }
    const connectionPolicy = { enableEndpointDiscovery: COSMOS_CONFORMANCE_PEER === undefined }
    const made = new CosmosClient({ endpoint, connectionPolicy, ...credentials, ...options })
    clients.push(made)
    return made
  }
  beforeAll(async () => {
    if (endpoint === '') {
      const host = createTestHost({ throttling })
      const service = createCosmosService(host)
      const door = createFrontDoor(service, {
        clock: host.clock,
        faults: new Faults(),
        requests: new RequestLog(),
        report: (message, error) => console.error(message, error),
      })
      const listener = await listen({ port: 0, ...door })
      endpoint = `http://127.0.0.1:${listener.port}/`
      key = host.keys.key('cosmos')
      advance = (seconds) => host.clock.advanceSeconds(seconds)
      close = async () => {
        await listener.close()
        host.close()
      }
    }
    client = connect()
    database = (await client.databases.create({ id: unique('conformance') })).database
  })
  afterAll(async () => {
    await database?.delete()
    for (const made of clients) made.dispose()
    await close()
  })
  const unique = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8)}`
  const opened = (): Database => {
    if (!database) throw new Error('The account is not open yet')
    return database
  }
  return {
    get endpoint() {
      return endpoint
    },
    get key() {
      return key
    },
    get client() {
      if (!client) throw new Error('The account is not open yet')
      return client
    },
    get database() {
      return opened()
    },
    connect,
    container: async (definition = {}) => {
      const request = { id: unique('c'), partitionKey: '/pk', ...definition }
      return (await opened().containers.create(request)).container
    },
    unique,
    advance: (seconds) => advance(seconds),
  }
}

/** One check of the suite. Its name is what the lists of known failures hold. */
export function check(name: string, body: TestFunction): void {
  const failing = COSMOS_CONFORMANCE_PEER === 'vercel' && vercelFailures.has(name)
  if (failing) test.fails(name, body)
  else test(name, body)
}

/** A check that only the local account can pass: it moves the clock, or meets limits set for it. */
export function checkLocally(name: string, body: TestFunction): void {
  test.skipIf(COSMOS_CONFORMANCE_ENDPOINT !== undefined)(name, body)
}

/** All results of a query. */
export async function query<T = unknown>(
  container: Container,
  text: string,
  parameters: Record<string, SqlParameter['value']> = {},
  options: Parameters<Container['items']['query']>[1] = {},
): Promise<T[]> {
  const list = Object.entries(parameters).map(([name, value]) => ({ name: `@${name}`, value }))
  return (await container.items.query<T>({ query: text, parameters: list }, options).fetchAll()).resources
}
