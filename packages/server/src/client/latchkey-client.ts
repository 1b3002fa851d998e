/**
 * A page's connection to its Latchkey server.
 */

import { LatchkeyClientError, wrong } from './client-error.ts'
import { readAnswer, readInstants, readTexts } from './read-answer.ts'
import type { CommunicationToken, CosmosTokens, FluidToken, Me } from './token-answers.ts'

/** How to reach the server. */
export interface LatchkeyClientOptions {
  /** Where the server is. Default: the page's own origin. */
  readonly baseUrl?: string
  /** Returns the person's access token, for clients that hold one; pages on the server's origin use the cookie. */
  readonly accessToken?: () => string | Promise<string>
  readonly fetch?: typeof globalThis.fetch
  /** How long one request may take. Default 10,000. */
  readonly timeoutMs?: number
}

/** Cancels a request: an `AbortSignal`, or the part of it that Azure's SDKs use. */
export interface AbortSignalLike {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
}

/** Options of every request. */
export interface RequestOptions {
  /** Cancels the request, which then rejects with the signal's reason. */
  readonly signal?: AbortSignalLike | undefined
}

/** The options of `AzureCommunicationTokenCredential`, Azure's or ours. */
export interface CommunicationCredentialOptions {
  readonly tokenRefresher: (abortSignal?: AbortSignalLike) => Promise<string>
  readonly refreshProactively: boolean
}

/** The argument of a Fluid token provider's `fetchToken`. */
export interface FluidTokenRequest extends RequestOptions {
  readonly documentId?: string | undefined
}

/**
 * A page's connection to its Latchkey server, for one person: the first that `me()` returns.
 *
 * When somebody else signs in in another tab, everything but `me()` is refused with `ERR_CLIENT_SIGNED_OUT` from then on,
 * so that the page does not act as them. Reload the page, or create another client.
 */
export interface LatchkeyClient {
  /** Whoever is signed in now, or `undefined` for nobody. */
  me(options?: RequestOptions): Promise<Me | undefined>
  /** Returns the address of the sign-in page. Afterwards the person returns to `returnTo`, a path of this origin. */
  signInUrl(returnTo?: string): string
  /**
   * Ends the session, or what is left of one that has ended. Somebody else's, who signed in in another tab, goes on.
   *
   * Returns the address where the provider's own session ends, which leads back to the app: go there, or the next sign-in
   * may ask for nothing. `undefined` when there is none, while somebody else is signed in, and for clients that hold an
   * access token.
   */
  signOut(options?: RequestOptions): Promise<string | undefined>
  communicationToken(scopes?: readonly string[], options?: RequestOptions): Promise<CommunicationToken>
  /** Options for `new AzureCommunicationTokenCredential(...)`, which then renews itself. */
  communicationCredential(scopes?: readonly string[]): CommunicationCredentialOptions
  /** Returns a token for a document, or without an id, for creating one. Also serves as `fetchToken` of `@latchkey/fluid/provider`. */
  fluidToken(request?: FluidTokenRequest): Promise<FluidToken>
  cosmosTokens(options?: RequestOptions): Promise<CosmosTokens>
}

/**
 * Connects a page to its Latchkey server.
 *
 * @throws {@link LatchkeyClientError} `ERR_CLIENT_OPTIONS`, naming the wrong option.
 *
 * Every method rejects with a {@link LatchkeyClientError}: `ERR_CLIENT_UNREACHABLE` without an answer,
 * `ERR_CLIENT_SIGNED_OUT` for 401, `ERR_CLIENT_REFUSED` for any other refusal, `ERR_CLIENT_ANSWER` for an answer of
 * another shape. A cancelled method rejects with the reason of its signal.
 *
 * @example
 * ```ts
 * const latchkey = createLatchkeyClient()
 * const credential = new AzureCommunicationTokenCredential(latchkey.communicationCredential())
 * ```
 */
