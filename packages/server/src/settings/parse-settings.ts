/**
 * Environment variables to settings. A wrong or weak value stops start-up and names the variable.
 */

import { isIP } from 'node:net'
import { isLocalKey, isLoopbackUrl, parseConnectionString, Secret } from '@latchkey/common'
import { type Environment, EnvironmentReader, refuse } from './environment.ts'
import type {
  ApiSettings,
  ClientCredential,
  CommunicationSettings,
  CosmosSettings,
  FluidSettings,
  GraphSettings,
  LatchkeySettings,
  ProviderSettings,
} from './settings.ts'

const realHosts = /\.(b2clogin|ciamlogin|microsoftonline)\.com$/

/**
 * Reads the settings of a server.
 *
 * @param environment - Usually `process.env`. It counts as development when `AZURE_FUNCTIONS_ENVIRONMENT` or `NODE_ENV`
 *   says so, none of the two says otherwise, and `WEBSITE_INSTANCE_ID` is not set; only then are keys of local Azure,
 *   addresses of this machine and plain http accepted.
 * @param host - Where it runs. `LATCHKEY_API` is `on` by default where something checks function keys: a Functions host
 *   does, and elsewhere the server itself does when `LATCHKEY_API_KEY` is set. With neither it is `off`, and may not be on.
 * @throws `ERR_SERVER_SETTINGS`, with the variable's name in the message and in `details.variable`.
 */
export function parseSettings(
  environment: Environment,
  host: 'functions-host' | 'own-server' = 'own-server',
): LatchkeySettings {
  const read = new EnvironmentReader(environment)
  const provider = readProvider(read)
  for (const name of ['LATCHKEY_SIGNING_KEYS', 'LATCHKEY_REFRESH_KEYS'])
    read.refuseLocalKeysBeside(name, provider.metadataUrl)
  const graph = readGraph(read, provider)
  const communication = readCommunication(read)
  const fluid = readFluid(read)
  return {
    environment: read.isDevelopment ? 'development' : 'production',
    provider,
    ...(graph && { graph }),
    roles: readRoles(read),
    cosmos: readCosmos(read),
    ...(communication && { communication }),
    ...(fluid && { fluid }),
    signingKeys: read.keys('LATCHKEY_SIGNING_KEYS'),
    refreshKeys: read.keys('LATCHKEY_REFRESH_KEYS'),
    accessTokenSeconds: read.whole('LATCHKEY_ACCESS_TOKEN_SECONDS', 900, 60, 3_600),
    resourceTokenSeconds: read.whole('LATCHKEY_RESOURCE_TOKEN_SECONDS', 3_600, 600, 86_400),
    api: readApi(read, provider, host === 'functions-host'),
    allowedOrigins: readOrigins(read),
    trustedProxies: readProxies(read),
    publicUrl: read.url('LATCHKEY_PUBLIC_URL'),
  }
}

function readProvider(read: EnvironmentReader): ProviderSettings {
  const kind = read.choice('LATCHKEY_PROVIDER', ['b2c', 'external-id', 'openid-connect'])
  const metadataUrl = read.url('LATCHKEY_METADATA_URL')
  const ropcMetadataUrl = kind === 'b2c' ? read.optionalUrl('LATCHKEY_ROPC_METADATA_URL') : undefined
  const credential = readCredential(read)
  if (credential.kind === 'secret' && isLocalKey(credential.secret.reveal())) {
    const host = new URL(metadataUrl).hostname
    if (realHosts.test(host))
      refuse('LATCHKEY_CLIENT_SECRET', 'is a key of local Azure but the directory is real')
  }
  return {
    kind,
    metadataUrl,
    ...(ropcMetadataUrl !== undefined && { ropcMetadataUrl }),
    clientId: read.required('LATCHKEY_CLIENT_ID'),
    credential,
    policies: read.list('LATCHKEY_POLICIES').map((policy) => policy.toLowerCase()),
  }
}

