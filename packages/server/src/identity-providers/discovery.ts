/**
 * The discovery document of an identity provider (OpenID Connect Discovery 1.0), read from a configured address only.
 */

import type { Clock } from '@latchkey/common'
import { serverError } from '../errors.ts'
import { PerishableCache } from '../single-flight.ts'
import { asObject, type Fetch, requestUpstream, upstreamFailure } from '../upstream-request.ts'

/** What a discovery document says. */
export interface ProviderMetadata {
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly jwksUri: string
  readonly endSessionEndpoint?: string
}

// Addresses of a provider change with years, its keys are fetched apart.
const keepMs = 24 * 3_600_000

/** Reads one discovery document; one request for all who ask, kept for a day. */
export function createDiscovery(
  metadataUrl: string,
  options: { readonly fetch: Fetch; readonly clock: Clock },
): () => Promise<ProviderMetadata> {
  const cache = new PerishableCache<ProviderMetadata>(options.clock, 1)
  const load = async (): Promise<ProviderMetadata> => {
    const answer = await requestUpstream({ fetch: options.fetch, service: 'identity provider' }, metadataUrl)
    if (answer.status !== 200) throw upstreamFailure('identity provider', answer)
    return readMetadata(answer.body)
  }
  return () => cache.get('', async () => ({ value: await load(), keepUntilMs: options.clock.now() + keepMs }))
}

function readMetadata(body: unknown): ProviderMetadata {
  const document = asObject(body)
  const address = (name: string): string => {
    const value = document[name]
    if (typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '')) return value
    throw serverError('ERR_SERVER_UPSTREAM', 'The discovery document is not usable', { member: name })
  }
  const hasEnd = typeof document['end_session_endpoint'] === 'string'
  return {
    issuer: address('issuer'),
    authorizationEndpoint: address('authorization_endpoint'),
    tokenEndpoint: address('token_endpoint'),
    jwksUri: address('jwks_uri'),
    ...(hasEnd && { endSessionEndpoint: address('end_session_endpoint') }),
  }
}
