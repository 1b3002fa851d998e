/**
 * The discovery document of an identity provider (OpenID Connect Discovery 1.0), read from a configured address only.
 */

import type { Clock } from '@latchkey/common'
import { serverError } from '../errors.ts'
import { asObject, type Fetch, requestUpstream, upstreamFailure } from '../upstream-request.ts'
import { createKeptDocument } from './kept-document.ts'

/** What a discovery document says. */
export interface ProviderMetadata {
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly jwksUri: string
  readonly endSessionEndpoint?: string
}

/** Reads one discovery document, and keeps it as {@link createKeptDocument} says. */
export function createDiscovery(
  metadataUrl: string,
  options: { readonly fetch: Fetch; readonly clock: Clock },
): () => Promise<ProviderMetadata> {
  const document = createKeptDocument(async () => {
    const answer = await requestUpstream({ fetch: options.fetch, service: 'identity provider' }, metadataUrl)
    if (answer.status !== 200) throw upstreamFailure('identity provider', answer)
    return readMetadata(answer.body)
  }, options.clock)
  return () => document.read()
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
