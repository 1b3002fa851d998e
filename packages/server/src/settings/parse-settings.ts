/**
 * Environment variables to settings. Wrong, weak and missing values stop start-up, all of them named at once.
 */

import { serverError } from '../errors.ts'
import { parseIpRange } from '../ip-address.ts'
import { roleName } from '../person.ts'
import { judgeAddress } from './address.ts'
import { type Environment, EnvironmentReader } from './environment.ts'
import { readGraph, readProvider } from './provider-settings.ts'
import { readCommunication, readCosmos, readFluid } from './service-settings.ts'
import type { ApiSettings, LatchkeySettings, ProviderSettings } from './settings.ts'

/**
 * Reads the settings of a server.
 *
 * @param environment - Usually `process.env`. It counts as development when `AZURE_FUNCTIONS_ENVIRONMENT` or `NODE_ENV`
 *   says so, none of the two says otherwise, and `WEBSITE_INSTANCE_ID` is not set; only then are keys of local Azure,
 *   addresses of this machine and plain http accepted.
 * @param host - Where it runs. `LATCHKEY_API` is `on` by default where something checks function keys: a Functions host
 *   does, and elsewhere the server itself does when `LATCHKEY_API_KEY` is set. With neither it is `off`, and may not be on.
 * @throws `ERR_SERVER_SETTINGS`: the message names every variable that is wrong, with the reason and without its value;
 *   so do `details.variables`, with commas between, and `details.variable`, the first.
 */
export function parseSettings(
  environment: Environment,
  host: 'functions-host' | 'own-server' = 'own-server',
): LatchkeySettings {
  if (host !== 'functions-host' && host !== 'own-server')
    throw serverError('ERR_SERVER_SETTINGS', 'host must be functions-host or own-server', {
      variable: 'host',
    })
  const read = new EnvironmentReader(environment)
  const settings = readAll(read, host === 'functions-host')
  read.finish()
  return settings
}

function readAll(read: EnvironmentReader, hostChecksKeys: boolean): LatchkeySettings {
  const provider = readProvider(read)
  const graph = readGraph(read, provider)
  const cosmos = readCosmos(read)
  const communication = readCommunication(read)
  const fluid = readFluid(read)
  for (const name of ['LATCHKEY_SIGNING_KEYS', 'LATCHKEY_REFRESH_KEYS', 'LATCHKEY_API_KEY'])
    read.refuseLocalKeysBesideServices(name)
  return {
    environment: read.isDevelopment ? 'development' : 'production',
    provider,
    ...(graph && { graph }),
    roles: readRoles(read),
    cosmos,
    ...(communication && { communication }),
    ...(fluid && { fluid }),
    signingKeys: read.keys('LATCHKEY_SIGNING_KEYS'),
    refreshKeys: read.keys('LATCHKEY_REFRESH_KEYS'),
    accessTokenSeconds: read.whole('LATCHKEY_ACCESS_TOKEN_SECONDS', 900, 60, 3_600),
    resourceTokenSeconds: read.whole('LATCHKEY_RESOURCE_TOKEN_SECONDS', 3_600, 600, 86_400),
    auditDays: read.whole('LATCHKEY_AUDIT_DAYS', 400, 1, 3_650),
    api: readApi(read, provider, hostChecksKeys),
    allowedOrigins: readOrigins(read),
    trustedProxies: readProxies(read),
    publicUrl: read.url('LATCHKEY_PUBLIC_URL', 'public'),
  }
}

function readRoles(read: EnvironmentReader): readonly string[] {
  const roles = read.list('LATCHKEY_ROLES').map((role) => role.toLowerCase())
  if (roles.length === 0) return ['admin', 'editor', 'new', 'guest']
  // Everybody without another role is a guest, so it need not be said.
  if (!roles.includes('guest')) roles.push('guest')
  for (const role of roles) if (!roleName.test(role)) read.refuse('LATCHKEY_ROLES', 'must be a list of names')
  for (const needed of ['admin', 'new'])
    if (!roles.includes(needed)) read.refuse('LATCHKEY_ROLES', `must include ${needed}`)
  return roles
}

function readApi(read: EnvironmentReader, provider: ProviderSettings, hostChecksKeys: boolean): ApiSettings {
  const tokens = read.choice('LATCHKEY_API_TOKENS', ['own', 'upstream'], 'own')
  const isKnown = !read.isRefused('LATCHKEY_PROVIDER', 'LATCHKEY_ROPC_METADATA_URL')
  const takesPasswords = provider.kind === 'external-id' || provider.ropcMetadataUrl !== undefined
  if (tokens === 'upstream' && !takesPasswords && isKnown)
    read.refuse(
      'LATCHKEY_API_TOKENS',
      'can only be upstream with LATCHKEY_PROVIDER=external-id, or b2c and LATCHKEY_ROPC_METADATA_URL',
    )
  const key = read.optionalKey('LATCHKEY_API_KEY')
  const isGuarded = hostChecksKeys || key !== undefined
  const enabled = read.choice('LATCHKEY_API', ['on', 'off'], isGuarded ? 'on' : 'off') === 'on'
  if (enabled && !isGuarded && !read.isRefused('LATCHKEY_API'))
    read.refuse(
      'LATCHKEY_API_KEY',
      'is not set, and no Functions host checks keys: set it, or LATCHKEY_API=off',
    )
  return {
    enabled,
    tokens,
    ...(key && { key }),
    allowSecretsInQuery: read.flag('LATCHKEY_ALLOW_SECRETS_IN_QUERY'),
  }
}

// 10.0.0.0/8 is the widest that is anybody's own; whoever is in a range says where everybody else comes from.
const fewestBits = { ipv4: 8, ipv6: 16 } as const

function readProxies(read: EnvironmentReader): readonly string[] {
  const proxies = read.list('LATCHKEY_TRUSTED_PROXIES')
  for (const proxy of proxies) {
    if (proxy === 'platform') continue
    const range = parseIpRange(proxy)
    if (!range)
      read.refuse('LATCHKEY_TRUSTED_PROXIES', 'must be a list of addresses and CIDR ranges, or platform')
    else if (range.bits < fewestBits[range.family])
      read.refuse(
        'LATCHKEY_TRUSTED_PROXIES',
        `has a range of too many: at least /${fewestBits.ipv4}, or /${fewestBits.ipv6} of IPv6`,
      )
  }
  return proxies
}

function readOrigins(read: EnvironmentReader): readonly string[] {
  const origins = read.list('LATCHKEY_ALLOWED_ORIGINS')
  for (const origin of origins) {
    // Any page that runs on a visitor's own machine is of this machine's origin there.
    const judged = judgeAddress(origin, 'public', read.isDevelopment)
    if (URL.parse(origin)?.origin !== origin)
      read.refuse('LATCHKEY_ALLOWED_ORIGINS', 'must be a list of exact origins, without *')
    else if ('problem' in judged) read.refuse('LATCHKEY_ALLOWED_ORIGINS', judged.problem)
  }
  return origins
}
