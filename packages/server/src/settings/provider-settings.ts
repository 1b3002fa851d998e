/**
 * Where people prove who they are, and the directory behind it, from the environment.
 */

import { isLoopbackUrl, Secret } from '@latchkey/common'
import type { EnvironmentReader } from './environment.ts'
import type { ClientCredential, GraphSettings, ProviderSettings } from './settings.ts'

/** Reads the identity provider. */
export function readProvider(read: EnvironmentReader): ProviderSettings {
  const kind = read.choice('LATCHKEY_PROVIDER', ['b2c', 'external-id', 'openid-connect'])
  const metadataUrl = read.url('LATCHKEY_METADATA_URL', 'document')
  const policyUrl = (name: string) => (kind === 'b2c' ? readPolicyUrl(read, name, metadataUrl) : undefined)
  const ropcMetadataUrl = policyUrl('LATCHKEY_ROPC_METADATA_URL')
  const resetMetadataUrl = policyUrl('LATCHKEY_RESET_METADATA_URL')
  const credential = readCredential(read)
  read.refuseLocalKeysBeside('LATCHKEY_CLIENT_SECRET', 'LATCHKEY_METADATA_URL', metadataUrl)
  return {
    kind,
    metadataUrl,
    ...(ropcMetadataUrl !== undefined && { ropcMetadataUrl }),
    ...(resetMetadataUrl !== undefined && { resetMetadataUrl }),
    clientId: read.required('LATCHKEY_CLIENT_ID'),
    credential,
    policies: read.list('LATCHKEY_POLICIES').map((policy) => policy.toLowerCase()),
  }
}

/**
 * Another policy of the directory that people sign in to. It gets their passwords, so it is where the sign-in policy is, or
 * at the address that B2C gives to this directory alone.
 */
function readPolicyUrl(read: EnvironmentReader, name: string, metadataUrl: string): string | undefined {
  const url = read.optionalUrl(name, 'document')
  if (url === undefined || read.isRefused(name, 'LATCHKEY_METADATA_URL')) return url
  const domain = read.optional('LATCHKEY_GRAPH_DOMAIN') ?? domainOf(metadataUrl)
  const tenant = /^([a-z0-9-]+)\.onmicrosoft\.com$/i.exec(domain ?? '')?.[1]?.toLowerCase()
  const own = tenant === undefined || isLoopbackUrl(metadataUrl) ? [] : [`https://${tenant}.b2clogin.com`]
  if (![new URL(metadataUrl).origin, ...own].includes(new URL(url).origin))
    read.refuse(
      name,
      'must have the origin of LATCHKEY_METADATA_URL, or that of the directory under b2clogin.com',
    )
  return url
}

function readCredential(read: EnvironmentReader): ClientCredential {
  const secret = read.optionalSecret('LATCHKEY_CLIENT_SECRET')
  const certificate = read.optional('LATCHKEY_CLIENT_CERTIFICATE')
  if (secret && certificate !== undefined)
    read.refuse('LATCHKEY_CLIENT_CERTIFICATE', 'and LATCHKEY_CLIENT_SECRET exclude each other')
  if (secret) return { kind: 'secret', secret }
  if (certificate === undefined) return { kind: 'none' }
  const pem = certificate.replaceAll('\\n', '\n')
  if (!/-----BEGIN (RSA )?PRIVATE KEY-----/.test(pem) || !pem.includes('-----BEGIN CERTIFICATE-----'))
    read.refuse('LATCHKEY_CLIENT_CERTIFICATE', 'must hold a private key and a certificate in PEM')
  return { kind: 'certificate', pem: new Secret(pem) }
}

/** Reads the directory; only an OpenID Connect issuer may have none. */
export function readGraph(read: EnvironmentReader, provider: ProviderSettings): GraphSettings | undefined {
  const endpoint = read.optionalUrl('LATCHKEY_GRAPH_ENDPOINT', 'service')
  if (endpoint === undefined) {
    if (provider.kind !== 'openid-connect' && !read.isRefused('LATCHKEY_PROVIDER'))
      read.refuse('LATCHKEY_GRAPH_ENDPOINT', 'is not set')
    return undefined
  }
  // Its people have no object ids: every one of them would be looked for there and refused.
  if (provider.kind === 'openid-connect') {
    read.refuse(
      'LATCHKEY_GRAPH_ENDPOINT',
      'must not be set with LATCHKEY_PROVIDER=openid-connect, whose accounts are kept in Cosmos DB',
    )
    return undefined
  }
  const tenantId = read.required('LATCHKEY_GRAPH_TENANT_ID')
  const clientSecret = read.optionalSecret('LATCHKEY_GRAPH_CLIENT_SECRET')
  read.refuseLocalKeysBeside('LATCHKEY_GRAPH_CLIENT_SECRET', 'LATCHKEY_GRAPH_ENDPOINT', endpoint)
  const clientId = clientSecret
    ? read.required('LATCHKEY_GRAPH_CLIENT_ID')
    : read.optional('LATCHKEY_GRAPH_CLIENT_ID')
  const domain = read.optional('LATCHKEY_GRAPH_DOMAIN') ?? domainOf(provider.metadataUrl)
  // Local accounts are found and made under this name; Graph would quietly find nobody under a wrong one.
  if (domain === undefined && !read.isDevelopment && !read.isRefused('LATCHKEY_METADATA_URL'))
    read.refuse('LATCHKEY_GRAPH_DOMAIN', 'is not set, and the metadata address does not name the directory')
  const origin = isLoopbackUrl(endpoint) ? new URL(endpoint).origin : 'https://login.microsoftonline.com'
  const tokenEndpoint = read.optionalUrl('LATCHKEY_GRAPH_TOKEN_ENDPOINT', 'document')
  if (tokenEndpoint !== undefined)
    read.refuseLocalKeysBeside('LATCHKEY_GRAPH_CLIENT_SECRET', 'LATCHKEY_GRAPH_TOKEN_ENDPOINT', tokenEndpoint)
  return {
    endpoint,
    tenantId,
    ...(clientId !== undefined && { clientId }),
    tokenEndpoint: tokenEndpoint ?? `${origin}/${tenantId}/oauth2/v2.0/token`,
    ...(domain !== undefined && { domain }),
    ...(clientSecret && { clientSecret }),
  }
}

// B2C's and External ID's discovery addresses usually hold the directory's domain.
function domainOf(metadataUrl: string): string | undefined {
  const { pathname, searchParams } = new URL(metadataUrl)
  const segments = [...pathname.split('/'), ...searchParams.values()]
  return segments.find((segment) => segment.endsWith('.onmicrosoft.com'))
}
