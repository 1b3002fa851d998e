/**
 * The metadata document and the key set of a B2C policy.
 *
 * The issuer does not match the address of the document, as in Azure: a client must be told which one to expect.
 */

import type { EntraContext } from '../entra-context.ts'
import { isInteractive, keyOwnerOf, type Policy } from './policies.ts'

/** Where a request came in, which is where the endpoints of the answer are. */
export interface PolicyAddress {
  /** Scheme, host and port. */
  readonly origin: string
  /** The tenant as the client spelt it. */
  readonly tenant: string
  /** Whether the policy stood in the query (`?p=`). */
  readonly inQuery: boolean
}

/** The metadata document of a policy. */
export function describePolicy(context: EntraContext, policy: Policy, address: PolicyAddress): object {
  const name = policy.name.toLowerCase()
  const endpoint = (path: string): string =>
    address.inQuery
      ? `${address.origin}/${address.tenant}/${path}?p=${name}`
      : `${address.origin}/${address.tenant}/${name}/${path}`
  return {
    issuer: context.issuer(context.directories.b2c.tenantId),
    authorization_endpoint: endpoint('oauth2/v2.0/authorize'),
    // A password policy has nobody to sign out.
    ...(isInteractive(policy) ? { end_session_endpoint: endpoint('oauth2/v2.0/logout') } : {}),
    token_endpoint: endpoint('oauth2/v2.0/token'),
    jwks_uri: endpoint('discovery/v2.0/keys'),
    response_modes_supported: ['query', 'fragment', 'form_post'],
    response_types_supported: [
      'code',
      'code id_token',
      'code token',
      'code id_token token',
      'id_token',
      'id_token token',
      'token',
      'token id_token',
    ],
    scopes_supported: ['openid'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    claims_supported: claimsOf(policy),
  }
}

/** The key set of a policy. */
export async function policyKeys(context: EntraContext, policy: Policy): Promise<object> {
  return { keys: await context.signingKeys.published(keyOwnerOf(policy)) }
}

function claimsOf({ kind }: Policy): readonly string[] {
  const own = ['name', 'given_name', 'family_name', 'idp', 'newUser', 'oid', 'sub', 'tid']
  const address = kind === 'user-flow' ? ['emails', 'tfp'] : ['email', 'acr']
  return [...own, ...address, 'iss', 'iat', 'exp', 'aud', 'nonce', 'auth_time']
}
