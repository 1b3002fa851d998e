/**
 * The account without a port: an `httpClient` for `@azure/cosmos`.
 */

import type { Clock } from '@latchkey/common'
import { ControlClock } from '../host/clock.ts'
import { Database } from '../host/database.ts'
import { LocalKeys } from '../host/local-keys.ts'
import type { ServiceHost } from '../host/service.ts'
import { TokenLedger } from '../host/token-ledger.ts'
import { CosmosAccount } from './account.ts'
import { seed } from './seed.ts'

/** The part of the SDK's request this reads: structurally, so that the SDK is no dependency. */
export interface PipelineRequestLike {
  readonly url: string
  readonly method: string
  readonly headers: { get(name: string): string | undefined }
  readonly body?: unknown
}

/** An account and the client that reaches it. */
export interface InProcessCosmos {
  /** For the SDK's `httpClient` option; the generics leave the SDK its own types. */
  readonly httpClient: {
    sendRequest<Request extends PipelineRequestLike>(request: Request): Promise<InProcessResponse<Request>>
  }
  /** Any address will do for the SDK; this one says what it is. */
  readonly endpoint: string
  readonly key: string
  /** The account's clock, which can be moved forward. */
  readonly clock: ControlClock
  /** Closes the data file. */
  close(): void
}

/** What the SDK is answered. */
export interface InProcessResponse<Request> {
  readonly request: Request
  readonly status: number
  readonly headers: InProcessHeaders
  readonly bodyAsText: string
}

/** The headers of an answer, as the SDK's pipeline has them. */
export interface InProcessHeaders extends Iterable<[name: string, value: string]> {
  get(name: string): string | undefined
  has(name: string): boolean
  set(name: string, value: string | number | boolean): void
  delete(name: string): void
  toJSON(options?: { preserveCase?: boolean }): Record<string, string>
}

/** How to open an account in this process. */
export interface InProcessCosmosOptions {
  /** The data file. Default: memory. */
  readonly file?: string
  /** Whether the limits of the real service are on. Default false. */
  readonly throttling?: boolean
  /** What the movable clock starts from. Default: the machine's clock. */
  readonly clock?: Clock
}

/**
 * Opens an account in this process, seeded when it is new.
 *
 * @example
 * ```ts
 * const { httpClient, endpoint, key } = openInProcessCosmos()
 * const client = new CosmosClient({ endpoint, key, httpClient })
 * ```
 */
export function openInProcessCosmos(options: InProcessCosmosOptions = {}): InProcessCosmos {
  const database = new Database(options.file ?? ':memory:')
  const clock = new ControlClock(options.clock)
  const keys = new LocalKeys(database)
  const host: ServiceHost = {
    clock,
    database,
    keys,
    tokens: new TokenLedger(),
    throttling: options.throttling ?? false,
    endpoints: () => {
      throw new Error('An account in process has no endpoints')
    },
  }
  return { ...createInProcessCosmos(host), clock, close: () => database.close() }
}

/** Reaches the account of a host without a port. */
export function createInProcessCosmos(host: ServiceHost): Omit<InProcessCosmos, 'clock' | 'close'> {
  const account = new CosmosAccount(host)
  seed(account.state)
  return {
    httpClient: createHttpClient(account),
    endpoint: 'http://in-process/',
    key: host.keys.key('cosmos'),
  }
}

/** The SDK's way into an account. */
export function createHttpClient(account: CosmosAccount): InProcessCosmos['httpClient'] {
  return {
    sendRequest: (request) => {
      const start = request.url.indexOf('/', request.url.indexOf('//') + 2)
      const path = start < 0 ? '/' : request.url.slice(start)
      const end = path.indexOf('?')
      const { status, headers, body } = account.handle({
        method: request.method,
        path: end < 0 ? path : path.slice(0, end),
        header: (name) => request.headers.get(name),
        origin: () => (start < 0 ? request.url : request.url.slice(0, start)),
        body: typeof request.body === 'string' ? request.body : '',
      })
      return Promise.resolve({ request, status, headers: createHeaders(headers), bodyAsText: body })
    },
  }
}

function createHeaders(values: Record<string, string>): InProcessHeaders {
  return {
    get: (name) => values[name.toLowerCase()],
    has: (name) => Object.hasOwn(values, name.toLowerCase()),
    set: (name, value) => {
      values[name.toLowerCase()] = String(value)
    },
    delete: (name) => {
      delete values[name.toLowerCase()]
    },
    toJSON: () => ({ ...values }),
    [Symbol.iterator]: () => Object.entries(values)[Symbol.iterator](),
  }
}
