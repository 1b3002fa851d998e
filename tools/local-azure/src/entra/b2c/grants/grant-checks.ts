/**
 * What a code and a refresh token are checked for alike.
 */

import type { Account } from '../../directory/account.ts'
import type { Sealed } from '../../grants/seal.ts'
import { B2cError } from '../errors.ts'
import type { TokenRequest } from '../token-request.ts'

/** What both kinds of grant say of where they came from. */
export interface GrantOrigin {
  readonly policy: string
  readonly clientId: string
}

/**
 * Checks that a grant is one, and was made here for this client, and is not too old.
 *
 * @throws {@link B2cError} AADB2C90090, AADB2C90088, AADB2C90068 or AADB2C90080
 */
export function assertGrant<T extends GrantOrigin & Sealed>(
  { context, policy, application }: TokenRequest,
  grant: T | undefined,
): asserts grant is T {
  if (!grant) throw new B2cError('AADB2C90090')
  if (grant.policy !== policy.name) throw new B2cError('AADB2C90088', grant.policy, policy.name)
  if (grant.clientId !== application.clientId) throw new B2cError('AADB2C90068', application.clientId)
  const now = context.nowSeconds()
  if (grant.expiresAt > now) return
  throw new B2cError('AADB2C90080', String(now), String(grant.issuedAt), String(grant.expiresAt))
}

/**
 * The account behind a grant.
 *
 * @throws {@link B2cError} AADB2C90128 when it is gone; AADB2C90129 when it is disabled, or its grants were revoked since.
 */
export function accountOf(
  { context }: TokenRequest,
  grant: { readonly objectId: string; readonly issuedAtMs: number },
): Account {
  const account = context.directories.b2c.accounts.find(grant.objectId)
  if (!account) throw new B2cError('AADB2C90128')
  const isRevoked = grant.issuedAtMs < account.validFromMs
  if (isRevoked || !account.enabled) throw new B2cError('AADB2C90129')
  return account
}
