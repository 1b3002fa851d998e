/**
 * The credential that Azure's Chat, Calling and Network Traversal clients take, with a token that is always fresh.
 */

import { systemClock } from '../clock.ts'
import type { AbortSignalLike } from './abort.ts'
import { abortReason } from './abort.ts'
import type { AccessToken } from './access-token.ts'
import { isAccessToken, parseAccessToken } from './access-token.ts'
import type { EntraCommunicationTokenCredentialOptions } from './entra-exchange.ts'
import { createEntraExchange } from './entra-exchange.ts'
import type { RefreshScheduleOptions } from './refresh-options.ts'
import { invalid, parseSchedule, signInTimeoutMs } from './refresh-options.ts'
import { disposed } from './token-errors.ts'
import { TokenSource } from './token-source.ts'

/** Options of one `getToken` call. */
export interface CommunicationGetTokenOptions {
  /** Cancels this call only; others that wait for the same token go on. */
  abortSignal?: AbortSignalLike
}

/** What Azure's clients ask of a credential. */
export interface CommunicationTokenCredential {
  getToken(options?: CommunicationGetTokenOptions): Promise<AccessToken>
  dispose(): void
}

/** How a credential fetches tokens by a callback. */
export interface CommunicationTokenRefreshOptions extends RefreshScheduleOptions {
  /**
   * Fetches a token, usually from your own server. A `string` says when it ends by its JWT `exp` claim, an
   * {@link AccessToken} by itself. The signal aborts when no caller waits any more.
   */
  tokenRefresher: (abortSignal?: AbortSignalLike) => Promise<string | AccessToken>
  /** The first token. */
  token?: string | AccessToken
}

/**
 * A token for one user of Azure Communication Services.
 *
 * Made from a token, a callback that fetches tokens, or an Entra credential to exchange tokens of. However many callers ask, one
 * refresh is under way at a time; a refresh that fails keeps the token that is still valid and is tried again later. No
 * timer keeps the process alive.
 *
 * @example
 * ```ts
 * const credential = new AzureCommunicationTokenCredential({
 *   tokenRefresher: async (abortSignal) => fetchTokenFromMyServer(abortSignal),
 *   refreshProactively: true,
 * })
 * const chat = new ChatClient(endpoint, credential)
 * ```
 */
export class AzureCommunicationTokenCredential implements CommunicationTokenCredential {
  #source: TokenSource | undefined
  #static: AccessToken | undefined

  /** Always returns this one token, even after its expiry. */
  constructor(token: string | AccessToken)
  /** Fetches tokens by a callback. */
  constructor(refreshOptions: CommunicationTokenRefreshOptions)
  /** Exchanges tokens of an Entra credential. */
  constructor(entraOptions: EntraCommunicationTokenCredentialOptions)
  /** @throws {@link LatchkeyError} `ERR_CREDENTIAL_OPTIONS`, `ERR_TOKEN_MALFORMED`, `ERR_ENTRA_SCOPES`, `ERR_ENDPOINT`. */
  constructor(
    from: string | AccessToken | CommunicationTokenRefreshOptions | EntraCommunicationTokenCredentialOptions,
  ) {
    if (typeof from === 'string' || isAccessToken(from)) {
      this.#static = parseAccessToken(from, systemClock.now(), 600)
    } else {
      this.#source = createSource(from)
    }
  }

  /**
   * Returns a token, fetching one if needed.
   *
   * @throws `ERR_CREDENTIAL_DISPOSED`; an `AbortError` (or the signal's reason) when aborted; whatever the refresher
   *   rejected with when there is no valid token left; `ERR_TOKEN_MALFORMED`, `ERR_TOKEN_EXPIRED`, `ERR_TOKEN_HOLDER`,
   *   `ERR_TOKEN_TIMEOUT`, `ERR_ENTRA_TOKEN`, `ERR_ENTRA_EXCHANGE`.
   */
  async getToken(options?: CommunicationGetTokenOptions): Promise<AccessToken> {
    const signal = options?.abortSignal
    if (signal?.aborted) throw abortReason(signal)
    const source = this.#source
    const token = source === undefined ? this.#static : source.fresh
    if (token !== undefined) return token
    if (source === undefined) throw disposed()
    return source.refresh(signal)
  }

  /** Stops every timer and refresh and forgets the token; waiting callers are rejected. */
  dispose(): void {
    this.#source?.dispose()
    this.#source = undefined
    this.#static = undefined
  }
}

function createSource(
  options: CommunicationTokenRefreshOptions | EntraCommunicationTokenCredentialOptions,
): TokenSource {
  if (typeof options === 'object' && options !== null) {
    if ('tokenRefresher' in options && typeof options.tokenRefresher === 'function') {
      const { token, tokenRefresher } = options
      const schedule = parseSchedule(options)
      const first = token ? parseAccessToken(token, schedule.clock.now(), schedule.opaqueSeconds) : undefined
      return new TokenSource({ fetch: async (signal) => tokenRefresher(signal), schedule, token: first })
    }
    if ('resourceEndpoint' in options && typeof options.tokenCredential?.getToken === 'function') {
      const schedule = parseSchedule(options)
      const fetch = createEntraExchange(options, schedule)
      const patience = options.refreshTimeoutSeconds === undefined ? { signInTimeoutMs } : {}
      return new TokenSource({ fetch, schedule, asksEveryTime: true, ...patience })
    }
  }
  throw invalid(
    'Expected a token, options with a tokenRefresher function, or options with a resourceEndpoint and a tokenCredential.',
  )
}
