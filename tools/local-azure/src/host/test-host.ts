/**
 * A host for the tests of one service: memory, a movable clock, the default ports, nothing bound.
 */

import type { Clock } from '@latchkey/common'
import { describeEndpoints, portsFrom } from '../endpoints.ts'
import { ControlClock } from './clock.ts'
import { Database } from './database.ts'
import { LocalKeys } from './local-keys.ts'
import type { ServiceHost } from './service.ts'
import { TokenLedger } from './token-ledger.ts'

export interface TestHostOptions {
  /** What the movable clock starts from. Default: the machine's clock. */
  readonly clock?: Clock
  /** Default false. */
  readonly throttling?: boolean
  /** The database file. Default: memory. */
  readonly database?: string
}

/** A {@link ServiceHost} whose clock can be moved and which must be closed. */
export interface TestHost extends ServiceHost {
  readonly clock: ControlClock
  /** Closes the databases. */
  close(): void
}

/**
 * Makes a host for one service.
 *
 * @example
 * ```ts
 * const host = createTestHost()
 * const service = createFluidService(host)
 * const response = await service.fetch(new Request('http://127.0.0.1:4284/api/v1/ping'), { target: '/api/v1/ping' })
 * ```
 */
export function createTestHost(options: TestHostOptions = {}): TestHost {
  const clock = options.clock ? new ControlClock(options.clock) : new ControlClock()
  const database = new Database(options.database ?? ':memory:')
  const keysDatabase = new Database(':memory:')
  const keys = new LocalKeys(keysDatabase)
  const endpoints = describeEndpoints(portsFrom(4280), keys, '')
  return {
    clock,
    database,
    keys,
    tokens: new TokenLedger(),
    throttling: options.throttling ?? false,
    endpoints: () => endpoints,
    close: () => {
      database.close()
      keysDatabase.close()
    },
  }
}
