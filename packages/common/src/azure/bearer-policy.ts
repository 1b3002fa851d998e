/**
 * Entra ID tokens as a step of an Azure pipeline.
 */

import type { AbortSignalLike } from '../credential/abort.ts'
import { parseSchedule, signInTimeoutMs } from '../credential/refresh-options.ts'
import { TokenSource } from '../credential/token-source.ts'
import { LatchkeyError } from '../errors.ts'
import type { PipelinePolicyLike } from './pipeline.ts'

/** Why a request cannot carry a token. */
export type BearerErrorCode =
  /** The url is not https. */
  | 'ERR_BEARER_INSECURE'
  /** The credential returned no token. */
  | 'ERR_BEARER_TOKEN'

/** The part of a `TokenCredential` of `@azure/core-auth` that is used here. */
export interface TokenCredential {
  getToken(
    scopes: string | string[],
    options?: { abortSignal?: AbortSignalLike; claims?: string; enableCae?: boolean },
  ): Promise<{ token: string; expiresOnTimestamp: number } | null>
}

// The double slash is the service's own.
const scopes = ['https://communication.azure.com//.default']
const refreshBeforeSeconds = 120

/**
 * Makes a pipeline policy that adds an Entra token for Communication Services, and answers one claims challenge.
 *
 * @throws {@link LatchkeyError} while sending: `ERR_BEARER_INSECURE`, `ERR_BEARER_TOKEN`; `ERR_TOKEN_TIMEOUT` for a
 *   credential that needs more than 15 minutes, the time of a device code.
 */
export function createBearerPolicy(credential: TokenCredential): PipelinePolicyLike {
  const createSource = (claims?: string): TokenSource =>
    new TokenSource({
      schedule: parseSchedule({ minimumRemainingSeconds: refreshBeforeSeconds }),
      signInTimeoutMs,
      fetch: async (abortSignal) => {
        const options = { abortSignal, enableCae: true, ...(claims !== undefined && { claims }) }
        const token = await credential.getToken(scopes, options)
        if (token === null) {
          const code = 'ERR_BEARER_TOKEN'
          throw new LatchkeyError<BearerErrorCode>('The credential answered no token', { code })
        }
        return token
      },
    })
  let source = createSource()
  return {
    name: 'bearerTokenAuthenticationPolicy',
    async sendRequest(request, next) {
      assertSecure(request.url)
      const send = async () => {
        const { token } = source.fresh ?? (await source.refresh(request.abortSignal))
        request.headers.set('Authorization', `Bearer ${token}`)
        return next(request)
      }
      const response = await send()
      const claims = readChallenge(response)
      if (claims === undefined) return response
      source = createSource(claims)
      return send()
    },
  }
}

function assertSecure(url: string): void {
  if (url.toLowerCase().startsWith('https://')) return
  throw new LatchkeyError<BearerErrorCode>(
    'Bearer token authentication is not permitted for non-TLS protected (non-https) URLs.',
    { code: 'ERR_BEARER_INSECURE' },
  )
}

// Continuous access evaluation: a 401 that says, in base64, which claims the next token must hold.
function readChallenge(response: unknown): string | undefined {
  const { headers, status } = response as {
    status?: number
    headers?: { get(name: string): string | undefined }
  }
  const challenge = status === 401 ? (headers?.get('WWW-Authenticate') ?? '') : ''
  if (!(challenge.startsWith('Bearer ') && challenge.includes('error="insufficient_claims"')))
    return undefined
  const claims = /\bclaims="([A-Za-z0-9+/=]{1,4096})"/.exec(challenge)?.[1]
  try {
    return claims && atob(claims)
  } catch {
    return undefined
  }
}
