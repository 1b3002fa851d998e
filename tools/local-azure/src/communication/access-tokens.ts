/**
 * Access tokens of users: signed JSON Web Tokens, remembered by id only, so that revoking really ends them and the
 * data folder holds no token.
 */

import { randomUUID, sign, verify } from 'node:crypto'
import { encodeBase64Url, isLatchkeyError, type JsonObject, parseCompactJws } from '@latchkey/common'
import type { ServiceHost } from '../host/service.ts'
import { createSigningKeySource } from './signing-key.ts'
import { type TokenScope, tokenScopes } from './token-scopes.ts'

/** A token with the moment it ends. */
export interface AccessToken {
  readonly token: string
  readonly expiresAtMs: number
}

/** What a valid token says about its bearer. */
export interface TokenBearer {
  /** The user's raw id, for example `8:acs:…`. */
  readonly identity: string
  readonly scopes: readonly TokenScope[]
  /** Names the token without being it. */
  readonly tokenId: string
  readonly expiresAtMs: number
}

// The number the real tokens carry for "made for a Communication Services user".
const audienceScope = 1_792

/** Issues, judges and revokes access tokens. */
export class AccessTokens {
  readonly #host: ServiceHost
  readonly #signingKey: ReturnType<typeof createSigningKeySource>
  readonly #resourceId: string

  constructor(host: ServiceHost, resourceId: string) {
    this.#host = host
    this.#resourceId = resourceId
    this.#signingKey = createSigningKeySource(host.database)
    host.database.exec(`
      CREATE TABLE IF NOT EXISTS access_tokens (
        token_id TEXT PRIMARY KEY, identity TEXT NOT NULL, expires_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX IF NOT EXISTS access_tokens_by_identity ON access_tokens (identity);
      CREATE INDEX IF NOT EXISTS access_tokens_by_expiry ON access_tokens (expires_ms);
    `)
  }

  /** Signs a token. */
  async issue(identity: string, scopes: readonly TokenScope[], lifetimeMs: number): Promise<AccessToken> {
    const { keyId, privateKey } = await this.#signingKey()
    const now = this.#host.clock.now()
    const expiresAtMs = now + lifetimeMs
    const tokenId = randomUUID()
    const header = { alg: 'RS256', kid: keyId, typ: 'JWT' }
    const claims = {
      skypeid: identity.replace(/^8:/, ''),
      scp: audienceScope,
      csi: String(Math.floor(now / 1000)),
      exp: Math.floor(expiresAtMs / 1000),
      iat: Math.floor(now / 1000),
      acsScope: scopes.join(','),
      resourceId: this.#resourceId,
      resourceLocation: 'emulator',
      jti: tokenId,
    }
    const signingInput = `${encodeBase64Url(JSON.stringify(header))}.${encodeBase64Url(JSON.stringify(claims))}`
    const signature = sign('sha256', Buffer.from(signingInput), privateKey)
    const token = `${signingInput}.${encodeBase64Url(signature)}`
    // Expired tokens are refused by what they say themselves; their rows are only litter.
    this.#host.database.run('DELETE FROM access_tokens WHERE expires_ms <= ?', now)
    this.#host.database.run('INSERT INTO access_tokens VALUES (?, ?, ?)', tokenId, identity, expiresAtMs)
    const kind = 'Communication access token'
    const record = { kind, holder: identity, grants: scopes, issuedAtMs: now, expiresAtMs, token }
    this.#host.tokens.record({ service: 'communication', ...record })
    return { token, expiresAtMs }
  }

  /** The bearer of a token that is genuine, neither expired nor revoked; `undefined` for every other text. */
  async verify(token: string): Promise<TokenBearer | undefined> {
    const claims = await this.#readSigned(token)
    if (!claims) return undefined
    const { acsScope, exp, jti, resourceId } = claims
    if (typeof jti !== 'string' || typeof exp !== 'number' || typeof acsScope !== 'string') return undefined
    if (resourceId !== this.#resourceId || !this.isLive(jti)) return undefined
    const row = this.#host.database.get('SELECT identity FROM access_tokens WHERE token_id = ?', jti)
    const named = acsScope.split(',')
    const scopes = tokenScopes.filter((scope) => named.includes(scope))
    return { identity: String(row?.['identity']), scopes, tokenId: jti, expiresAtMs: exp * 1000 }
  }

  /** Tells whether the token called `tokenId` still opens anything. */
  isLive(tokenId: string): boolean {
    const row = this.#host.database.get('SELECT expires_ms FROM access_tokens WHERE token_id = ?', tokenId)
    // Whole seconds, as `exp` has them.
    return row !== undefined && Math.floor(Number(row['expires_ms']) / 1000) * 1000 > this.#host.clock.now()
  }

  /** Ends every token of a user. */
  revoke(identity: string): void {
    this.#host.database.run('DELETE FROM access_tokens WHERE identity = ?', identity)
  }

  /** How many live tokens each user has. */
  countLive(): ReadonlyMap<string, number> {
    const sql =
      'SELECT identity, count(*) AS tokens FROM access_tokens WHERE expires_ms > ? GROUP BY identity'
    const rows = this.#host.database.all(sql, this.#host.clock.now())
    return new Map(rows.map((row) => [String(row['identity']), Number(row['tokens'])]))
  }

  /** Forgets every token. */
  reset(): void {
    this.#host.database.run('DELETE FROM access_tokens')
  }

  async #readSigned(token: string): Promise<JsonObject | undefined> {
    try {
      const { header, payload, signature, signingInput } = parseCompactJws(token)
      const { keyId, publicKey } = await this.#signingKey()
      if (header['alg'] !== 'RS256' || header['kid'] !== keyId) return undefined
      return verify('sha256', Buffer.from(signingInput), publicKey, signature) ? payload : undefined
    } catch (error) {
      if (isLatchkeyError(error)) return undefined
      throw error
    }
  }
}
