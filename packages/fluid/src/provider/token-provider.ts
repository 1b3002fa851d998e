/**
 * The token provider a Fluid client (AzureClient) is made with.
 *
 * It meets the driver's undocumented expectations. The driver asks twice per load, for the orderer and for storage: one
 * fetch serves both. The driver keeps a failed first fetch forever, so a load whose first fetch says "try again" never
 * ends: the provider retries itself. The driver disposes a container whose token cannot be refreshed, unless the error
 * says `canRetry`: then it survives any outage.
 */

import { type Clock, LatchkeyError } from '@latchkey/common'
import { FluidTokenFetchError } from './fetch-error.ts'
import { type FetchedToken, parseFetchedToken, type UsableToken } from './fetched-token.ts'
import { fetchPersistently } from './persistent-fetch.ts'

export type { FetchedToken } from './fetched-token.ts'

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
  /** How long one fetch may take. Default 10,000. */
  readonly timeoutMs?: number
  /** How long the first fetch of a document is tried before the load fails. Default 60,000. */
  readonly giveUpAfterMs?: number
  readonly clock?: Clock
  /** A number from 0 to 1. Default: Math.random. */
  readonly random?: () => number
}

/** What the driver is given: its `ITokenResponse`. */
export interface FluidTokenResponse {
  jwt: string
  fromCache?: boolean
}

/** A provider that AzureClient takes as its `tokenProvider`: the driver's `ITokenProvider`. */
export interface FluidTokenProvider {
  fetchOrdererToken(tenantId: string, documentId?: string, refresh?: boolean): Promise<FluidTokenResponse>
  fetchStorageToken(tenantId: string, documentId: string, refresh?: boolean): Promise<FluidTokenResponse>
  documentPostCreateCallback?(documentId: string, creationToken: string): Promise<void>
}

interface Entry {
  readonly isRefresh: boolean
  readonly token: Promise<UsableToken>
  /** 0 until the token is there. */
  usableUntilMs: number
}

const browserClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

// Where the driver tries again by itself, the provider bridges only a short gap.
const shortPatienceMs = 2_000

/**
 * Makes a token provider.
 *
 * @throws `ERR_FLUID_OPTIONS`
 *
 * @example
 * ```ts
 * const tokenProvider = createTokenProvider({
 *   fetchToken: async ({ documentId, signal }) => {
 *     const headers = { 'content-type': 'application/json' }
 *     const body = JSON.stringify({ documentId })
 *     const response = await fetch('/v1/tokens/fluid', { method: 'POST', headers, body, signal })
 *     if (!response.ok) throw Object.assign(new Error('No token'), { status: response.status })
 *     return response.json()
 *   },
 * })
 * const client = new AzureClient({ connection: { type: 'remote', endpoint, tenantId, tokenProvider } })
 * ```
 */
export function createTokenProvider(options: TokenProviderOptions): FluidTokenProvider {
  const {
    fetchToken,
    documentPostCreateCallback,
    clock = browserClock,
    random = Math.random,
  } = parseOptions(options)
  const { marginSeconds = 60, timeoutMs = 10_000, giveUpAfterMs = 60_000 } = options
  const entries = new Map<string, Entry>()

  const fetchNew = (
    tenantId: string,
    documentId: string | undefined,
    refresh: boolean,
  ): Promise<UsableToken> =>
    fetchPersistently(
      async (signal) => {
        const document = documentId === undefined ? {} : { documentId }
        return parseFetchedToken(await fetchToken({ tenantId, ...document, refresh, signal }))
      },
      { clock, random, timeoutMs, giveUpAfterMs: refresh || !documentId ? shortPatienceMs : giveUpAfterMs },
    )

  const begin = (key: string, isRefresh: boolean, token: Promise<UsableToken>): Entry => {
    const entry: Entry = { isRefresh, token, usableUntilMs: 0 }
    entries.set(key, entry)
    token.then(
      ({ expiresAtMs }) => {
        entry.usableUntilMs = expiresAtMs - marginSeconds * 1000
        if (entry.usableUntilMs <= clock.now()) forget(key, entry)
      },
      () => forget(key, entry),
    )
    return entry
  }
  const forget = (key: string, entry: Entry): void => {
    if (entries.get(key) === entry) entries.delete(key)
  }

  const provide = async (
    tenantId: string,
    documentId?: string,
    refresh = false,
  ): Promise<FluidTokenResponse> => {
    try {
      // A token that creates works once; two creations need two.
      if (!documentId) return { jwt: (await fetchNew(tenantId, undefined, refresh)).jwt, fromCache: false }
      const key = JSON.stringify([tenantId, documentId])
      const known = entries.get(key)
      const isPending = known?.usableUntilMs === 0
      // Whoever asks for a new token may share one that is being fetched as new, but not the one that was refused.
      if (known && (isPending ? known.isRefresh || !refresh : !refresh && clock.now() < known.usableUntilMs))
        return { jwt: (await known.token).jwt, fromCache: !isPending }
      const { token } = begin(key, refresh, fetchNew(tenantId, documentId, refresh))
      return { jwt: (await token).jwt, fromCache: false }
    } catch (error) {
      throw forDriver(error, refresh || !documentId)
    }
  }

  return {
    fetchOrdererToken: provide,
    fetchStorageToken: provide,
    ...(documentPostCreateCallback && { documentPostCreateCallback }),
  }
}

function parseOptions(options: TokenProviderOptions): TokenProviderOptions {
  const given = Object(options) as Partial<Record<keyof TokenProviderOptions, unknown>>
  for (const name of ['fetchToken', 'documentPostCreateCallback', 'random'] as const)
    if (typeof given[name] !== 'function' && (name === 'fetchToken' || given[name] !== undefined))
      throw refusal(name, 'a function')
  for (const name of ['marginSeconds', 'timeoutMs', 'giveUpAfterMs'] as const)
    if (given[name] !== undefined && !(Number(given[name]) >= 0)) throw refusal(name, 'a number, 0 or more')
  const { clock } = given
  if (clock !== undefined && typeof Object(clock).schedule !== 'function') throw refusal('clock', 'a clock')
  return options
}

function refusal(name: string, what: string): Error {
  return new LatchkeyError(`${name} must be ${what}`, { code: 'ERR_FLUID_OPTIONS' })
}

// The driver copes with "try again" only where it asks anew each time; elsewhere it would wait for ever.
function forDriver(error: unknown, doesDriverRetry: boolean): unknown {
  if (!(error instanceof FluidTokenFetchError) || doesDriverRetry || !error.canRetry) return error
  return new FluidTokenFetchError(error.code, false, error.cause)
}
