/**
 * Microsoft Entra External ID, B2C's successor: one issuer without policies, and native authentication in place of a
 * password grant.
 */

import type { ProviderSettings } from '../settings/settings.ts'
import { readDirectoryIdentity } from './claims.ts'
import type { IdentityProvider, VerifiedIdentity } from './identity-provider.ts'
import { createNativePasswordGrant } from './native-password-grant.ts'
import { codeFlowOf, createIssuer, type ProviderPorts, signOutUrlOf, verifyAt } from './provider-parts.ts'

/**
 * Makes the provider for one External ID tenant.
 *
 * @param handsOutTokens - Whether clients are given its own tokens for a password.
 */
export function createExternalId(
  settings: ProviderSettings,
  ports: ProviderPorts,
  handsOutTokens: boolean,
): IdentityProvider {
  const { clientId } = settings
  const issuer = createIssuer(settings.metadataUrl, ports)
  const code = codeFlowOf(issuer, settings, 'entra', ports)
  const verify = async (token: string, kind: 'id' | 'access', nonce?: string): Promise<VerifiedIdentity> => {
    const expected = { audience: clientId, kind, dialect: 'entra', nonce } as const
    const verified = await verifyAt(issuer, token, expected, ports.clock)
    return readDirectoryIdentity(verified.claims, verified.issuer)
  }
  return {
    kind: 'external-id',
    verifyIdToken: (token, nonce) => verify(token, 'id', nonce),
    verifyAccessToken: (token) => verify(token, 'access'),
    authorizationUrl: (request) => code.url(request),
    redeemCode: async (redemption) => verify(await code.redeem(redemption), 'id', redemption.nonce),
    signOutUrl: (returnTo) => signOutUrlOf(issuer, settings, returnTo),
    passwordGrant: createNativePasswordGrant({
      metadata: issuer.metadata,
      clientId,
      handsOutTokens,
      ...ports,
    }),
    subjectOf: async (id) => ({ issuer: (await issuer.metadata()).issuer, subject: id }),
  }
}
