/**
 * What a server may be given instead of what its settings lead to.
 */

import type { Clock } from '@latchkey/common'
import type { Tracer } from '@opentelemetry/api'
import type { Accounts } from './accounts/accounts.ts'
import { assertFunction, assertMethods, assertObject, assertWhole, wrong } from './given.ts'
import type { IdentityProvider } from './identity-providers/identity-provider.ts'
import type { OnUnexpectedError } from './parts.ts'
import type { Person } from './person.ts'
import type { Random } from './random.ts'
import type { SessionRules } from './sessions/session.ts'
import type { Stores } from './stores/stores.ts'
import type { Log } from './telemetry/log.ts'
import type { TokenServiceFactory } from './tokens/token-service.ts'
import type { Fetch } from './upstream-request.ts'

/** What a server may be given instead of what its settings lead to. */
export interface LatchkeyPorts {
  readonly clock?: Clock
  readonly fetch?: Fetch
  readonly random?: Random
  /** Default: Cosmos DB, from the settings. */
  readonly stores?: Stores
  readonly accounts?: Accounts
  readonly provider?: IdentityProvider
  readonly sessionRules?: Partial<SessionRules>
  /** The services of `POST /v1/tokens/{service}`, in addition to `cosmos`. */
  readonly tokenServices?: readonly TokenServiceFactory[]
  /** Your own authentication, instead of sessions: returns the person a request is from. */
  readonly authenticate?: (request: Request) => Promise<Person | undefined>
  /** Default: nothing is logged. */
  readonly log?: Log
  /**
   * Receives the errors behind a bare 500, which the log names by class and place only. Messages and causes can hold
   * anything, including what was sent: print them only where every reader may see that.
   */
  readonly onUnexpectedError?: OnUnexpectedError
  /** Default: the tracer of the process. */
  readonly tracer?: Tracer
}

/** @throws `ERR_SERVER_SETTINGS`, naming the port; a port left out is fine. */
export function assertPorts(ports: LatchkeyPorts): void {
  assertObject(ports, 'ports')
  for (const name of ['fetch', 'authenticate', 'log', 'onUnexpectedError'] as const)
    if (ports[name] !== undefined) assertFunction(ports[name], `ports.${name}`)
  for (const name of ['stores', 'accounts', 'provider', 'sessionRules', 'tracer'] as const)
    if (ports[name] !== undefined) assertObject(ports[name], `ports.${name}`)
  const { clock, random, tokenServices, sessionRules = {} } = ports
  if (clock !== undefined) assertMethods(clock, 'ports.clock', ['now', 'schedule'])
  if (random !== undefined) assertMethods(random, 'ports.random', ['token', 'uuid'])
  for (const [name, seconds] of Object.entries(sessionRules))
    assertWhole(seconds, `ports.sessionRules.${name}`, 0, name === 'graceSeconds' ? 60 : 10 * 366 * 86_400)
  if (tokenServices === undefined) return
  if (!Array.isArray(tokenServices)) throw wrong('ports.tokenServices', 'a list')
  for (const [index, factory] of tokenServices.entries())
    assertFunction(factory, `ports.tokenServices[${index}]`)
}
