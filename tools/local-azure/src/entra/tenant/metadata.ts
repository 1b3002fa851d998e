/**
 * The metadata document and the key set of a tenant.
 */

import type { EntraAddress } from '../address.ts'
import type { EntraContext } from '../entra-context.ts'
import { tenantIssuer } from './issue.ts'

/** The metadata document of a tenant. */
export function describeTenant(context: EntraContext, { directory, origin, tenant }: EntraAddress): object {
  const base = `${origin}/${tenant}`
  const isExternal = directory.name === 'external-id'
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: isExternal ? tenantIssuer(context, directory) : context.issuer(directory.tenantId),
    request_uri_parameter_supported: false,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'preferred_username',
      'name',
      'tid',
      'ver',
      'at_hash',
      'email',
    ],
    tenant_region_scope: null,
    cloud_instance_name: 'localhost',
  }
}

/** The key set of a tenant: of those who sign for people, and of those who sign for applications. */
export async function tenantKeys(context: EntraContext, { directory }: EntraAddress): Promise<object> {
  const applications = await context.signingKeys.published('entra')
  if (directory.name === 'b2c') return { keys: applications }
  return { keys: [...(await context.signingKeys.published('external-id')), ...applications] }
}
