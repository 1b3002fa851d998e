/**
 * An identity provider: proves who a person is.
 */

import type { Subject } from '../person.ts'

/** A person who has just authenticated. */
export interface VerifiedIdentity {
  readonly subject: Subject
  /** The person's id: the directory's object id, or a hash of issuer and subject where there is no directory. */
  readonly id: string
  readonly name: string
  /** Contact data, never a key. */
  readonly email?: string
  /** When the proof was made, in epoch milliseconds; absent where a provider of your own does not say. */
  readonly issuedAtMs?: number
}

/** The provider's own tokens, as its token endpoint returned them. */
export interface UpstreamTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly idToken?: string
  readonly resource?: string
  readonly notBefore?: number
  /** In seconds since the Unix epoch. */
  readonly expiresOn: number
  readonly expiresIn: number
}

/** The parameters of a sign-in page. */
export interface AuthorizationRequest {
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  /** S256 of the verifier. */
  readonly codeChallenge: string
}

/** What comes back from the sign-in page, with what was kept while the person was away. */
export interface CodeRedemption {
  readonly code: string
  readonly redirectUri: string
  readonly codeVerifier: string
  readonly nonce: string
}

/** Sign-in by e-mail address and password. Only B2C and External ID have it. */
export interface PasswordGrant {
  /** @throws `ERR_SERVER_GRANT` for a wrong pair. */
  signIn(email: string, password: string): Promise<UpstreamTokens>
  /** @throws `ERR_SERVER_GRANT` for a token the provider refuses. */
  refresh(refreshToken: string): Promise<UpstreamTokens>
}

/** An identity provider. Verifying costs no request once the provider's keys are known. */
export interface IdentityProvider {
  readonly kind: 'b2c' | 'external-id' | 'openid-connect'
  /** @throws `ERR_SERVER_TOKEN`, with the reason in `details.reason`. */
  verifyIdToken(token: string, nonce?: string): Promise<VerifiedIdentity>
  /** @throws `ERR_SERVER_TOKEN`; an id token is never an access token. */
  verifyAccessToken(token: string): Promise<VerifiedIdentity>
  authorizationUrl(request: AuthorizationRequest): Promise<string>
  /**
   * Where somebody who forgot their password sets a new one. What comes back from there is no sign-in: a second factor
   * that the sign-in page asks for would be skipped.
   */
  passwordResetUrl?(request: AuthorizationRequest): Promise<string>
  /** @throws `ERR_SERVER_GRANT` for a code the provider refuses. */
  redeemCode(redemption: CodeRedemption): Promise<VerifiedIdentity>
  /** Where to end the provider's own session; `undefined` when it has no such place. */
  signOutUrl(returnTo: string): Promise<string | undefined>
  /** The subject of a directory's object id; `undefined` where ids cannot be turned back. */
  subjectOf(id: string): Promise<Subject | undefined>
  readonly passwordGrant?: PasswordGrant
}
