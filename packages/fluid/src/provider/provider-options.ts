/**
 * How a token provider gets tokens: what is asked for, what is checked, and what holds when nothing is said.
 */

import { type Clock, LatchkeyError } from '@latchkey/common'
import type { FetchedToken } from './fetched-token.ts'

/** One token request to your server. */
export interface TokenFetch {
  readonly tenantId: string
  /** Missing for a token that creates a document. */
  readonly documentId?: string
  /** The service refused the last token, so the server must not answer from a cache. */
  readonly refresh: boolean
  /** Aborted when the attempt has taken too long. */
  readonly signal: AbortSignal
}

/** How a provider gets tokens. */
export interface TokenProviderOptions {
  /**
   * Asks your server for a token.
   *
   * Throw an error with `canRetry: false`, or with the HTTP `status` of the answer, when the server refused; anything
   * else is tried again.
   */
  readonly fetchToken: (fetch: TokenFetch) => Promise<FetchedToken>
  /**
   * Tells your server that this client created a document, with the service's proof. The service makes such proofs only
   * for clients that have this callback; what it throws fails the creation.
   */
  readonly documentPostCreateCallback?: (documentId: string, creationToken: string) => Promise<void>
  /** How long before its expiry a token is no longer returned, in seconds. Default 60. */
  readonly marginSeconds?: number
  /** How long one fetch may take, 0 to 2,147,483,647. Default 10,000. */
  readonly timeoutMs?: number
  /** How long the first fetch of a document is tried before the load fails. Default 60,000. */
  readonly giveUpAfterMs?: number
  readonly clock?: Clock
  /** A number from 0 to 1. Default: Math.random. */
  readonly random?: () => number
}

/** Options with every default. */
export type ParsedOptions = Required<Omit<TokenProviderOptions, 'documentPostCreateCallback'>> & {
  readonly documentPostCreateCallback: TokenProviderOptions['documentPostCreateCallback'] | undefined
}

const browserClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

// Timers take no longer delay: they fire at once.
const longestDelayMs = 2_147_483_647

/**
 * Checks options and fills in the defaults.
 *
 * @throws `ERR_FLUID_OPTIONS`
 */
export function parseOptions(options: TokenProviderOptions): ParsedOptions {
  const given = Object(options) as Partial<Record<keyof TokenProviderOptions, unknown>>
  for (const name of ['fetchToken', 'documentPostCreateCallback', 'random'] as const)
    if (typeof given[name] !== 'function' && (name === 'fetchToken' || given[name] !== undefined))
      throw refusal(name, 'a function')
  for (const name of ['marginSeconds', 'timeoutMs', 'giveUpAfterMs'] as const)
    if (given[name] !== undefined && !(typeof given[name] === 'number' && given[name] >= 0))
      throw refusal(name, 'a number, 0 or more')
  if (given.timeoutMs !== undefined && Number(given.timeoutMs) > longestDelayMs)
    throw refusal('timeoutMs', `at most ${longestDelayMs}`)
  if (given.clock !== undefined && !isClock(given.clock))
    throw refusal('clock', 'an object with functions now and schedule')
  const { fetchToken, documentPostCreateCallback, random = Math.random, clock = browserClock } = options
  const { marginSeconds = 60, timeoutMs = 10_000, giveUpAfterMs = 60_000 } = options
  return { fetchToken, documentPostCreateCallback, random, clock, marginSeconds, timeoutMs, giveUpAfterMs }
}

function isClock(value: unknown): boolean {
  const { now, schedule } = Object(value) as Partial<Record<keyof Clock, unknown>>
  return typeof now === 'function' && typeof schedule === 'function'
}

function refusal(name: string, what: string): Error {
  return new LatchkeyError(`${name} must be ${what}`, { code: 'ERR_FLUID_OPTIONS' })
}
