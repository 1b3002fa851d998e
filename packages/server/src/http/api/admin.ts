/**
 * Who is asking for an admin function: by access token, or by refresh token where the original takes one.
 */

import { isLatchkeyError } from '@latchkey/common'
import { forbiddenError, serverError, tokenError } from '../../errors.ts'
import { personOfRefreshToken, personOfUpstream } from '../../flows/refresh.ts'
import type { FlowContext, Parts } from '../../parts.ts'
import { adminRole, type Person } from '../../person.ts'

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
export async function requireAdmin(
  parts: Parts,
  context: FlowContext,
  credentials: AdminCredentials,
): Promise<Person> {
  const person = await personBehind(parts, context, credentials)
  if (person.role !== adminRole) throw forbiddenError(person.id)
  await parts.sessions.confirm(person)
  return person
}

async function personBehind(
  parts: Parts,
  context: FlowContext,
  { authToken, refreshToken }: AdminCredentials,
): Promise<Person> {
  try {
    if (refreshToken !== undefined) return await personOfRefreshToken(parts, context, refreshToken)
    if (authToken !== undefined) return await personOfAccessToken(parts, authToken)
  } catch (error) {
    // As in the original, a bad token of an admin is 401, whichever it is.
    if (isLatchkeyError(error, 'ERR_SERVER_GRANT')) throw tokenError('grant')
    throw error
  }
  throw serverError('ERR_SERVER_UNAUTHENTICATED', 'auth_token is missing')
}

/** Who an access token is of. @throws `ERR_SERVER_TOKEN`. */
export async function personOfAccessToken(parts: Parts, token: string): Promise<Person> {
  const isUpstream = parts.settings.api.tokens === 'upstream' && !token.startsWith(ownTokenHead)
  return isUpstream ? personOfUpstream(parts, token) : parts.accessTokens.verify(token)
}

// Our access tokens are the only ones whose header begins with this algorithm; verifying decides, this only dispatches.
const ownTokenHead = Buffer.from('{"alg":"EdDSA"').toString('base64url').slice(0, 18)
