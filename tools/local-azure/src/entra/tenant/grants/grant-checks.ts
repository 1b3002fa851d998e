/**
 * What a code and a refresh token of External ID are checked for alike.
 */

import type { Account } from '../../directory/account.ts'
import type { Sealed } from '../../grants/seal.ts'
import type { EntraErrorNumber } from '../error-table.ts'
import { EntraError } from '../errors.ts'
import type { TenantTokenRequest } from '../token-request.ts'

/** What both kinds of grant say of where they came from. */
export interface TenantGrantOrigin {
  readonly tenantId: string
  readonly clientId: string
}

/** Checks that a grant is one, made here for this client, and not too old; `expired` is the number for that. */
export function assertTenantGrant<T extends TenantGrantOrigin & Sealed>(
  { application, context, directory }: TenantTokenRequest,
  grant: T | undefined,
  expired: EntraErrorNumber,
): asserts grant is T {
  if (!grant) throw new EntraError(70_000)
  if (grant.tenantId !== directory.tenantId) throw new EntraError(700_005)
  if (grant.clientId !== application.clientId) throw new EntraError(70_000)
  if (grant.expiresAt <= context.nowSeconds()) throw new EntraError(expired)
}

/** The account behind a grant. @throws {@link EntraError} 50034, 50057 or 50173 */
export function tenantAccountOf(
  { directory }: TenantTokenRequest,
  grant: { readonly objectId: string; readonly issuedAtMs: number },
): Account {
  const account = directory.accounts.find(grant.objectId)
  if (!account) throw new EntraError(50_034)
  if (!account.enabled) throw new EntraError(50_057)
  if (grant.issuedAtMs < account.validFromMs) throw new EntraError(50_173)
  return account
}