export function createLatchkeyClient(options: LatchkeyClientOptions = {}): LatchkeyClient {
  const { baseUrl = '', timeoutMs = 10_000, accessToken } = parseOptions(options)
  const send = options.fetch ?? ((url, init) => globalThis.fetch(url, init))
  let personId: string | undefined

  // A cookie is whoever's who signed in last, in any tab; a token is its holder's.
  const nameOfPerson = (path: string): Readonly<Record<string, string>> =>
    personId === undefined || accessToken || path === mePath
      ? {}
      : { 'x-latchkey-person': encodeURIComponent(personId) }

  async function request(method: string, path: string, { signal }: RequestOptions = {}, body?: object) {
    // The static header is what a form or a link of another origin cannot send (RFC 10017).
    const headers = new Headers({ 'x-latchkey': '1', ...nameOfPerson(path) })
    if (accessToken) headers.set('authorization', `Bearer ${await accessToken()}`)
    if (body) headers.set('content-type', 'application/json')
    const given = signal && asAbortSignal(signal)
    const init: RequestInit = { method, headers, cache: 'no-store' }
    init.credentials = accessToken ? 'omit' : 'same-origin'
    init.signal = AbortSignal.any([...(given ? [given] : []), AbortSignal.timeout(timeoutMs)])
    if (body) init.body = JSON.stringify(body)
    try {
      return await readAnswer(await send(`${baseUrl}${path}`, init))
    } catch (cause) {
      throw failureOf(cause, given)
    }
  }

  /** A token of a service: texts under these names, and instants wherever they are. */
  const token = async <T>(service: string, names: readonly string[], options?: RequestOptions, body = {}) =>
    readInstants(readTexts(await request('POST', `/v1/tokens/${service}`, options, body), names)) as T

  const client: LatchkeyClient = {
    me: async (options) => {
      try {
        const answer = await request('GET', mePath, options)
        const { id, displayName, role } = readTexts(answer, ['id', 'displayName', 'role'])
        const me = { id, displayName, role, profile: answer['profile'] ?? null } as Me
        personId ??= me.id
        return me
      } catch (error) {
        return ignoreSignedOut(error)
      }
    },
    signInUrl: (returnTo = '/') => `${baseUrl}/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`,
    signOut: async (options) => {
      if (accessToken) {
        // Whoever holds a token has no cookie, and ends the session that the token is of: it outlives a token that has ended.
        await request('DELETE', '/v1/sessions/current', options)
        return undefined
      }
      const answer = await request('POST', '/auth/sign-out', options).catch(ignoreSignedOut)
      const signOutUrl = answer?.['signOutUrl']
      return typeof signOutUrl === 'string' ? signOutUrl : undefined
    },
    communicationToken: (scopes, options) =>
      token('communication', ['token', 'userId', 'endpoint'], options, scopes ? { scopes } : {}),
    communicationCredential: (scopes) => ({
      tokenRefresher: async (signal) => (await client.communicationToken(scopes, { signal })).token,
      refreshProactively: true,
    }),
    fluidToken: ({ documentId, ...options } = {}) =>
      token('fluid', ['token', 'tenantId', 'endpoint'], options, documentId ? { documentId } : {}),
    cosmosTokens: (options) => token('cosmos', ['endpoint', 'database'], options),
  }
  return client
}

const mePath = '/v1/me'

function ignoreSignedOut(error: unknown): undefined {
  if (!(error instanceof LatchkeyClientError) || error.code !== 'ERR_CLIENT_SIGNED_OUT') throw error
}

function failureOf(cause: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason
  if (cause instanceof LatchkeyClientError) return cause
  return new LatchkeyClientError('The server did not answer', 'ERR_CLIENT_UNREACHABLE', 0, '', cause)
}

function asAbortSignal(like: AbortSignalLike): AbortSignal {
  if (like instanceof AbortSignal) return like
  const controller = new AbortController()
  const abort = () => controller.abort()
  if (like.aborted) abort()
  else like.addEventListener('abort', abort)
  return controller.signal
}

function parseOptions(options: LatchkeyClientOptions): LatchkeyClientOptions {
  const given = Object(options) as Partial<Record<keyof LatchkeyClientOptions, unknown>>
  const isMissing = (name: keyof LatchkeyClientOptions) => given[name] === undefined
  if (typeof options !== 'object' || options === null) throw wrong('options', 'an object')
  if (!isMissing('baseUrl') && typeof given.baseUrl !== 'string') throw wrong('baseUrl', 'a text')
  if (!isMissing('timeoutMs') && !(Number(given.timeoutMs) > 0)) throw wrong('timeoutMs', 'a number above 0')
  for (const name of ['accessToken', 'fetch'] as const)
    if (!isMissing(name) && typeof given[name] !== 'function') throw wrong(name, 'a function')
  return options
}
