/**
 * The Cosmos service alone, on a port of its own: for whoever needs a database and nothing else of local Azure.
 */

import { ControlClock } from '../host/clock.ts'
import { Database } from '../host/database.ts'
import { Faults } from '../host/faults.ts'
import { createFrontDoor } from '../host/front-door.ts'
import { listen } from '../host/listen.ts'
import { LocalKeys } from '../host/local-keys.ts'
import { RequestLog } from '../host/request-log.ts'
import { TokenLedger } from '../host/token-ledger.ts'
import { createCosmosService } from './cosmos-service.ts'

/** How to start. */
export interface StartCosmosOptions {
  /** 0, the default, for any free port. */
  readonly port?: number
  /** The data file. Default: memory. */
  readonly file?: string
  /** Whether the limits of the real service are on. Default true. */
  readonly throttling?: boolean
}

/** A running Cosmos service. */
export interface RunningCosmos {
  readonly endpoint: string
  /** The master key. */
  readonly key: string
  readonly clock: ControlClock
  close(): Promise<void>
}

/** Starts the Cosmos service on 127.0.0.1. Rejects with `EADDRINUSE` when the port is taken. */
export async function startCosmos(options: StartCosmosOptions = {}): Promise<RunningCosmos> {
  const clock = new ControlClock()
  const database = new Database(options.file ?? ':memory:')
  const keys = new LocalKeys(database)
  const service = createCosmosService({
    clock,
    database,
    keys,
    tokens: new TokenLedger(),
    throttling: options.throttling ?? true,
    endpoints: () => {
      throw new Error('The Cosmos service alone has no endpoints.json')
    },
  })
  const door = createFrontDoor(service, {
    clock,
    faults: new Faults(),
    requests: new RequestLog(),
    report: (message, error) => console.error(message, error),
  })
  const listener = await listen({ port: options.port ?? 0, ...door })
  return {
    endpoint: `http://127.0.0.1:${listener.port}/`,
    key: keys.key('cosmos'),
    clock,
    close: async () => {
      await listener.close()
      await service.close()
      database.close()
    },
  }
}
