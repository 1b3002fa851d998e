/**
 * A page's connection to its Latchkey server.
 */

import { LatchkeyClientError, wrong } from './client-error.ts'
import type { CommunicationToken, CosmosTokens, FluidToken, Me } from './token-answers.ts'

/** How to reach the server. */
export interface LatchkeyClientOptions {
  /** Where the server is. Default: the page's own origin. */
  readonly baseUrl?: string
  /** Answers the person's access token, for clients that hold one; pages on the server's origin use the cookie. */
  readonly accessToken?: () => string | Promise<string>
  readonly fetch?: typeof globalThis.fetch
  /** How long one request may take. Default 10,000. */
  readonly timeoutMs?: number
}

/** What `AzureCommunicationTokenCredential`, Azure's or ours, is made with. */
export interface CommunicationCredentialOptions {
  readonly tokenRefresher: (abortSignal?: { readonly aborted: boolean }) => Promise<string>
  readonly refreshProactively: boolean
}

/** What a Fluid token provider's `fetchToken` is called with. */
export interface FluidTokenRequest {
  readonly documentId?: string | undefined
  readonly signal?: AbortSignal
}

/** A page's connection to its Latchkey server. */
export interface LatchkeyClient {
  /** The signed-in person, or `undefined` for nobody. */
  me(): Promise<Me | undefined>
  /** Where a link to the sign-in leads; afterwards the person is back at `returnTo`, a path of this origin. */
  signInUrl(returnTo?: string): string
  /** Ends the session. */
  signOut(): Promise<void>
  communicationToken(scopes?: readonly string[]): Promise<CommunicationToken>
  /** Options for `new AzureCommunicationTokenCredential(...)`, which then renews itself. */
  communicationCredential(scopes?: readonly string[]): CommunicationCredentialOptions
  /** A token for a document, or without an id for making one; also the `fetchToken` of `@latchkey/fluid/provider`. */
  fluidToken(request?: FluidTokenRequest): Promise<FluidToken>
  cosmosTokens(): Promise<CosmosTokens>
}

type Answer = Readonly<Record<string, unknown>>

/**
 * Connects a page to its Latchkey server.
 *
 * @throws {@link LatchkeyClientError} `ERR_CLIENT_OPTIONS`, naming the option that is wrong.
 *
 * Every method rejects with a {@link LatchkeyClientError}: `ERR_CLIENT_UNREACHABLE` without an answer,
 * `ERR_CLIENT_SIGNED_OUT` for 401, `ERR_CLIENT_REFUSED` for any other refusal, `ERR_CLIENT_ANSWER` for an answer that is
 * not JSON.
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

  async function request(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Answer> {
    // The static header is what a form or a link of another origin cannot send (RFC 10017).
    const headers = new Headers({ 'x-latchkey': '1' })
    if (accessToken) headers.set('authorization', `Bearer ${await accessToken()}`)
    if (body) headers.set('content-type', 'application/json')
    const timeout = AbortSignal.timeout(timeoutMs)
    const response = await send(`${baseUrl}${path}`, {
      method,
      headers,
      credentials: accessToken ? 'omit' : 'same-origin',
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch((cause: unknown) => {
      throw new LatchkeyClientError('The server did not answer', 'ERR_CLIENT_UNREACHABLE', 0, '', cause)
    })
    return await read(response)
  }

  const post = async <T>(path: string, body: object, signal?: AbortSignal): Promise<T> =>
    reviveInstants(await request('POST', path, body, signal)) as T
  const client: LatchkeyClient = {
    me: async () => {
      try {
        return (await request('GET', '/v1/me')) as unknown as Me
      } catch (error) {
        if (error instanceof LatchkeyClientError && error.code === 'ERR_CLIENT_SIGNED_OUT') return undefined
        throw error
      }
    },
    signInUrl: (returnTo = '/') => `${baseUrl}/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`,
    signOut: async () => {
      // Whoever holds a token has no cookie, and ends the session that the token is of.
      if (accessToken) await request('DELETE', '/v1/sessions/current')
      else await request('POST', '/auth/sign-out')
    },
    communicationToken: (scopes) => post('/v1/tokens/communication', scopes ? { scopes } : {}),
    communicationCredential: (scopes) => ({
      tokenRefresher: async () => (await client.communicationToken(scopes)).token,
      refreshProactively: true,
    }),
    fluidToken: ({ documentId, signal } = {}) =>
      post('/v1/tokens/fluid', documentId ? { documentId } : {}, signal),
    cosmosTokens: () => post('/v1/tokens/cosmos', {}),
  }
  return client
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

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const answer = parseObject(text)
  if (response.ok && (answer || text === '')) return answer ?? {}
  const problem = textOf(answer?.['code']) ?? ''
  const { status } = response
  if (status === 401) {
    throw new LatchkeyClientError('Nobody is signed in', 'ERR_CLIENT_SIGNED_OUT', status, problem)
  }
  if (response.ok) throw new LatchkeyClientError('The answer is not JSON', 'ERR_CLIENT_ANSWER', status)
  const title = textOf(answer?.['detail']) ?? textOf(answer?.['title']) ?? `The server answered ${status}`
  throw new LatchkeyClientError(title, 'ERR_CLIENT_REFUSED', status, problem)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function parseObject(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Answer) : undefined
  } catch {
    return undefined
  }
}

// Every instant of an answer is a member called expiresOn.
function reviveInstants(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reviveInstants)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'expiresOn' && typeof member === 'string' ? new Date(member) : reviveInstants(member),
    ]),
  )
}
