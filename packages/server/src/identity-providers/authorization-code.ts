/**
 * Sign-in by authorization code with PKCE (RFC 7636), through msal-node.
 *
 * msal-node gets the provider's metadata from us and sends through our fetch; one application object serves one
 * sign-in, because its cache would otherwise collect every person's tokens and one person's 429 would stop all. It does
 * not verify signatures: the id token it returns is verified by our own verifier.
 */

import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Configuration, INetworkModule, NetworkRequestOptions } from '@azure/msal-node'
import { grantError, serverError } from '../errors.ts'
import type { ClientCredential } from '../settings/settings.ts'
import { asObject, type Fetch, requestUpstream } from '../upstream-request.ts'
import type { ProviderMetadata } from './discovery.ts'
import type { AuthorizationRequest, CodeRedemption } from './identity-provider.ts'

export interface AuthorizationCodeOptions {
  readonly clientId: string
  readonly credential: ClientCredential
  readonly metadata: () => Promise<ProviderMetadata>
  /** An https name for the provider; nothing is ever sent to it. */
  readonly authority: string
  readonly protocol: 'entra' | 'openid-connect'
  readonly fetch: Fetch
}

/** The two halves of a sign-in at the provider's own page. */
export interface AuthorizationCode {
  url(request: AuthorizationRequest): Promise<string>
  /** Returns the id token, not yet verified. */
  redeem(redemption: CodeRedemption): Promise<string>
}

/** Makes the authorization code grant of one provider. */
export function createAuthorizationCode(options: AuthorizationCodeOptions): AuthorizationCode {
  const application = async () => {
    const msal = await import('@azure/msal-node')
    const configuration = msalConfiguration(options, await options.metadata())
    return options.credential.kind === 'none'
      ? new msal.PublicClientApplication(configuration)
      : new msal.ConfidentialClientApplication(configuration)
  }
  return {
    url: async ({ redirectUri, state, nonce, codeChallenge }) =>
      (await application()).getAuthCodeUrl({
        scopes: ['openid', 'profile', 'email'],
        redirectUri,
        state,
        nonce,
        codeChallenge,
        codeChallengeMethod: 'S256',
        responseMode: 'query',
      }),
    redeem: async ({ code, redirectUri, codeVerifier, nonce }) => {
      const result = await (await application())
        .acquireTokenByCode({
          code,
          scopes: ['openid', 'profile', 'email'],
          redirectUri,
          codeVerifier,
          nonce,
        })
        .catch((error: unknown) => {
          throw codeFailure(error)
        })
      if (!result.idToken) throw grantError('no_id_token')
      return result.idToken
    },
  }
}

/** The configuration of msal-node for a provider whose metadata is known. */
export function msalConfiguration(
  options: Omit<AuthorizationCodeOptions, 'metadata'>,
  metadata: ProviderMetadata,
): Configuration {
  const { credential, authority } = options
  return {
    auth: {
      clientId: options.clientId,
      authority,
      knownAuthorities: [new URL(authority).host],
      authorityMetadata: JSON.stringify({
        issuer: metadata.issuer,
        authorization_endpoint: metadata.authorizationEndpoint,
        token_endpoint: metadata.tokenEndpoint,
        jwks_uri: metadata.jwksUri,
        end_session_endpoint: metadata.endSessionEndpoint ?? metadata.authorizationEndpoint,
      }),
      ...(credential.kind === 'secret' && { clientSecret: credential.secret.reveal() }),
      ...(credential.kind === 'certificate' && {
        clientCertificate: readCertificate(credential.pem.reveal()),
      }),
    },
    system: {
      networkClient: msalNetwork(options.fetch),
      disableInternalRetries: true,
      ...(options.protocol === 'openid-connect' && { protocolMode: 'OIDC' as const }),
    },
  }
}

/** Lets msal-node send through our fetch, with our time limits. */
export function msalNetwork(fetch: Fetch): INetworkModule {
  const send = async <T>(method: string, url: string, options?: NetworkRequestOptions) => {
    const answer = await requestUpstream({ fetch, service: 'identity provider' }, url, {
      method,
      ...(options?.headers && { headers: options.headers }),
      ...(options?.body !== undefined && { body: options.body }),
    })
    return {
      headers: Object.fromEntries(answer.headers),
      body: asObject(answer.body) as T,
      status: answer.status,
    }
  }
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  }
}

/** What msal-node throws, as one of our errors: a refused code is the person's, everything else is not. */
export function codeFailure(error: unknown): Error {
  const { errorCode } = asObject(error) as { errorCode?: unknown }
  const { code } = asObject(error) as { code?: unknown }
  if (code === 'ERR_SERVER_UPSTREAM' && error instanceof Error) return error
  const reason = typeof errorCode === 'string' ? errorCode : 'unknown'
  if (reason === 'invalid_grant' || reason === 'access_denied' || reason === 'invalid_request')
    return grantError(reason)
  return serverError('ERR_SERVER_UPSTREAM', 'The identity provider failed', { reason })
}

function readCertificate(pem: string): { thumbprintSha256: string; privateKey: string; x5c: string } {
  const certificate = new X509Certificate(pem)
  const privateKey = createPrivateKey(pem).export({ format: 'pem', type: 'pkcs8' }).toString()
  const thumbprintSha256 = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
  return { thumbprintSha256, privateKey, x5c: certificate.toString() }
}
