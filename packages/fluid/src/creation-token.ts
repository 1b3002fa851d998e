/**
 * The token with which the service tells who created a document.
 *
 * After a document was created the service hands the client a token for `documentPostCreateCallback`: it opens nothing
 * (its scopes are empty), lives five minutes and names the creator. The client passes it to your server, which learns
 * from it, and not from the client, whose document this is.
 */

import { type FluidTokenClaims, parseClaims } from './claims.ts'
import { refusedToken } from './errors.ts'
import { assertFunction, assertGiven } from './given.ts'
import { assertDocumentIdGiven } from './tenant.ts'
import { readSignedClaims } from './token-signature.ts'
import type { UsedTokens } from './used-tokens.ts'
import type { VerifierSettings } from './verifier-settings.ts'

/** What a creation token must match. */
export interface CreationExpectation {
  /** The document the client says it created. */
  readonly documentId: string
  /** Where used tokens are remembered. */
  readonly usedTokens: UsedTokens
}

/** The longest life of a creation token, in seconds. */
export const maxCreationTokenSeconds = 300

/**
 * Returns the claims of a creation token, once.
 *
 * @throws `ERR_FLUID_TOKEN`
 */
export async function readCreationToken(
  token: string,
  expected: CreationExpectation,
  settings: VerifierSettings,
): Promise<FluidTokenClaims> {
  assertGiven(expected, 'expected', 'documentId and usedTokens')
  assertDocumentIdGiven(expected.documentId)
  assertGiven(expected.usedTokens, 'expected.usedTokens', 'useOnce')
  assertFunction(expected.usedTokens.useOnce, 'expected.usedTokens.useOnce')
  const { tenantId, keys, clock, clockSkewSeconds } = settings
  const nowMs = clock.now()
  const signed = readSignedClaims(token, keys, nowMs)
  const claims = parseClaims(signed, { nowMs, clockSkewSeconds, maxLifetimeSeconds: maxCreationTokenSeconds })
  if (claims.tenantId !== tenantId) throw refusedToken('tenant')
  if (claims.documentId === '' || claims.documentId !== expected.documentId) throw refusedToken('document')
  // Any other token would let its bearer claim any document it may read.
  if (claims.scopes.length > 0) throw refusedToken('scopes')
  const isFirstUse = await expected.usedTokens.useOnce(
    `${tenantId}/${claims.jti}`,
    new Date(claims.exp * 1000),
  )
  if (!isFirstUse) throw refusedToken('used')
  return claims
}
