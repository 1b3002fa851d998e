/**
 * E-mail and password at Entra External ID, through its native authentication API, and the refresh of what it gave:
 * External ID has no password grant, but lets an app of one's own ask for a password in three steps.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reference-native-authentication-api
 */

import type { Clock } from '@latchkey/common'
import { grantError, inputError, serverError } from '../errors.ts'
import { asObject, type Fetch, requestUpstream, upstreamFailure } from '../upstream-request.ts'
import type { ProviderMetadata } from './discovery.ts'
import type { PasswordGrant } from './identity-provider.ts'
import { readTokens } from './password-grant.ts'

export interface NativePasswordGrantOptions {
  readonly metadata: () => Promise<ProviderMetadata>
  /** An app that is public and has native authentication switched on. */
  readonly clientId: string
  /** Whether its tokens go to clients and come back, so that they have to be for this app and not for Graph. */
  readonly handsOutTokens: boolean
  readonly fetch: Fetch
  readonly clock: Clock
}

type Body = Readonly<Record<string, unknown>>

// What we can do; `redirect` says that we can also send the person to a browser, which every app must say.
const challengeType = 'password redirect'

/** Makes the password grant of External ID. */
export function createNativePasswordGrant(options: NativePasswordGrantOptions): PasswordGrant {
  const { clientId, handsOutTokens, fetch, clock } = options
  // By its id an app may ask for a token for itself; the address of its own API would have to be set up first.
  const scope = handsOutTokens ? `openid offline_access ${clientId}/.default` : 'openid offline_access'
  const post = async (step: string, fields: Readonly<Record<string, string>>): Promise<Body> => {
    const { tokenEndpoint } = await options.metadata()
    const url = tokenEndpoint.replace(/token$/, step)
    const answer = await requestUpstream({ fetch, service: 'external-id' }, url, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, ...fields }),
    })
    const body = asObject(answer.body)
    if (answer.status === 200) return body
    throw refusal(answer.status, body) ?? upstreamFailure('external-id', answer)
  }
  return {
    signIn: async (email, password) => {
      const started = await post('initiate', { username: email, challenge_type: challengeType })
      const challenged = await post('challenge', {
        continuation_token: continuationOf(started),
        challenge_type: challengeType,
      })
      if (challenged['challenge_type'] !== 'password') throw grantError('another_challenge')
      const tokens = await post('token', {
        grant_type: 'password',
        continuation_token: continuationOf(challenged),
        password,
        scope,
      })
      return readTokens(tokens, clock, 'external-id')
    },
    refresh: async (refreshToken) => {
      const fields = { grant_type: 'refresh_token', refresh_token: refreshToken, scope }
      return readTokens(await post('token', fields), clock, 'external-id')
    },
  }
}

function continuationOf(body: Body): string {
  // The person has to go to the sign-in page: another factor, another provider, a new password.
  if (body['challenge_type'] === 'redirect') throw grantError('browser_required')
  const token = body['continuation_token']
  if (typeof token === 'string') return token
  throw serverError('ERR_SERVER_UPSTREAM', 'external-id answered without a continuation', {
    service: 'external-id',
  })
}

function refusal(status: number, { error, suberror }: Body): Error | undefined {
  if (status !== 400 && status !== 401) return undefined
  if (error === 'user_not_found' || error === 'invalid_grant' || error === 'expired_token')
    return grantError(error)
  if (suberror === 'nativeauthapi_disabled')
    return inputError('grant', 'This identity provider takes no passwords here')
  return undefined
}
