/**
 * The list of tokens local Azure has handed out, newest first, for the dashboard.
 *
 * Kept in memory and bounded: it is there to be looked at, nothing is decided by it.
 */

import type { ServiceName } from './service.ts'

/** One issued token. */
export interface IssuedToken {
  readonly service: ServiceName
  /** What kind of token it is, for example `B2C id token` or `Cosmos resource token`. */
  readonly kind: string
  /** Who holds it: a user id, an e-mail address or an application. */
  readonly holder: string
  /** What it opens, in words: scopes, a container with its partition, a document. */
  readonly grants: readonly string[]
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  /** The token itself, shown on this machine only. */
  readonly token: string
}

/** The most tokens remembered. */
export const maxIssuedTokens = 500

/** Remembers issued tokens. */
export class TokenLedger {
  #tokens: IssuedToken[] = []

  record(token: IssuedToken): void {
    this.#tokens = [token, ...this.#tokens.slice(0, maxIssuedTokens - 1)]
  }

  list(): readonly IssuedToken[] {
    return this.#tokens
  }

  clear(): void {
    this.#tokens = []
  }
}
