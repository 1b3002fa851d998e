/**
 * Any OpenID Connect issuer, for example Google: whatever sign-in a team already has.
 */

import { tokenError } from '../errors.ts'
import type { ProviderSettings } from '../settings/settings.ts'
import { readSubjectIdentity } from './claims.ts'
import type { IdentityProvider, VerifiedIdentity } from './identity-provider.ts'
import { codeFlowOf, createIssuer, type ProviderPorts, signOutUrlOf } from './provider-parts.ts'
import { verifyProviderToken } from './token-verifier.ts'

/** Makes the provider for one issuer. */
export function createOpenIdConnect(settings: ProviderSettings, ports: ProviderPorts): IdentityProvider {
  const issuer = createIssuer(settings.metadataUrl, ports)
  const code = codeFlowOf(issuer, settings, 'openid-connect', ports)
  const verify = async (token: string, nonce?: string): Promise<VerifiedIdentity> => {
    const metadata = await issuer.metadata()
    const expected = {
      issuer: metadata.issuer,
      audience: settings.clientId,
      keys: issuer.keys,
      kind: 'id' as const,
      dialect: 'openid-connect' as const,
    }
    const claims = await verifyProviderToken(
      token,
      nonce === undefined ? expected : { ...expected, nonce },
      ports.clock,
    )
    return readSubjectIdentity(claims, metadata.issuer)
  }
  return {
    kind: 'openid-connect',
    verifyIdToken: verify,
    // An issuer's access tokens are for its own resources; what is in them is nobody else's business.
    verifyAccessToken: async () => {
      throw tokenError('token_kind')
    },
    authorizationUrl: (request) => code.url(request),
    redeemCode: async (redemption) => verify(await code.redeem(redemption), redemption.nonce),
    signOutUrl: (returnTo) => signOutUrlOf(issuer, settings, returnTo),
    subjectOf: async () => undefined,
  }
}
