/**
 * How one service of local Azure checks an access token that Entra has issued.
 */

/** What is known of the bearer of a verified access token. */
export interface VerifiedAccessToken {
  /** The bearer's object id: a person's, or an application's service principal. */
  readonly objectId: string
  readonly tenantId: string
  /** The application the token was issued to. */
  readonly clientId: string
  readonly audience: string
  /** Delegated scopes; empty for an application. */
  readonly scopes: readonly string[]
  /** Application roles; empty for a person. */
  readonly roles: readonly string[]
  readonly expiresAtMs: number
}

/** The part of the Entra service other services need. */
export interface AccessTokenVerifier {
  /**
   * The claims of a token that Entra of this local Azure has signed, that is valid now and meant for `audience`;
   * `undefined` for every other text.
   */
  verifyAccessToken(
    token: string,
    wanted: { readonly audience: string },
  ): Promise<VerifiedAccessToken | undefined>
}
