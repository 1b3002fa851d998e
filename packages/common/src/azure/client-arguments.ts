/**
 * The arguments of Azure's Communication clients: a connection string, or an endpoint and a credential.
 */

import { assertEndpoint, assertKeyFitsEndpoint, parseConnectionString } from '../connection-string.ts'
import type { KeyCredential } from '../signing/access-key.ts'
import type { SignerOptions } from '../signing/signer.ts'
import { createCommunicationAccessKeyCredentialPolicy } from './access-key-policy.ts'
import type { TokenCredential } from './bearer-policy.ts'
import { createBearerPolicy } from './bearer-policy.ts'
import type { PipelinePolicyLike } from './pipeline.ts'

/** Where the resource is and what opens it. */
export interface UrlWithCredential {
  url: string
  credential: TokenCredential | KeyCredential
}

/** Checks whether `credential` holds a key and gives no tokens; for `undefined` it returns `undefined`, as Azure's does. */
export function isKeyCredential(credential: unknown): credential is KeyCredential {
  if (!credential) return credential as boolean
  const { getToken, key } = credential as { key?: unknown; getToken?: unknown }
  return typeof key === 'string' && getToken === undefined
}

/**
 * Reads a connection string, or an endpoint with a credential.
 *
 * @throws {@link LatchkeyError} `ERR_CONNECTION_STRING`, `ERR_ENDPOINT` (plain http is for loopback only), `ERR_LOCAL_KEY`.
 *   No message holds a key.
 */
export function parseClientArguments(
  connectionStringOrUrl: string,
  credentialOrOptions?: unknown,
): UrlWithCredential {
  const credential = credentialOrOptions
  if (isKeyCredential(credential) || isTokenCredential(credential)) {
    assertEndpoint(connectionStringOrUrl)
    if (isKeyCredential(credential)) assertKeyFitsEndpoint(credential.key, connectionStringOrUrl)
    return { url: connectionStringOrUrl, credential }
  }
  const parsed = parseConnectionString(connectionStringOrUrl)
  return { url: parsed.endpoint, credential: parsed.credential }
}

/** Makes the pipeline policy that fits a credential: HMAC for a key, Entra tokens otherwise. */
export function createCommunicationAuthPolicy(
  credential: KeyCredential | TokenCredential,
  options: SignerOptions = {},
): PipelinePolicyLike {
  return isTokenCredential(credential)
    ? createBearerPolicy(credential)
    : createCommunicationAccessKeyCredentialPolicy(credential, options)
}

// A getToken without parameters beside a signRequest is another kind of credential; that is the rule of core-auth.
function isTokenCredential(credential: unknown): credential is TokenCredential {
  const { getToken, signRequest } = (credential ?? {}) as { getToken?: unknown; signRequest?: unknown }
  return typeof getToken === 'function' && (signRequest === undefined || getToken.length > 0)
}
