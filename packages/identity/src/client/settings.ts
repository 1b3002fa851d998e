/**
 * Reads the options of a client: every one judged once, when the client is made, and every default in its place.
 */

import type { Clock } from '@latchkey/common'
import { systemClock } from '@latchkey/common'
import { argumentError } from '../errors.ts'
import { customIdApiVersion } from './arguments.ts'
import type { CommunicationIdentityClientOptions } from './options.ts'
import { dispatchThrough, fetchThrough, type Transport } from './transport.ts'

/** What a client works with. */
export interface ClientSettings {
  readonly apiVersion: string
  /** The version of a create with a custom id; absent where there is to be none. */
  readonly customIdApiVersion: string | undefined
  readonly userAgent: string
  readonly transport: Transport
  readonly clock: Clock
  readonly random: () => number
  readonly attemptTimeoutMs: number
  readonly timeoutMs: number
  readonly maxRetries: number
  readonly retryDelayMs: number
  readonly maxRetryDelayMs: number
}

const defaultApiVersion = '2023-10-01'

// Left to itself, a client asks in a preview for the one thing that only a preview can do.
function customIdVersionFor(chosen: string | undefined): string | undefined {
  return chosen === undefined || chosen === customIdApiVersion ? customIdApiVersion : undefined
}

/** @throws {@link CommunicationIdentityError} `ERR_IDENTITY_ARGUMENT` for an option that cannot be meant. */
export function parseClientOptions(options: CommunicationIdentityClientOptions): ClientSettings {
  if (typeof options !== 'object') throw argumentError('The options must be an object.', 'options')
  assertNoPipeline(options)
  const { apiVersion = defaultApiVersion, clock = systemClock, random = Math.random } = options
  const { maxRetries = 3, maxRetryDelayInMs = 8_000, retryDelayInMs = 400 } = options.retryOptions ?? {}
  // It becomes part of what is signed and sent.
  if (typeof apiVersion !== 'string' || !/^[\w.-]{1,64}$/.test(apiVersion)) {
    throw argumentError('apiVersion must be a version, for example 2023-10-01.', 'apiVersion')
  }
  assertNumber(maxRetries, 0, 'retryOptions.maxRetries')
  return {
    apiVersion,
    customIdApiVersion: customIdVersionFor(options.apiVersion),
    clock,
    random,
    userAgent: userAgentOf(options.userAgentOptions?.userAgentPrefix),
    transport: transportOf(options),
    attemptTimeoutMs: assertNumber(options.attemptTimeoutMs ?? 10_000, 1, 'attemptTimeoutMs'),
    timeoutMs: assertNumber(options.timeoutMs ?? 30_000, 1, 'timeoutMs'),
    maxRetries,
    retryDelayMs: assertNumber(retryDelayInMs, 0, 'retryOptions.retryDelayInMs'),
    maxRetryDelayMs: assertNumber(maxRetryDelayInMs, 0, 'retryOptions.maxRetryDelayInMs'),
  }
}

// Left out in silence, a proxy would be passed by, and a policy that signs or logs would do nothing.
function assertNoPipeline(options: CommunicationIdentityClientOptions): void {
  for (const name of ['additionalPolicies', 'httpClient', 'proxyOptions'] as const) {
    const value = options[name]
    const isEmpty = value === undefined || value === null || (Array.isArray(value) && value.length === 0)
    if (!isEmpty) throw argumentError(`${name} is not known here: give a dispatcher, or fetch.`, name)
  }
}

/** Answers `value`. @throws `ERR_IDENTITY_ARGUMENT` unless it is a finite number and at least `least`. */
export function assertNumber(value: number, least: number, name: string): number {
  if (Number.isFinite(value) && value >= least) return value
  throw argumentError(`${name} must be a number, ${least} or more.`, name)
}

function userAgentOf(prefix = ''): string {
  if (typeof prefix !== 'string' || !/^[\x20-\x7e]{0,256}$/.test(prefix)) {
    throw argumentError('userAgentPrefix must be a text without control characters.', 'userAgentPrefix')
  }
  return `${prefix === '' ? '' : `${prefix} `}latchkey-identity Node/${process.versions.node}`
}

function transportOf({ dispatcher, fetch: send }: CommunicationIdentityClientOptions): Transport {
  if (send !== undefined && typeof send !== 'function') {
    throw argumentError('fetch must be a function.', 'fetch')
  }
  if (dispatcher !== undefined && typeof dispatcher?.request !== 'function') {
    throw argumentError('dispatcher must have a request method, as a dispatcher of undici has.', 'dispatcher')
  }
  return send === undefined ? dispatchThrough(dispatcher) : fetchThrough(send)
}
