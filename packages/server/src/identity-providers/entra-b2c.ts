/**
 * Azure AD B2C.
 *
 * Each policy has its own discovery document and its own keys, and says so in the token's `tfp` or `acr`; only policies
 * on the list count, and a policy's token is judged by that policy's keys alone.
 */

import { tokenError } from '../errors.ts'
import type { ProviderSettings } from '../settings/settings.ts'
import type { AuthorizationCode } from './authorization-code.ts'
import { readDirectoryIdentity } from './claims.ts'
import type { IdentityProvider, VerifiedIdentity } from './identity-provider.ts'
import { createPasswordGrant } from './password-grant.ts'
import {
  codeFlowOf,
  createIssuer,
  type Issuer,
  type ProviderPorts,
  signOutUrlOf,
  verifyAt,
} from './provider-parts.ts'
import { readJws } from './token-verifier.ts'

/** Makes the provider for one B2C tenant. */
export function createEntraB2C(settings: ProviderSettings, ports: ProviderPorts): IdentityProvider {
  const signIn = createIssuer(settings.metadataUrl, ports)
  const ropc =
    settings.ropcMetadataUrl === undefined ? undefined : createIssuer(settings.ropcMetadataUrl, ports)
  const byPolicy = listPolicies(settings, signIn, ropc, ports)
  const code = codeFlowOf(signIn, settings, 'entra', ports)
  const reset = passwordResetOf(settings, ports)

  const verify = async (token: string, kind: 'id' | 'access', nonce?: string): Promise<VerifiedIdentity> => {
    const { payload } = readJws(token)
    const policy = payload['tfp'] ?? payload['acr']
    const issuer = typeof policy === 'string' ? byPolicy.get(policy.toLowerCase()) : undefined
    if (!issuer) throw tokenError('policy')
    const expected = { audience: settings.clientId, kind, dialect: 'entra', nonce } as const
    const verified = await verifyAt(issuer, token, expected, ports.clock)
    // Policies may have issuers of their own, but a person is one person: the sign-in policy's issuer names the tenant.
    const tenant = issuer === signIn ? verified.issuer : (await signIn.metadata()).issuer
    return readDirectoryIdentity(verified.claims, tenant)
  }

  return {
    kind: 'b2c',
    verifyIdToken: (token, nonce) => verify(token, 'id', nonce),
    verifyAccessToken: (token) => verify(token, 'access'),
    authorizationUrl: (request) => code.url(request),
    ...(reset && { passwordResetUrl: (request) => reset.url(request) }),
    redeemCode: async (redemption) => verify(await code.redeem(redemption), 'id', redemption.nonce),
    signOutUrl: (returnTo) => signOutUrlOf(signIn, settings, returnTo),
    subjectOf: async (id) => ({ issuer: (await signIn.metadata()).issuer, subject: id }),
    ...(ropc && {
      passwordGrant: createPasswordGrant({ metadata: ropc.metadata, clientId: settings.clientId, ...ports }),
    }),
  }
}

function passwordResetOf(settings: ProviderSettings, ports: ProviderPorts): AuthorizationCode | undefined {
  const { resetMetadataUrl: metadataUrl } = settings
  if (metadataUrl === undefined) return undefined
  return codeFlowOf(createIssuer(metadataUrl, ports), { ...settings, metadataUrl }, 'entra', ports)
}

function listPolicies(
  settings: ProviderSettings,
  signIn: Issuer,
  ropc: Issuer | undefined,
  ports: ProviderPorts,
): ReadonlyMap<string, Issuer> {
  const configured = new Map([[policyOf(settings.metadataUrl), signIn]])
  if (ropc && settings.ropcMetadataUrl !== undefined) configured.set(policyOf(settings.ropcMetadataUrl), ropc)
  if (settings.policies.length === 0) return configured
  return new Map(
    settings.policies.map((policy) => [
      policy,
      configured.get(policy) ?? createIssuer(withPolicy(settings.metadataUrl, policy), ports),
    ]),
  )
}

/** The policy a discovery address names, in lower case: `/{tenant}/{policy}/v2.0/…` or `?p={policy}`. */
export function policyOf(metadataUrl: string): string {
  const url = new URL(metadataUrl)
  const named = url.searchParams.get('p') ?? /\/([^/]+)\/v2\.0\/\.well-known\//.exec(url.pathname)?.[1]
  return (named ?? '').toLowerCase()
}

function withPolicy(metadataUrl: string, policy: string): string {
  const url = new URL(metadataUrl)
  if (url.searchParams.has('p')) url.searchParams.set('p', policy)
  else url.pathname = url.pathname.replace(/\/[^/]+(?=\/v2\.0\/\.well-known\/)/, `/${policy}`)
  return url.href
}
