/**
 * Redeeming an authorization code of External ID.
 */

import { type CodeChallenge, isCodeVerifier, matchesChallenge } from '../../grants/pkce.ts'
import { EntraError } from '../errors.ts'
import { issueTenantTokens } from '../issue.ts'
import { authenticateClient, requireField, type TenantTokenRequest } from '../token-request.ts'
import { assertTenantGrant, tenantAccountOf } from './grant-checks.ts'

/** What an authorization code stands for. */
export interface TenantCodeGrant {
  readonly tenantId: string
  readonly clientId: string
  readonly objectId: string
  readonly redirectUri: string
  readonly scope: string
  readonly authTime: number
  readonly nonce?: string
  readonly challenge?: CodeChallenge
}

/** Answers `grant_type=authorization_code`. */
export async function redeemTenantCode(request: TenantTokenRequest): Promise<object> {
  const { application, context, directory, form } = request
  const grant = await context.seal.open<TenantCodeGrant>('code', requireField(form, 'code'))
  assertTenantGrant(request, grant, 70_008)
  authenticateClient(request)
  const redirectUri = requireField(form, 'redirect_uri')
  if (redirectUri !== grant.redirectUri) throw new EntraError(50_011, [redirectUri, application.clientId])
  checkVerifier(grant.challenge, form.get('code_verifier'))
  if (!context.spent.spend(grant.id, grant.expiresAt)) throw new EntraError(54_005)
  const account = tenantAccountOf(request, grant)
  const { authTime, nonce } = grant
  return issueTenantTokens(request, {
    directory,
    application,
    account,
    scope: form.get('scope') ?? grant.scope,
    authTime,
    confidential: application.secret !== undefined,
    ...(nonce === undefined ? {} : { nonce }),
  })
}

function checkVerifier(challenge: CodeChallenge | undefined, verifier: string | undefined): void {
  if (!challenge) {
    if (verifier !== undefined) throw new EntraError(50_148)
    return
  }
  if (verifier === undefined) throw new EntraError(900_144, ['code_verifier'])
  if (!isCodeVerifier(verifier)) throw new EntraError(501_481)
  if (!matchesChallenge(verifier, challenge)) throw new EntraError(50_148)
}
