/**
 * The settings of a client and of one call.
 */

import type { AbortSignalLike, Clock } from '@latchkey/common'
import type { OperationResponse } from './operation-response.ts'

/** An HTTP client of undici: an `Agent`, a `ProxyAgent`, a `MockAgent`. */
export interface DispatcherLike {
  request(options: DispatchRequest): Promise<DispatchAnswer>
}

/** What is asked of a {@link DispatcherLike}; a part of undici's own options. */
export interface DispatchRequest {
  origin: string
  path: string
  method: 'DELETE' | 'GET' | 'POST'
  headers: Record<string, string>
  body: string | null
  headersTimeout: number
  bodyTimeout: number
  signal: AbortSignal
}

/** What a {@link DispatcherLike} answers; a part of undici's own answer. */
export interface DispatchAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: { text(): Promise<string> }
}

/** How calls are repeated. */
export interface RetryOptions {
  /** How often a call is repeated at most. Default 3; 0 for never. */
  readonly maxRetries?: number
  /** The upper limit of the first wait, doubled for each next one; the wait itself is random below it. Default 400. */
  readonly retryDelayInMs?: number
  /** The upper limit of any wait the service did not ask for. Default 8,000. */
  readonly maxRetryDelayInMs?: number
}

/** Settings of a `CommunicationIdentityClient`. */
export interface CommunicationIdentityClientOptions {
  /**
   * The version of every request. Default `2023-10-01`, and `2025-04-01-preview` for creates with a `customId`, which no
   * stable version knows. Name a version and it is used for everything.
   */
  readonly apiVersion?: string
  /** How long one attempt may take. Default 10,000. */
  readonly attemptTimeoutMs?: number
  /** How long a call may take with all its attempts and waits. Default 30,000. */
  readonly timeoutMs?: number
  readonly retryOptions?: RetryOptions
  /** Put in front of the user agent. */
  readonly userAgentOptions?: { readonly userAgentPrefix?: string }
  /** Sends the requests. Default: an undici `Agent`, imported and made at the first request. */
  readonly dispatcher?: DispatcherLike
  /** Sends the requests instead of a dispatcher; any standard `fetch`. */
  readonly fetch?: typeof fetch
  /** Of Azure's clients, and without effect: plain http is taken on this machine, and nowhere else. */
  readonly allowInsecureConnection?: boolean
  /** Of Azure's clients, and refused with `ERR_IDENTITY_ARGUMENT`: give a `dispatcher` or `fetch` instead. */
  readonly additionalPolicies?: readonly object[]
  /** As `additionalPolicies`. */
  readonly httpClient?: object
  /** As `additionalPolicies`: undici's `ProxyAgent` or `EnvHttpProxyAgent` is a dispatcher. */
  readonly proxyOptions?: object
  /** Default: the system clock. */
  readonly clock?: Clock
  /** From 0 to 1, for the waits between attempts. Default `Math.random`. */
  readonly random?: () => number
}

/** Settings of one call. */
export interface OperationOptions {
  /** Ends the call; it then rejects with an `AbortError` whose `cause` is the signal's reason. */
  readonly abortSignal?: AbortSignalLike
  readonly requestOptions?: {
    /** Instead of the client's `timeoutMs`, for the call with all its attempts; 0 leaves it at that. */
    readonly timeout?: number
    /** Not those that say how the connection is used, for example `expect`. */
    readonly customHeaders?: Readonly<Record<string, string>>
    /** Of Azure's clients, and without effect: plain http is taken on this machine, and nowhere else. */
    readonly allowInsecureConnection?: boolean
  }
  /** Of Azure's clients, and without effect: nothing is traced. */
  readonly tracingOptions?: object
  /** Of Azure's clients, and without effect: there is only JSON. */
  readonly serializerOptions?: object
  /**
   * Told the last answer of the call, for example to note its headers; not called when none came.
   *
   * @param flatResponse - The body, read as JSON.
   * @param error - What the call rejects with, if the answer was a refusal.
   */
  onResponse?(rawResponse: OperationResponse, flatResponse: unknown, error?: unknown): void
}
