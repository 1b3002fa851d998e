/**
 * What proves to the service that we may ask: a signature, or an Entra token.
 */

import type { Clock, KeyCredential } from '@latchkey/common'
import { createSyncHeaderSigner, type SyncHeaderSigner } from '@latchkey/common/node'
import { CommunicationIdentityError } from '../errors.ts'
import { unlessAborted } from './sleep.ts'

/** A source of Entra tokens, for example `DefaultAzureCredential` or `ManagedIdentityCredential` of `@azure/identity`. */
export interface TokenCredential {
  getToken(
    scopes: string | string[],
    options?: { abortSignal?: AbortSignal },
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>
}

/** Answers the headers that open a request; asked anew for each attempt. */
export type Authorizer = (request: {
  readonly method: string
  readonly url: string
  readonly body: string
}) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>

// The double slash is the service's own.
const entraScope = 'https://communication.azure.com//.default'
// Entra tokens are fetched anew this long before they end.
const entraMarginMs = 120_000
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

/** Shows an Entra token, fetched once for all calls until shortly before it ends. */
export function bearWith(credential: TokenCredential, clock: Clock): Authorizer {
  let headers: Readonly<Record<string, string>> = {}
  let freshUntilMs = Number.NEGATIVE_INFINITY
  let pending: Promise<void> | undefined
  const refresh = async (): Promise<void> => {
    const controller = new AbortController()
    const { signal } = controller
    const cancel = clock.schedule(entraTimeoutMs, () => controller.abort())
    try {
      const token = await unlessAborted(credential.getToken(entraScope, { abortSignal: signal }), signal)
      if (!token?.token) throw new Error('The credential answered no token')
      headers = { authorization: `Bearer ${token.token}` }
      freshUntilMs = token.expiresOnTimestamp - entraMarginMs
    } catch (cause) {
      const message = 'No Entra token for the service could be had'
      const code = signal.aborted ? 'ERR_IDENTITY_UNAVAILABLE' : 'ERR_IDENTITY_DENIED'
      throw new CommunicationIdentityError(code, message, {}, cause)
    } finally {
      cancel()
      pending = undefined
    }
  }
  return async () => {
    if (clock.now() >= freshUntilMs) {
      pending ??= refresh()
      await pending
    }
    return headers
  }
}
