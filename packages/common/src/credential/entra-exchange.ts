/**
 * Exchanges an Entra ID token for a user access token of Azure Communication Services.
 */

import { assertEndpoint } from '../connection-string.ts'
import { LatchkeyError } from '../errors.ts'
import type { AbortSignalLike } from './abort.ts'
import { waitFor } from './abort.ts'
import type { AccessToken, CredentialErrorCode } from './access-token.ts'
import { readHolder } from './access-token.ts'
import type { RefreshSchedule, RefreshScheduleOptions } from './refresh-options.ts'
import { timedOut } from './token-errors.ts'
import type { FetchToken } from './token-source.ts'

/** The part of a `TokenCredential` of `@azure/core-auth` that is used here; every one of `@azure/identity` fits. */
export interface EntraTokenCredential {
  getToken(
    scopes: string | string[],
    options?: { abortSignal?: AbortSignalLike },
  ): Promise<{ token: string; expiresOnTimestamp: number } | null>
}

/** How a credential exchanges Entra tokens. */
export interface EntraCommunicationTokenCredentialOptions extends RefreshScheduleOptions {
  /** `https://{resource}.communication.azure.com`; plain http only on this machine. */
  resourceEndpoint: string
  tokenCredential: EntraTokenCredential
  /** Default `https://communication.azure.com/clients/.default`. */
  scopes?: string[]
  /** Sends the exchange. Default: the global `fetch`. */
  fetch?: typeof fetch
}

const clientsPrefix = 'https://communication.azure.com/clients/'
const teamsPrefixes = [
  'https://auth.msft.communication.azure.com/',
  'https://auth.msft.communication.azure.us/',
]

/**
 * Makes the function that fetches a token by exchange. It asks the Entra credential each time, and exchanges anew when
 * that returns another token than before (somebody else signed in) or the current token must be replaced.
 *
 * @throws {@link LatchkeyError} `ERR_ENTRA_SCOPES`, `ERR_ENDPOINT`; the function rejects with `ERR_ENTRA_TOKEN`,
 *   `ERR_ENTRA_EXCHANGE` and `ERR_TOKEN_TIMEOUT`, or with what the Entra credential rejects with.
 */
export function createEntraExchange(
  options: EntraCommunicationTokenCredentialOptions,
  schedule: RefreshSchedule,
): FetchToken {
  const { resourceEndpoint, tokenCredential } = options
  const scopes = readScopes(options.scopes ?? [`${clientsPrefix}.default`])
  assertEndpoint(resourceEndpoint)
  const url = new URL(exchangePath(scopes), resourceEndpoint)
  let exchanged: string | undefined
  return async (signal, keep, forget) => {
    const entra = await tokenCredential.getToken([...scopes], { abortSignal: signal })
    if (!entra?.token) throw failure('ERR_ENTRA_TOKEN', 'The Entra credential answered no token')
    if (keep !== undefined && entra.token === exchanged) return keep
    // Somebody else: should this exchange fail, the former person's token is no substitute.
    if (exchanged !== undefined && readHolder(exchanged, 'oid') !== readHolder(entra.token, 'oid')) forget()
    signal.throwIfAborted()
    const token = await inTime(schedule, signal, async (deadline) =>
      exchange(options.fetch ?? fetch, url, entra.token, deadline),
    )
    exchanged = entra.token
    return token
  }
}

// A person may take a quarter of an hour to sign in; the service may not, to answer.
async function inTime<T>(
  { clock, timeoutMs }: RefreshSchedule,
  signal: AbortSignal,
  send: (deadline: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController()
  const cancel = clock.schedule(timeoutMs, () => deadline.abort(timedOut()))
  const abort = (): void => deadline.abort(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    return await waitFor(send(deadline.signal), deadline.signal)
  } finally {
    cancel()
    signal.removeEventListener('abort', abort)
  }
}

function exchangePath(scopes: readonly string[]): string {
  const allStartWith = (...prefixes: readonly string[]): boolean =>
    scopes.length > 0 && scopes.every((scope) => prefixes.some((prefix) => scope.startsWith(prefix)))
  if (allStartWith(...teamsPrefixes))
    return '/access/teamsExtension/:exchangeAccessToken?api-version=2025-06-30'
  if (allStartWith(clientsPrefix)) return '/access/entra/:exchangeAccessToken?api-version=2025-03-02-preview'
  throw unknownScopes()
}

function readScopes(scopes: unknown): readonly string[] {
  if (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')) return [...scopes]
  throw unknownScopes()
}

function unknownScopes(): LatchkeyError<CredentialErrorCode> {
  const known = [...teamsPrefixes, clientsPrefix].join(', ')
  const message = `Scopes validation failed. Ensure all scopes start with one of ${known}.`
  return failure('ERR_ENTRA_SCOPES', message)
}

async function exchange(
  send: typeof fetch,
  url: URL,
  entraToken: string,
  signal: AbortSignal,
): Promise<AccessToken> {
  const headers = {
    authorization: `Bearer ${entraToken}`,
    'content-type': 'application/json',
    accept: 'application/json',
  }
  let response: Response
  let body: unknown
  try {
    // A redirect is an answer like any other that is not 200: the token goes nowhere else.
    response = await send(url, { method: 'POST', headers, body: '{}', redirect: 'manual', signal })
    body = await response.json().catch(() => undefined)
  } catch (cause) {
    signal.throwIfAborted()
    throw failure('ERR_ENTRA_EXCHANGE', 'The token exchange did not reach the service', {}, cause)
  }
  const { status: statusCode } = response
  const token = statusCode === 200 ? readToken(body) : undefined
  if (token !== undefined) return token
  const serviceCode = readServiceCode(body)
  const message = `The token exchange failed with status ${statusCode}`
  throw failure(
    'ERR_ENTRA_EXCHANGE',
    message,
    serviceCode === undefined ? { statusCode } : { statusCode, serviceCode },
  )
}

function readToken(body: unknown): AccessToken | undefined {
  const { token, expiresOn } = member(member(body, 'accessToken')) as { token?: unknown; expiresOn?: unknown }
  const expiresOnTimestamp = typeof expiresOn === 'string' ? Date.parse(expiresOn) : Number.NaN
  if (typeof token !== 'string' || token === '' || !Number.isFinite(expiresOnTimestamp)) return undefined
  return { token, expiresOnTimestamp }
}

// The code only: the message is foreign text and may repeat what was sent.
function readServiceCode(body: unknown): string | undefined {
  const code = member(member(body, 'error'), 'code')
  return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : undefined
}

function member(value: unknown, name?: string): unknown {
  const members = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  return name === undefined ? members : members[name]
}

function failure(
  code: CredentialErrorCode,
  message: string,
  details: Record<string, string | number> = {},
  cause?: unknown,
): LatchkeyError<CredentialErrorCode> {
  return new LatchkeyError(message, { code, details, cause })
}
