/**
 * Starts every service of local Azure in this process.
 */

import type { Clock } from '@latchkey/common'
import { createCommunicationService } from './communication/communication-service.ts'
import { createCosmosService } from './cosmos/cosmos-service.ts'
import { createDashboardService } from './dashboard/dashboard-service.ts'
import { defaultPortBase, describeEndpoints, type Endpoints } from './endpoints.ts'
import { createEntraService } from './entra/entra-service.ts'
import { createFluidService } from './fluid/fluid-service.ts'
import { openCertificates } from './host/certificates.ts'
import { ControlClock, keepOffsetIn } from './host/clock.ts'
import { createControlApi } from './host/control-api.ts'
import type { DashboardSources } from './host/dashboard-sources.ts'
import { type DataDirectory, openDataDirectory } from './host/data-directory.ts'
import { Faults } from './host/faults.ts'
import { createFrontDoor } from './host/front-door.ts'
import { LocalKeys } from './host/local-keys.ts'
import { bindPorts, type Door } from './host/ports.ts'
import { RequestLog } from './host/request-log.ts'
import type { LocalService, ServiceHost, ServiceName } from './host/service.ts'
import { TokenLedger } from './host/token-ledger.ts'
import { withControlApi } from './host/with-control-api.ts'

/** How to start. */
export interface LocalAzureOptions {
  /** The first port of the block; 0 for free ports. Default 4280. */
  readonly portBase?: number
  /** The folder to keep data in, or false to keep nothing. Default `.latchkey` in the working directory. */
  readonly data?: string | false
  /** Whether the limits of the real services are on. Default true. */
  readonly throttling?: boolean
  /** What the movable clock starts from. Default: the machine's clock. */
  readonly clock?: Clock
  /** Called when data has been deleted, by {@link LocalAzure.reset} or on the dashboard; both wait for it. */
  readonly onReset?: () => void | Promise<void>
}

/** A running local Azure. */
export interface LocalAzure {
  readonly endpoints: Endpoints
  readonly clock: ControlClock
  readonly faults: Faults
  readonly requests: RequestLog
  readonly services: Readonly<Record<ServiceName, LocalService>>
  /** Deletes all data and seeds again; keys, ids and ports stay. */
  reset(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts local Azure.
 *
 * @throws LatchkeyError with one of `HostErrorCode` when a port is taken or the data folder cannot be used.
 *
 * @example
 * ```ts
 * const localAzure = await startLocalAzure({ portBase: 0, data: false })
 * console.log(localAzure.endpoints.communication.connectionString)
 * await localAzure.close()
 * ```
 */
export async function startLocalAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const { data = '.latchkey' } = options
  const directory = openDataDirectory(data)
  try {
    return await start(directory, options)
  } catch (error) {
    directory.close()
    throw error
  }
}

async function start(directory: DataDirectory, options: LocalAzureOptions): Promise<LocalAzure> {
  const { portBase = defaultPortBase, throttling = true, onReset } = options
  const tokens = new TokenLedger()
  const faults = new Faults()
  const requests = new RequestLog()
  const keysDatabase = directory.open('keys')
  const keys = new LocalKeys(keysDatabase)
  const clock = new ControlClock(options.clock, keepOffsetIn(keysDatabase))
  const certificates = await openCertificates(keysDatabase, Date.now())
  let endpoints: Endpoints | undefined
  const knownEndpoints = (): Endpoints => {
    if (!endpoints) throw new Error('The ports are not bound yet')
    return endpoints
  }
  const host = (name: ServiceName): ServiceHost => ({
    clock,
    database: directory.open(name),
    keys,
    tokens,
    throttling,
    endpoints: knownEndpoints,
  })
  const entra = createEntraService(host('entra'))
  const stateful = {
    entra,
    communication: createCommunicationService(host('communication'), {
      verifyEntraToken: entra.verifyAccessToken,
    }),
    cosmos: createCosmosService(host('cosmos')),
    fluid: createFluidService(host('fluid')),
  }
  const reset = async (only?: ServiceName): Promise<void> => {
    for (const service of Object.values(stateful)) if (!only || only === service.name) await service.reset()
    if (!only) {
      tokens.clear()
      faults.clear()
      requests.clear()
    }
    await onReset?.()
  }
  const accounts = (): ReturnType<typeof entra.accounts> => entra.accounts()
  const sources: DashboardSources = { services: stateful, clock, faults, requests, accounts, reset }
  const controlApi = createControlApi({ sources, endpoints: knownEndpoints })
  const dashboard = withControlApi(createDashboardService(host('dashboard'), sources), controlApi)
  const services = { ...stateful, dashboard }
  const report = (message: string, error: unknown): void => console.error(message, error)
  const door = (service: LocalService, log = requests): Door =>
    createFrontDoor(service, { clock, faults, requests: log, report })
  const doors = {
    entra: door(entra),
    communication: door(services.communication),
    cosmos: door(services.cosmos),
    fluid: door(services.fluid),
    // Whoever looks at the log must not fill it by looking.
    dashboard: door(dashboard, new RequestLog()),
  }
  const closeServices = async (): Promise<void> => {
    for (const service of Object.values(services)) await service.close()
  }
  const bound = await bindPorts(portBase, doors, certificates.leaf).catch(async (error: unknown) => {
    await closeServices()
    throw error
  })
  endpoints = describeEndpoints(bound.ports, keys, certificates.authority)
  directory.write('endpoints.json', `${JSON.stringify(endpoints, null, 2)}\n`)
  return {
    endpoints,
    clock,
    faults,
    requests,
    services,
    reset: () => reset(),
    close: async () => {
      await bound.close()
      await closeServices()
      directory.close()
    },
  }
}
