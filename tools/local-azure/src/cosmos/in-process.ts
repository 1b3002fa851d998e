/**
 * The account without a port: an `httpClient` for `@azure/cosmos`.
 */

import type { LocalKeys } from '../host/local-keys.ts'
import type { ServiceHost } from '../host/service.ts'
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

/** Opens an account in this process. */
export function createInProcessCosmos(host: ServiceHost): InProcessCosmos {
  const account = new CosmosAccount(host)
  seed(account.state)
  return { httpClient: createHttpClient(account), endpoint: 'http://in-process/', key: keyOf(host.keys) }
}

function keyOf(keys: LocalKeys): string {
  return keys.key('cosmos')
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
