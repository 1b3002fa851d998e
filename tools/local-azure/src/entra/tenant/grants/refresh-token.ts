/**
 * Refreshing at External ID.
 */

import { issueTenantTokens, type TenantRefreshGrant } from '../issue.ts'
import { authenticateClient, requireField, type TenantTokenRequest } from '../token-request.ts'
import { assertTenantGrant, tenantAccountOf } from './grant-checks.ts'

/** Answers `grant_type=refresh_token`. */
export async function refreshTenantToken(request: TenantTokenRequest): Promise<object> {
  const { application, context, directory, form } = request
  const grant = await context.seal.open<TenantRefreshGrant>('refresh', requireField(form, 'refresh_token'))
  assertTenantGrant(request, grant, 700_082)
  if (grant.confidential) authenticateClient(request)
  const account = tenantAccountOf(request, grant)
  const { authTime, confidential } = grant
  const scope = form.get('scope') ?? grant.scope
  return issueTenantTokens(request, { directory, application, account, scope, authTime, confidential })
}
