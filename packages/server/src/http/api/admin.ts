/**
 * Who is asking for an admin function: by access token, or by refresh token where the original takes one.
 */

import { isLatchkeyError } from '@latchkey/common'
import { serverError, tokenError } from '../../errors.ts'
import { personOfUpstream } from '../../flows/refresh.ts'
import type { Parts } from '../../parts.ts'
import { adminRole, type Person } from '../../person.ts'
import { isOwnRefreshToken } from '../../sessions/refresh-token.ts'

/** The credentials of an admin function. */
export interface AdminCredentials {
  readonly authToken?: string | undefined
  readonly refreshToken?: string | undefined
}

/**
 * The admin behind the credentials.
 *
 * @throws `ERR_SERVER_UNAUTHENTICATED`, `ERR_SERVER_TOKEN` for missing or bad ones; `ERR_SERVER_FORBIDDEN` for somebody
 *   who is not an admin.
 */
export async function requireAdmin(parts: Parts, credentials: AdminCredentials): Promise<Person> {
  const person = await personBehind(parts, credentials)
  if (person.role !== adminRole) throw serverError('ERR_SERVER_FORBIDDEN', 'Not allowed')
  await parts.sessions.confirm(person)
  return person
}

async function personBehind(parts: Parts, { authToken, refreshToken }: AdminCredentials): Promise<Person> {
  try {
    if (refreshToken !== undefined) return await personOfRefreshToken(parts, refreshToken)
    if (authToken !== undefined) return await personOfAccessToken(parts, authToken)
  } catch (error) {
    // As in the original, a bad token of an admin is 401, whichever it is.
    if (isLatchkeyError(error, 'ERR_SERVER_GRANT')) throw tokenError('grant')
    throw error
  }
  throw serverError('ERR_SERVER_UNAUTHENTICATED', 'auth_token is missing')
}

/** Who a refresh token is of, without using ours up. @throws `ERR_SERVER_GRANT`. */
export async function personOfRefreshToken(parts: Parts, refreshToken: string): Promise<Person> {
  const { passwordGrant } = parts.provider
  const isUpstream = parts.settings.api.tokens === 'upstream' && !isOwnRefreshToken(refreshToken)
  if (!isUpstream || !passwordGrant) return parts.sessions.identify(refreshToken)
  return personOfUpstream(parts, (await passwordGrant.refresh(refreshToken)).accessToken)
}

/** Who an access token is of. @throws `ERR_SERVER_TOKEN`. */
export async function personOfAccessToken(parts: Parts, token: string): Promise<Person> {
  const isUpstream = parts.settings.api.tokens === 'upstream' && !token.startsWith(ownTokenHead)
  return isUpstream ? personOfUpstream(parts, token) : parts.accessTokens.verify(token)
}

// Our access tokens are the only ones whose header begins with this algorithm; verifying decides, this only dispatches.
const ownTokenHead = Buffer.from('{"alg":"EdDSA"').toString('base64url').slice(0, 18)
