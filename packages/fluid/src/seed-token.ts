/**
 * The two functions that teams already call, completed.
 */

import { type Clock, systemClock } from '@latchkey/common'
import jsonwebtoken from 'jsonwebtoken'
import { v4 as uuid } from 'uuid'
import { fluidError } from './errors.ts'
import { assertClock, assertGiven } from './given.ts'
import { type FluidScope, fluidScopes, parseScopes } from './scopes.ts'
import { createFluidTokenSigner, parseLifetime, readClock } from './signer.ts'
import { parseDocumentId, parseTenantId } from './tenant.ts'
import { parseTenantKey, type TenantKey } from './tenant-key.ts'
import { type FluidUser, formatUser } from './user.ts'

/** What the documented function uses but never defines. */
export interface SignedTokenOptions {
  readonly key: TenantKey
  readonly user: FluidUser
  /** Default: all three. */
  readonly scopes?: readonly FluidScope[] | undefined
  /** Default: the clock of the machine. */
  readonly clock?: Pick<Clock, 'now'> | undefined
}

/**
 * The `getSignedToken` of Microsoft's "Azure Fluid Relay token contract", with the key and the user as parameters and
 * with the `return` its sample lacks.
 *
 * It signs with jsonwebtoken. For many tokens, {@link createFluidTokenSigner} is several times faster, with the same claims.
 *
 * @param tokenLifetime - Whole seconds, 1 to 3,600.
 * @param ver - `1.0`; there is no other.
 * @throws As {@link createFluidTokenSigner} and its `sign`; `ERR_FLUID_VERSION` for another version.
 *
 * @example
 * ```ts
 * const token = getSignedToken(tenantId, documentId, 3600, '1.0', { key, user: { id: 'u-1', name: 'Ann' } })
 * ```
 */
export function getSignedToken(
  tenantId: string,
  documentId: string,
  tokenLifetime: number | undefined,
  ver: string | undefined,
  options: SignedTokenOptions,
): string {
  assertVersion(ver)
  assertGiven(options, 'options', 'key and user')
  const { clock = systemClock } = options
  assertClock(clock)
  const document = parseDocumentId(documentId)
  const user: unknown = JSON.parse(formatUser(options.user))
  const issuedAt = readClock(clock)
  const claims = {
    documentId: document,
    scopes: parseScopes(options.scopes ?? fluidScopes, document === ''),
    tenantId: parseTenantId(tenantId),
    user,
    iat: issuedAt,
    exp: issuedAt + parseLifetime(tokenLifetime),
    ver: '1.0',
    jti: uuid(),
  }
  return jsonwebtoken.sign(claims, parseTenantKey(options.key, 'primary'), { algorithm: 'HS256' })
}

/**
 * `generateToken` with the parameters of `@fluidframework/azure-service-utils`, in its order.
 *
 * It refuses what the original silently signs: no user or one without a name, empty or unknown scopes, a lifetime beyond an
 * hour, an empty key.
 *
 * @throws As {@link createFluidTokenSigner} and its `sign`; `ERR_FLUID_VERSION` for another version.
 */
export function generateToken(
  tenantId: string,
  key: TenantKey,
  scopes: readonly FluidScope[],
  documentId: string | undefined,
  user: FluidUser,
  lifetime?: number,
  ver?: string,
): string {
  assertVersion(ver)
  const signer = createFluidTokenSigner({ tenantId, keys: { primary: key } })
  return signer.sign({ documentId, scopes, user, lifetimeSeconds: lifetime }).token
}

function assertVersion(ver: string | undefined): void {
  if (ver !== undefined && ver !== '1.0') throw fluidError('ERR_FLUID_VERSION', 'ver must be 1.0')
}
