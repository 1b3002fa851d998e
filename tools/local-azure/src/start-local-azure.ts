/**
 * Starts every service of local Azure in this process.
 */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createCommunicationService } from './communication/communication-service.ts'
import { createCosmosService } from './cosmos/cosmos-service.ts'
import { createDashboardService } from './dashboard/dashboard-service.ts'
import { defaultPortBase, describeEndpoints, type Endpoints, type Ports, portsFrom } from './endpoints.ts'
import { createEntraService } from './entra/entra-service.ts'
import { createFluidService } from './fluid/fluid-service.ts'
import { ControlClock } from './host/clock.ts'
import { Database } from './host/database.ts'
import { type Listener, listen } from './host/listen.ts'
import { LocalKeys } from './host/local-keys.ts'
import type { LocalService, ServiceHost, ServiceName } from './host/service.ts'
import { TokenLedger } from './host/token-ledger.ts'

/** How to start. */
export interface LocalAzureOptions {
  /** The first port of the block; 0 for free ports. Default 4280. */
  readonly portBase?: number
  /** The folder to keep data in, or `memory`. Default `.latchkey` in the working directory. */
  readonly data?: string
  /** Whether the limits of the real services are on. Default true. */
  readonly throttling?: boolean
}

/** A running local Azure. */
export interface LocalAzure {
  readonly endpoints: Endpoints
  readonly clock: ControlClock
  readonly services: Readonly<Record<ServiceName, LocalService>>
  close(): Promise<void>
}

/** Starts local Azure. */
export async function startLocalAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const { portBase = defaultPortBase, data = '.latchkey', throttling = true } = options
  const clock = new ControlClock()
  const tokens = new TokenLedger()
  if (data !== 'memory') mkdirSync(data, { recursive: true })
  const databases: Database[] = []
  const open = (name: string): Database => {
    const database = new Database(data === 'memory' ? ':memory:' : join(data, `${name}.sqlite`))
    databases.push(database)
    return database
  }
  const keys = new LocalKeys(open('keys'))
  let endpoints: Endpoints | undefined
  const host = (name: ServiceName): ServiceHost => ({
    clock,
    database: open(name),
    keys,
    tokens,
    throttling,
    endpoints: () => {
      if (!endpoints) throw new Error('The ports are not bound yet')
      return endpoints
    },
  })
  const services = {
    entra: createEntraService(host('entra')),
    communication: createCommunicationService(host('communication')),
    cosmos: createCosmosService(host('cosmos')),
    fluid: createFluidService(host('fluid')),
    dashboard: createDashboardService(host('dashboard')),
  }
  const wanted = portBase === 0 ? undefined : portsFrom(portBase)
  const listeners: Listener[] = []
  const bind = async (service: LocalService): Promise<number> => {
    const listener = await listen({
      port: wanted?.[service.name] ?? 0,
      fetch: (request, context) => service.fetch(request, context),
      upgrade: service.upgrade?.bind(service),
    })
    listeners.push(listener)
    return listener.port
  }
  const ports: Ports = {
    ...(wanted ?? portsFrom(0)),
    dashboard: await bind(services.dashboard),
    entra: await bind(services.entra),
    communication: await bind(services.communication),
    cosmos: await bind(services.cosmos),
    fluid: await bind(services.fluid),
  }
  endpoints = describeEndpoints(ports, keys, '')
  return {
    endpoints,
    clock,
    services,
    close: async () => {
      await Promise.all(listeners.map((listener) => listener.close()))
      for (const service of Object.values(services)) await service.close()
      for (const database of databases) database.close()
    },
  }
}
