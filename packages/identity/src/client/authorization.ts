/**
 * What proves to the service that we may ask: a signature, or an Entra token.
 */

import type { Clock, KeyCredential } from '@latchkey/common'
import { createSyncHeaderSigner, type SyncHeaderSigner } from '@latchkey/common/node'
import { CommunicationIdentityError } from '../errors.ts'
import { unlessAborted } from './sleep.ts'

/** A source of Entra tokens, for example `DefaultAzureCredential` or `ManagedIdentityCredential` of `@azure/identity`. */
export interface TokenCredential {
  getToken(scopes: string | string[], options?: { abortSignal?: AbortSignal }): Promise<EntraToken | null>
}

/** What a {@link TokenCredential} answers; instants in milliseconds since the epoch. */
export interface EntraToken {
  readonly token: string
  readonly expiresOnTimestamp: number
  /** From when on a new one should be fetched. Default: two minutes before the end. */
  readonly refreshAfterTimestamp?: number | undefined
}

/** Answers the headers that open a request; asked anew for each attempt. */
export type Authorizer = (request: {
  readonly method: string
  readonly url: string
  readonly body: string
}) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>

// The double slash is the service's own.
const entraScope = 'https://communication.azure.com//.default'
// As Azure's clients do: a new token is fetched beside the calls this long before the end of the old one,
const entraMarginMs = 120_000
// not more often than this,
const entraPauseMs = 3_000
// and waited for only this long before the end.
const entraReserveMs = 1_000
// A credential that never answers must not hold every call there will be.
const entraTimeoutMs = 10_000

/** Signs with an access key; a key that is exchanged in the credential is used from the next attempt on. */
export function signWith(credential: KeyCredential, clock: Clock): Authorizer {
  let key = credential.key
  let sign: SyncHeaderSigner = createSyncHeaderSigner(key, { clock })
  return (request) => {
    if (credential.key !== key) {
      key = credential.key
      sign = createSyncHeaderSigner(key, { clock })
    }
    return sign(request)
  }
}

/**
 * Shows an Entra token: one for all calls, replaced in the background in the last minutes of its life, so that no call
 * waits for a credential, or fails with it, while the token is good.
 */
export function bearWith(credential: TokenCredential, clock: Clock): Authorizer {
  let headers: Readonly<Record<string, string>> = {}
  let endsAtMs = Number.NEGATIVE_INFINITY
  let renewAtMs = Number.NEGATIVE_INFINITY
  let pending: Promise<void> | undefined
  const fetchToken = async (): Promise<void> => {
    const controller = new AbortController()
    const { signal } = controller
    const cancel = clock.schedule(entraTimeoutMs, () => controller.abort())
    try {
      const given = await unlessAborted(credential.getToken(entraScope, { abortSignal: signal }), signal)
      const { expiresOnMs, refreshAfterMs, token } = parseToken(given, clock.now())
      headers = { authorization: `Bearer ${token}` }
      endsAtMs = expiresOnMs - entraReserveMs
      renewAtMs = Math.min(expiresOnMs - entraMarginMs, refreshAfterMs)
    } catch (cause) {
      throw noToken(cause)
    } finally {
      cancel()
      renewAtMs = Math.max(renewAtMs, clock.now() + entraPauseMs)
    }
  }
  return async () => {
    const nowMs = clock.now()
    const isOver = nowMs >= endsAtMs
    if (isOver || nowMs >= renewAtMs) {
      pending ??= fetchToken().finally(() => {
        pending = undefined
      })
      if (isOver) await pending
      else pending.catch(() => undefined)
    }
    return headers
  }
}

function parseToken(
  given: EntraToken | null | undefined,
  nowMs: number,
): { readonly token: string; readonly expiresOnMs: number; readonly refreshAfterMs: number } {
  const { expiresOnTimestamp = nowMs, refreshAfterTimestamp = Number.POSITIVE_INFINITY, token } = given ?? {}
  // What cannot stand in a header would look like a failed connection.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw new UnusableTokenError('The credential answered no token that can be sent')
  // Without an end it is good for this once.
  const expiresOnMs = Number.isFinite(expiresOnTimestamp) ? expiresOnTimestamp : nowMs
  return { token, expiresOnMs, refreshAfterMs: refreshAfterTimestamp }
}

class UnusableTokenError extends Error {}

function noToken(cause: unknown): CommunicationIdentityError {
  const code = isFinal(cause) ? 'ERR_IDENTITY_DENIED' : 'ERR_IDENTITY_UNAVAILABLE'
  return new CommunicationIdentityError(code, 'No Entra token for the service could be had', {}, cause)
}

// What Entra refused it will refuse again; that it could not be asked passes. By the errors of @azure/identity.
function isFinal(cause: unknown): boolean {
  if (cause instanceof UnusableTokenError) return true
  if (typeof cause !== 'object' || cause === null) return false
  const { errors, name, statusCode } = cause as { errors?: unknown; name?: unknown; statusCode?: unknown }
  if (Array.isArray(errors) && errors.length > 0) return errors.every(isFinal)
  if (name === 'CredentialUnavailableError') return true
  if (typeof statusCode !== 'number' || statusCode === 408 || statusCode === 429) return false
  return statusCode >= 400 && statusCode < 500
}
