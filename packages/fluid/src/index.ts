/**
 * Signs and verifies Azure Fluid Relay tokens that the service accepts and that cannot poison a document.
 *
 * @module
 */

export type { FluidVerifyingKeys, RetiringTenantKey } from './accepted-keys.ts'
export type { FluidTokenClaims } from './claims.ts'
export { maxLifetimeSeconds } from './claims.ts'
export type { CreationExpectation } from './creation-token.ts'
export type { FluidErrorCode, FluidTokenRefusal } from './errors.ts'
export type { FluidScope } from './scopes.ts'
export { fluidScopes } from './scopes.ts'
export type { SignedTokenOptions } from './seed-token.ts'
export { generateToken, getSignedToken } from './seed-token.ts'
export type {
  FluidTenantKeys,
  FluidToken,
  FluidTokenRequest,
  FluidTokenSigner,
  FluidTokenSignerOptions,
} from './signer.ts'
export { createFluidTokenSigner } from './signer.ts'
export type { TenantKey } from './tenant-key.ts'
export type { FluidGrant, FluidTokenAnswer, FluidTokenRouteOptions } from './token-route.ts'
export { createFluidTokenRoute } from './token-route.ts'
export type { UsedTokens } from './used-tokens.ts'
export { createMemoryUsedTokens } from './used-tokens.ts'
export type { FluidUser } from './user.ts'
export type { FluidTokenExpectation, FluidTokenVerifier } from './verifier.ts'
export { createFluidTokenVerifier } from './verifier.ts'
export type { FluidTokenVerifierOptions } from './verifier-settings.ts'
