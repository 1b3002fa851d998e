/**
 * Verifies tokens, more strictly than the service does.
 *
 * The service's own verifier accepts another algorithm, another version, a token good for years, scopes in one string
 * and a user without a name (server-services-utils 7.0.1); this one accepts what a strict reading of the contract
 * allows, and everything `createFluidTokenSigner` makes.
 */

import { type FluidTokenClaims, maxLifetimeSeconds, parseClaims } from './claims.ts'
import { type CreationExpectation, readCreationToken } from './creation-token.ts'
import { fluidError, refusedToken } from './errors.ts'
import { assertGiven } from './given.ts'
import { type FluidScope, isFluidScope } from './scopes.ts'
import { assertDocumentIdGiven } from './tenant.ts'
import { readSignedClaims } from './token-signature.ts'
import { type FluidTokenVerifierOptions, parseVerifierOptions } from './verifier-settings.ts'

/** What a token must permit. */
export interface FluidTokenExpectation {
  /** The document the token must open; `''` for a token that creates one. */
  readonly documentId: string
  /** The scopes the token must hold, at least. Default: `doc:read`. */
  readonly scopes?: readonly FluidScope[] | undefined
}

/** Verifies tokens of one tenant. */
export interface FluidTokenVerifier {
  readonly tenantId: string
  /**
   * Returns the claims of a token that opens what `expected` says.
   *
   * @throws `ERR_FLUID_TOKEN`, whatever is wrong with the token; `details.reason` (a {@link FluidTokenRefusal}) is for your log and
   *   must not leave the server. `ERR_FLUID_OPTIONS`, `ERR_FLUID_DOCUMENT` and `ERR_FLUID_SCOPES` for an `expected` that
   *   says nothing.
   */
  verify(token: string, expected: FluidTokenExpectation): FluidTokenClaims
  /**
   * Returns the claims of the token that a client got after it created a document, once: empty scopes, this document,
   * at most 300 s of life, a `jti` that was not used before.
   *
   * @throws `ERR_FLUID_TOKEN`, as above.
   */
  verifyCreationToken(token: string, expected: CreationExpectation): Promise<FluidTokenClaims>
}

const defaultScopes: readonly FluidScope[] = ['doc:read']

// A wrong expectation is the caller's mistake, and must neither pass for a bad token nor let one pass.
function parseExpectation(expected: FluidTokenExpectation): {
  readonly documentId: string
  readonly scopes: readonly FluidScope[]
} {
  assertGiven(expected, 'expected', 'documentId')
  const { documentId, scopes = defaultScopes } = expected
  assertDocumentIdGiven(documentId)
  if (!Array.isArray(scopes) || !scopes.every(isFluidScope))
    throw fluidError(
      'ERR_FLUID_SCOPES',
      'expected.scopes must be a list of doc:read, doc:write, summary:write',
    )
  return { documentId, scopes }
}

/**
 * Makes a verifier for one tenant.
 *
 * @throws `ERR_FLUID_OPTIONS`, `ERR_FLUID_TENANT`, `ERR_FLUID_KEY`, `ERR_FLUID_SKEW` and `ERR_FLUID_CLOCK`.
 *
 * @example
 * ```ts
 * const verifier = createFluidTokenVerifier({ tenantId, keys: { primary, secondary } })
 * const { user } = verifier.verify(token, { documentId, scopes: ['doc:write'] })
 * ```
 */
export function createFluidTokenVerifier(options: FluidTokenVerifierOptions): FluidTokenVerifier {
  const settings = parseVerifierOptions(options)
  const { tenantId, keys, clock, clockSkewSeconds } = settings
  return {
    tenantId,
    verify: (token, expected) => {
      const { documentId, scopes } = parseExpectation(expected)
      const nowMs = clock.now()
      const signed = readSignedClaims(token, keys, nowMs)
      const claims = parseClaims(signed, { nowMs, clockSkewSeconds, maxLifetimeSeconds })
      if (claims.tenantId !== tenantId) throw refusedToken('tenant')
      if (claims.documentId !== documentId) throw refusedToken('document')
      if (claims.scopes.length === 0) throw refusedToken('scopes')
      for (const scope of scopes) if (!claims.scopes.includes(scope)) throw refusedToken('scopes')
      return claims
    },
    verifyCreationToken: (token, expected) => readCreationToken(token, expected, settings),
  }
}
