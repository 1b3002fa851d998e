/**
 * Any OpenID Connect issuer, for example Google: whatever sign-in a team already has.
 */

import { tokenError } from '../errors.ts'
import type { ProviderSettings } from '../settings/settings.ts'
import { readSubjectIdentity } from './claims.ts'
import type { IdentityProvider, VerifiedIdentity } from './identity-provider.ts'
import { codeFlowOf, createIssuer, type ProviderPorts, signOutUrlOf, verifyAt } from './provider-parts.ts'

/** Makes the provider for one issuer. */
export function createOpenIdConnect(settings: ProviderSettings, ports: ProviderPorts): IdentityProvider {
  const { clientId } = settings
  const issuer = createIssuer(settings.metadataUrl, ports)
  const code = codeFlowOf(issuer, settings, 'openid-connect', ports)
  const verify = async (token: string, nonce?: string): Promise<VerifiedIdentity> => {
    const expected = { audience: clientId, kind: 'id', dialect: 'openid-connect', nonce } as const
    const verified = await verifyAt(issuer, token, expected, ports.clock)
    return readSubjectIdentity(verified.claims, verified.issuer)
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
