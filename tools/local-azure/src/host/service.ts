/**
 * What a local Azure service is, and what the host gives it.
 *
 * A service is a function from Request to Response with a life. The host owns everything the services share: time,
 * storage, keys, ports, faults and the request log; a service never listens, never reads a file and never asks the
 * machine what time it is.
 */

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '@latchkey/common'
import type { Endpoints } from '../endpoints.ts'
import type { Database } from './database.ts'
import type { LocalKeys } from './local-keys.ts'
import type { PlainRequest } from './plain-request.ts'
import type { TokenLedger } from './token-ledger.ts'

/** The services of local Azure, by the name used for faults, logs and data files. */
export type ServiceName = 'dashboard' | 'entra' | 'communication' | 'cosmos' | 'fluid'

/** All of them, in the order of their ports. */
export const serviceNames: readonly ServiceName[] = ['dashboard', 'entra', 'communication', 'cosmos', 'fluid']

/** What the host knows about a request that a Request cannot say. */
export interface RequestContext {
  /** The request target exactly as it stood on the wire, which is what HMAC signatures cover. */
  readonly target: string
}

/** One table of a service's state, for the dashboard and for tests that count what is left behind. */
export interface Overview {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A running stand-in for one Azure service. */
export interface LocalService {
  readonly name: ServiceName
  fetch(request: Request, context: RequestContext): Response | Promise<Response>
  /** The same without a Request of the platform, for a service that is asked thousands of times a second. */
  answer?(request: PlainRequest): Response | Promise<Response>
  /** Takes over a connection that asked to become a WebSocket. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** The state a person would want to look at; never a secret. */
  overview?(): readonly Overview[]
  /** What people call somebody this service knows by `id`, where it has been told. */
  nameOf?(id: string): string | undefined
  /** Forgets everything and seeds again. */
  reset(): void | Promise<void>
  /** Ends connections and timers. The host closes the database afterwards. */
  close(): void | Promise<void>
}

/** What the host gives each service. */
export interface ServiceHost {
  /** The one clock of this local Azure; the control API moves it. */
  readonly clock: Clock
  /** The service's own database: a file under the data folder, or memory. */
  readonly database: Database
  /** Keys and ids, random for each data folder and kept in it. */
  readonly keys: LocalKeys
  /** Where every issued token is recorded for the dashboard; a service records each token it hands out. */
  readonly tokens: TokenLedger
  /** Whether the limits that bite in production are on. */
  readonly throttling: boolean
  /** Where everything is; known once all ports are bound, so ask when a request comes in. */
  endpoints(): Endpoints
}
