/**
 * E-mail and password at B2C's ROPC policy, and the refresh of what it gave: our own small client.
 *
 * msal-node cannot do this in a server: it hides refresh tokens, and one person's 429 stops everybody (reference in
 * docs/decisions/server.md). Parameters travel in the body, never in the address.
 */

import type { Clock } from '@latchkey/common'
import { grantError, serverError } from '../errors.ts'
import { asObject, type Fetch, requestUpstream, upstreamFailure } from '../upstream-request.ts'
import type { ProviderMetadata } from './discovery.ts'
import type { PasswordGrant, UpstreamTokens } from './identity-provider.ts'

export interface PasswordGrantOptions {
  readonly metadata: () => Promise<ProviderMetadata>
  readonly clientId: string
  readonly fetch: Fetch
  readonly clock: Clock
}

// Refusals that are the person's: wrong credentials, locked, gone, expired or revoked grants.
const personal = /^AADB2C(90052|90054|90055|90080|90088|90111|90114|90128|90129|90205|90224|90225|99002):/

/** Makes the password grant of B2C's ROPC policy. */
export function createPasswordGrant(options: PasswordGrantOptions): PasswordGrant {
  const { clientId, fetch, clock } = options
  const post = async (fields: Readonly<Record<string, string>>): Promise<UpstreamTokens> => {
    const { tokenEndpoint } = await options.metadata()
    const answer = await requestUpstream({ fetch, service: 'b2c' }, tokenEndpoint, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, ...fields }),
    })
    if (answer.status === 200) return readTokens(answer.body, clock)
    throw refusal(answer.status, answer.body) ?? upstreamFailure('b2c', answer)
  }
  const scope = `openid ${clientId} offline_access`
  return {
    signIn: (email, password) =>
      post({ grant_type: 'password', username: email, password, scope, response_type: 'token id_token' }),
    refresh: (refreshToken) =>
      post({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        scope,
        response_type: 'token id_token',
      }),
  }
}

function refusal(status: number, body: unknown): Error | undefined {
  if (status !== 400 && status !== 401) return undefined
  const { error, error_description: description } = asObject(body)
  const text = typeof description === 'string' ? description : ''
  if (personal.test(text) || error === 'invalid_grant' || error === 'access_denied')
    return grantError(text.slice(0, 11) || 'refused')
  return undefined
}

/** Reads a token answer; numbers may come as text. */
export function readTokens(body: unknown, clock: Clock, service = 'b2c'): UpstreamTokens {
  const answer = asObject(body)
  const accessToken = answer['access_token']
  const refreshToken = answer['refresh_token']
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string')
    throw serverError('ERR_SERVER_UPSTREAM', `${service} answered without tokens`, { service })
  const expiresIn = wholeNumber(answer['expires_in']) ?? 3_600
  const notBefore = wholeNumber(answer['not_before'])
  const { id_token: idToken, resource } = answer
  return {
    accessToken,
    refreshToken,
    expiresIn,
    expiresOn: wholeNumber(answer['expires_on']) ?? Math.floor(clock.now() / 1000) + expiresIn,
    ...(typeof idToken === 'string' && { idToken }),
    ...(typeof resource === 'string' && { resource }),
    ...(notBefore !== undefined && { notBefore }),
  }
}

// B2C answers some numbers as numbers and some as text.
function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? Math.floor(number) : undefined
}
