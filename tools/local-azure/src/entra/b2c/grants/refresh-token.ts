/**
 * Refreshing.
 *
 * A refresh token belongs to the policy that made it. Each use makes a new one, and the old one goes on working until it
 * expires or is revoked by date: B2C does not detect reuse.
 */

import { issueTokens, type RefreshGrant } from '../issue.ts'
import { parseScopes } from '../scopes.ts'
import { authenticate, require, type TokenRequest } from '../token-request.ts'
import { describeGrant } from './grant-answer.ts'
import { accountOf, assertGrant } from './grant-checks.ts'

/** Answers `grant_type=refresh_token`. */
export async function refresh(request: TokenRequest): Promise<object> {
  const { application, context, form, policy } = request
  const grant = await context.seal.open<RefreshGrant>('refresh', require(form, 'refresh_token'))
  assertGrant(request, grant)
  authenticate(request, grant.confidential)
  const account = accountOf(request, grant)
  const scopes = parseScopes(context, application, form.get('scope') ?? grant.scope)
  const { authTime, confidential, passwordGrant } = grant
  const issued = await issueTokens(
    context,
    { policy, application, account, scopes, authTime, confidential, passwordGrant },
    { idToken: true, refreshToken: true },
  )
  return describeGrant(request, account, scopes, issued)
}
