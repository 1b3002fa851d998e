/**
 * The token provider a Fluid client (AzureClient) is made with.
 *
 * It meets the driver's undocumented expectations. The driver asks twice per load, for the orderer and for storage: one
 * fetch serves both. The driver keeps a failed first fetch forever, so a load whose first fetch says "try again" never
 * ends: the provider retries itself. The driver disposes a container whose token cannot be refreshed, unless the error
 * says `canRetry`: then it survives any outage.
 */

import { FluidTokenFetchError } from './fetch-error.ts'
import { parseFetchedToken, type UsableToken } from './fetched-token.ts'
import { fetchPersistently } from './persistent-fetch.ts'
import { parseOptions, type TokenProviderOptions } from './provider-options.ts'

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
  /** When the fetch is given up, at the latest. */
  readonly endsAtMs: number
  readonly token: Promise<UsableToken>
  /** 0 until the token is there. */
  usableUntilMs: number
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
  const { fetchToken, documentPostCreateCallback, marginSeconds, timeoutMs, giveUpAfterMs, clock, random } =
    parseOptions(options)
  const entries = new Map<string, Entry>()

  const fetchNew = (
    tenantId: string,
    documentId: string | undefined,
    refresh: boolean,
    patienceMs: number,
  ): Promise<UsableToken> =>
    fetchPersistently(
      async (signal) => {
        const document = documentId === undefined ? {} : { documentId }
        return parseFetchedToken(await fetchToken({ tenantId, ...document, refresh, signal }))
      },
      { clock, random, timeoutMs, giveUpAfterMs: patienceMs },
    )

  const begin = (key: string, isRefresh: boolean, endsAtMs: number, token: Promise<UsableToken>): Entry => {
    const entry: Entry = { isRefresh, endsAtMs, token, usableUntilMs: 0 }
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

  // Whoever asks for a new token may share one that is being fetched as new, but not the one that was refused.
  const findShareable = (key: string, refresh: boolean): Entry | undefined => {
    const known = entries.get(key)
    if (known?.usableUntilMs === 0) return known.isRefresh || !refresh ? known : undefined
    return known && !refresh && clock.now() < known.usableUntilMs ? known : undefined
  }

  const provideShared = async (
    tenantId: string,
    documentId: string,
    refresh: boolean,
  ): Promise<FluidTokenResponse> => {
    const key = JSON.stringify([tenantId, documentId])
    const endsAtMs = clock.now() + (refresh ? shortPatienceMs : giveUpAfterMs)
    for (let shared = findShareable(key, refresh); shared; shared = findShareable(key, refresh)) {
      const fromCache = shared.usableUntilMs !== 0
      try {
        return { jwt: (await shared.token).jwt, fromCache }
      } catch (error) {
        // A shared fetch may be given up before one's own time is over: a refresh soon is, and a load must not fail by it.
        if (shared.endsAtMs >= endsAtMs || !canRetry(error)) throw error
      }
    }
    const fetched = fetchNew(tenantId, documentId, refresh, endsAtMs - clock.now())
    const { token } = begin(key, refresh, endsAtMs, fetched)
    return { jwt: (await token).jwt, fromCache: false }
  }

  const provide = async (
    tenantId: string,
    documentId?: string,
    refresh = false,
  ): Promise<FluidTokenResponse> => {
    try {
      if (documentId) return await provideShared(tenantId, documentId, refresh)
      // A token that creates works once; two creations need two.
      const { jwt } = await fetchNew(tenantId, undefined, refresh, shortPatienceMs)
      return { jwt, fromCache: false }
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

// The driver copes with "try again" only where it asks anew each time; elsewhere it would wait for ever.
function forDriver(error: unknown, doesDriverRetry: boolean): unknown {
  if (!canRetry(error) || doesDriverRetry) return error
  return new FluidTokenFetchError(error.code, false, error.cause)
}

function canRetry(error: unknown): error is FluidTokenFetchError {
  return error instanceof FluidTokenFetchError && error.canRetry
}