function readCredential(read: EnvironmentReader): ClientCredential {
  const secret = read.optionalSecret('LATCHKEY_CLIENT_SECRET')
  const certificate = read.optional('LATCHKEY_CLIENT_CERTIFICATE')
  if (secret && certificate !== undefined)
    refuse('LATCHKEY_CLIENT_CERTIFICATE', 'and LATCHKEY_CLIENT_SECRET exclude each other')
  if (secret) return { kind: 'secret', secret }
  if (certificate === undefined) return { kind: 'none' }
  const pem = certificate.replaceAll('\\n', '\n')
  if (!/-----BEGIN (RSA )?PRIVATE KEY-----/.test(pem) || !pem.includes('-----BEGIN CERTIFICATE-----'))
    refuse('LATCHKEY_CLIENT_CERTIFICATE', 'must hold a private key and a certificate in PEM')
  return { kind: 'certificate', pem: new Secret(pem) }
}

function readGraph(read: EnvironmentReader, provider: ProviderSettings): GraphSettings | undefined {
  const endpoint = read.optionalUrl('LATCHKEY_GRAPH_ENDPOINT')
  if (endpoint === undefined) {
    if (provider.kind !== 'openid-connect') refuse('LATCHKEY_GRAPH_ENDPOINT', 'is not set')
    return undefined
  }
  const tenantId = read.required('LATCHKEY_GRAPH_TENANT_ID')
  const clientSecret = read.optionalSecret('LATCHKEY_GRAPH_CLIENT_SECRET')
  const clientId = clientSecret
    ? read.required('LATCHKEY_GRAPH_CLIENT_ID')
    : read.optional('LATCHKEY_GRAPH_CLIENT_ID')
  const domain = read.optional('LATCHKEY_GRAPH_DOMAIN') ?? domainOf(provider.metadataUrl)
  // Local accounts are found and made under this name; Graph would quietly find nobody under a wrong one.
  if (domain === undefined && !read.isDevelopment)
    refuse('LATCHKEY_GRAPH_DOMAIN', 'is not set, and the metadata address does not name the directory')
  const origin = isLoopbackUrl(endpoint) ? new URL(endpoint).origin : 'https://login.microsoftonline.com'
  return {
    endpoint,
    tenantId,
    ...(clientId !== undefined && { clientId }),
    tokenEndpoint:
      read.optionalUrl('LATCHKEY_GRAPH_TOKEN_ENDPOINT') ?? `${origin}/${tenantId}/oauth2/v2.0/token`,
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

function readRoles(read: EnvironmentReader): readonly string[] {
  const roles = read.list('LATCHKEY_ROLES').map((role) => role.toLowerCase())
  if (roles.length === 0) return ['admin', 'editor', 'new', 'guest']
  // Everybody without another role is a guest, so it need not be said.
  if (!roles.includes('guest')) roles.push('guest')
  for (const role of roles)
    if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(role)) refuse('LATCHKEY_ROLES', 'must be a list of names')
  for (const needed of ['admin', 'new'])
    if (!roles.includes(needed)) refuse('LATCHKEY_ROLES', `must include ${needed}`)
  return roles
}

function readCosmos(read: EnvironmentReader): CosmosSettings {
  const endpoint = read.url('LATCHKEY_COSMOS_ENDPOINT')
  const key = read.secret('LATCHKEY_COSMOS_KEY')
  if (isLocalKey(key.reveal()) && !isLoopbackUrl(endpoint))
    refuse('LATCHKEY_COSMOS_KEY', 'is a key of local Azure but the account is not')
  return {
    endpoint,
    key,
    database: read.optional('LATCHKEY_COSMOS_DATABASE') ?? 'latchkey',
    systemDatabase: read.optional('LATCHKEY_COSMOS_SYSTEM_DATABASE') ?? 'latchkey-system',
  }
}

function readCommunication(read: EnvironmentReader): CommunicationSettings | undefined {
  const connectionString = read.optional('LATCHKEY_COMMUNICATION_CONNECTION_STRING')
  if (connectionString !== undefined) {
    const endpoint = endpointOf('LATCHKEY_COMMUNICATION_CONNECTION_STRING', connectionString)
    if (!read.isDevelopment && isLoopbackUrl(endpoint))
      refuse('LATCHKEY_COMMUNICATION_CONNECTION_STRING', 'points at this machine, or is a key of local Azure')
    return { connectionString: new Secret(connectionString) }
  }
  const endpoint = read.optionalUrl('LATCHKEY_COMMUNICATION_ENDPOINT')
  return endpoint === undefined ? undefined : { endpoint }
}

function endpointOf(name: string, connectionString: string): string {
  try {
    return parseConnectionString(connectionString).endpoint
  } catch {
    return refuse(name, 'must be endpoint=https://…;accesskey=… of one real resource, or of local Azure')
  }
}

function readFluid(read: EnvironmentReader): FluidSettings | undefined {
  const endpoint = read.optionalUrl('LATCHKEY_FLUID_ENDPOINT')
  if (endpoint === undefined) return undefined
  for (const name of ['LATCHKEY_FLUID_PRIMARY_KEY', 'LATCHKEY_FLUID_SECONDARY_KEY'])
    read.refuseLocalKeysBeside(name, endpoint)
  const primaryKey = read.optionalKey('LATCHKEY_FLUID_PRIMARY_KEY')
  const secondaryKey = read.optionalKey('LATCHKEY_FLUID_SECONDARY_KEY')
  return {
    endpoint,
    tenantId: read.required('LATCHKEY_FLUID_TENANT_ID'),
    primaryKey: primaryKey ?? refuse('LATCHKEY_FLUID_PRIMARY_KEY', 'is not set'),
    ...(secondaryKey && { secondaryKey }),
  }
}

function readApi(read: EnvironmentReader, provider: ProviderSettings, hostChecksKeys: boolean): ApiSettings {
  const tokens = read.choice('LATCHKEY_API_TOKENS', ['own', 'upstream'], 'own')
  if (tokens === 'upstream' && provider.ropcMetadataUrl === undefined)
    refuse(
      'LATCHKEY_API_TOKENS',
      'can only be upstream with LATCHKEY_PROVIDER=b2c and LATCHKEY_ROPC_METADATA_URL',
    )
  const key = read.optionalKey('LATCHKEY_API_KEY')
  const isGuarded = hostChecksKeys || key !== undefined
  const enabled = read.choice('LATCHKEY_API', ['on', 'off'], isGuarded ? 'on' : 'off') === 'on'
  if (enabled && !isGuarded)
    refuse('LATCHKEY_API_KEY', 'is not set, and no Functions host checks keys: set it, or LATCHKEY_API=off')
  return {
    enabled,
    tokens,
    ...(key && { key }),
    allowSecretsInQuery: read.flag('LATCHKEY_ALLOW_SECRETS_IN_QUERY'),
  }
}

function readProxies(read: EnvironmentReader): readonly string[] {
  const proxies = read.list('LATCHKEY_TRUSTED_PROXIES')
  for (const proxy of proxies) {
    const [address = '', bits, ...rest] = proxy.split('/')
    const family = isIP(address)
    const isRange =
      bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32))
    if (proxy !== 'platform' && (family === 0 || !isRange || rest.length > 0))
      refuse('LATCHKEY_TRUSTED_PROXIES', 'must be a list of addresses and CIDR ranges, or platform')
  }
  return proxies
}

function readOrigins(read: EnvironmentReader): readonly string[] {
  const origins = read.list('LATCHKEY_ALLOWED_ORIGINS')
  for (const origin of origins) {
    const url = URL.parse(origin)
    if (url?.origin !== origin)
      refuse('LATCHKEY_ALLOWED_ORIGINS', 'must be a list of exact origins, without *')
    if (url.protocol !== 'https:' && !(read.isDevelopment && isLoopbackUrl(url)))
      refuse('LATCHKEY_ALLOWED_ORIGINS', 'must use https')
  }
  return origins
}
