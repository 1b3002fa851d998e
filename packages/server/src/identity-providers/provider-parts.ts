/**
 * What the three kinds of provider are put together from.
 */

import type { Clock, JsonObject } from '@latchkey/common'
import type { ProviderSettings } from '../settings/settings.ts'
import type { Fetch } from '../upstream-request.ts'
import { type AuthorizationCode, createAuthorizationCode } from './authorization-code.ts'
import { createDiscovery, type ProviderMetadata } from './discovery.ts'
import { createKeySet, type KeySet } from './key-sets.ts'
import { type TokenExpectation, verifyProviderToken } from './token-verifier.ts'

/** What a provider is given. */
export interface ProviderPorts {
  readonly fetch: Fetch
  readonly clock: Clock
}

/** One issuer: its addresses and its keys. */
export interface Issuer {
  readonly metadata: () => Promise<ProviderMetadata>
  readonly keys: KeySet
}

/** Reads an issuer's addresses and keys when they are first needed. */
export function createIssuer(metadataUrl: string, ports: ProviderPorts): Issuer {
  const metadata = createDiscovery(metadataUrl, ports)
  return { metadata, keys: createKeySet(async () => (await metadata()).jwksUri, ports) }
}

/**
 * Verifies a token of an issuer for an app, and answers its claims with the issuer that they hold for.
 *
 * @throws as {@link verifyProviderToken} does.
 */
export async function verifyAt(
  { metadata, keys }: Issuer,
  token: string,
  expected: Omit<TokenExpectation, 'issuer' | 'keys'>,
  clock: Clock,
): Promise<{ readonly claims: JsonObject; readonly issuer: string }> {
  const { issuer } = await metadata()
  return { claims: await verifyProviderToken(token, { ...expected, issuer, keys }, clock), issuer }
}

/** The sign-in page of an issuer. */
export function codeFlowOf(
  issuer: Issuer,
  settings: ProviderSettings,
  protocol: 'entra' | 'openid-connect',
  ports: ProviderPorts,
): AuthorizationCode {
  return createAuthorizationCode({
    clientId: settings.clientId,
    credential: settings.credential,
    metadata: issuer.metadata,
    authority: authorityOf(settings.metadataUrl),
    protocol,
    fetch: ports.fetch,
  })
}

/** Where to end the provider's own session. */
export async function signOutUrlOf(
  issuer: Issuer,
  settings: ProviderSettings,
  returnTo: string,
): Promise<string | undefined> {
  const { endSessionEndpoint } = await issuer.metadata()
  if (endSessionEndpoint === undefined) return undefined
  const url = new URL(endSessionEndpoint)
  url.searchParams.set('post_logout_redirect_uri', returnTo)
  url.searchParams.set('client_id', settings.clientId)
  return url.href
}

// msal-node insists on an https authority even when it never sends anything there.
function authorityOf(metadataUrl: string): string {
  const url = new URL(metadataUrl)
  const path = url.pathname.replace(/(\/v2\.0)?\/\.well-known\/openid-configuration$/, '')
  const policy = url.searchParams.get('p')
  return `https://${url.host}${path}${policy === null ? '' : `/${policy}`}`
}
