/**
 * Requests to `/v1`, by the cookie of this origin or by a bearer token.
 */

/** How the server is reached. */
export interface LatchkeyClientOptions {
  /** Default: this origin. */
  readonly baseUrl?: string
  /** Answers an access token. Default: the session cookie is used. */
  readonly getAccessToken?: () => string | Promise<string>
  readonly fetch?: typeof globalThis.fetch
  /** Default 10,000. */
  readonly timeoutMs?: number
}

/** A token for Azure Communication Services. */
export interface CommunicationTokenAnswer {
  readonly token: string
  readonly expiresOn: string
  readonly userId: string
  readonly endpoint: string
}

/** A token for a live document. */
export interface FluidTokenAnswer {
  readonly token: string
  readonly expiresOn: string
  readonly tenantId: string
  readonly endpoint: string
  readonly user: { readonly id: string; readonly name: string }
}

/** One partition of one container. */
export interface CosmosPermission {
  readonly container: string
  readonly mode: 'read' | 'all'
  readonly partitionKey: string
  readonly token: string
  readonly expiresOn: string
}

/** What the caller may open in Cosmos DB. */
export interface CosmosTokenAnswer {
  readonly endpoint: string
  readonly database: string
  readonly expiresOn: string
  readonly permissions: readonly CosmosPermission[]
}

/** An answer that was not a success. */
export class LatchkeyRequestError extends Error {
  override readonly name: string = 'LatchkeyRequestError'
  readonly status: number
  /** The `code` of the problem, for example `invalid_token`; empty when there was none. */
  readonly code: string

  constructor(status: number, code: string) {
    super(`The server answered ${status} ${code}`.trim())
    this.status = status
    this.code = code
  }
}

/** Talks to `/v1`. */
export interface LatchkeyClient {
  /** Sends a request and answers its JSON. @throws {@link LatchkeyRequestError}. */
  send<T>(method: string, path: string, body?: object, signal?: AbortSignal): Promise<T>
  communicationToken(scopes?: readonly string[], signal?: AbortSignal): Promise<CommunicationTokenAnswer>
  fluidToken(documentId?: string, signal?: AbortSignal): Promise<FluidTokenAnswer>
  cosmosTokens(signal?: AbortSignal): Promise<CosmosTokenAnswer>
}

/**
 * Makes a client.
 *
 * @example
 * ```ts
 * const latchkey = createLatchkeyClient()
 * const { permissions } = await latchkey.cosmosTokens()
 * ```
 */
export function createLatchkeyClient(options: LatchkeyClientOptions = {}): LatchkeyClient {
  const { baseUrl = '', getAccessToken, timeoutMs = 10_000 } = options
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))

  const send = async <T>(method: string, path: string, body?: object, signal?: AbortSignal): Promise<T> => {
    const timeout = AbortSignal.timeout(timeoutMs)
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        'x-latchkey': '1',
        ...(body && { 'content-type': 'application/json' }),
        ...(getAccessToken && { authorization: `Bearer ${await getAccessToken()}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
      credentials: getAccessToken ? 'omit' : 'include',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined)
    if (response.ok) return answer as T
    throw new LatchkeyRequestError(response.status, String((answer as { code?: string })?.code ?? ''))
  }

  return {
    send,
    communicationToken: (scopes, signal) =>
      send('POST', '/v1/tokens/communication', scopes ? { scopes } : {}, signal),
    fluidToken: (documentId, signal) =>
      send('POST', '/v1/tokens/fluid', documentId === undefined ? {} : { documentId }, signal),
    cosmosTokens: (signal) => send('POST', '/v1/tokens/cosmos', {}, signal),
  }
}
