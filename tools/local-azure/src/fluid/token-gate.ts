/**
 * Lets a request or a socket in, or says why not: the real server's functions first, then the signature with either
 * tenant key by the clock of this local Azure, then the rules of authorization.ts.
 */

import type { Clock } from '@latchkey/common'
import jsonwebtoken from 'jsonwebtoken'
import {
  judgeLocally,
  judgeSignature,
  maxTokenLifetimeSeconds,
  type Refusal,
  type TenantKeys,
  type TokenJudge,
} from './authorization.ts'
import type { Documents } from './documents.ts'
import {
  extractTokenFromHeader,
  type ITenantManager,
  isNetworkError,
  NetworkError,
  parseToken,
  validateTokenClaims,
  validateTokenClaimsExpiration,
  verifyToken,
} from './relay.ts'
import type { UsedTokens } from './used-tokens.ts'

/** The claims of a token that was let in; authorization.ts has made sure that the user has a name. */
export type ServerClaims = ReturnType<typeof validateTokenClaims>

/** What a route asks of a token. */
export interface WantedToken {
  readonly authorization: string | undefined
  /** Where the token stands in the header: bare for the orderer, with the tenant for storage. */
  readonly form: 'orderer' | 'storage'
  readonly tenantId: string
  /** The document of the route; storage takes the token's own, creation has none yet. */
  readonly documentId?: string
  readonly scopes: readonly string[]
  readonly singleUse?: boolean
}

/** What the gate stands on. */
export interface TokenGateParts {
  readonly clock: Clock
  /** Who the relay serves: the tenant of remote clients, and `local` of local ones. */
  readonly tenantIds: readonly string[]
  readonly keys: () => TenantKeys
  readonly documents: Documents
  readonly usedTokens: UsedTokens
  /** Told of every token that was let in. */
  readonly onAccepted: (token: string, claims: ServerClaims) => void
  /** What is refused besides what the real service refuses. Default: {@link judgeLocally}. */
  readonly judge?: TokenJudge | undefined
}

/** A token that was let in. */
export interface AcceptedToken {
  readonly token: string
  readonly claims: ServerClaims
}

/** Checks tokens. */
export class TokenGate {
  readonly #parts: TokenGateParts

  constructor(parts: TokenGateParts) {
    this.#parts = parts
  }

  /** Lets a request in. Rejects with a `NetworkError` of 400, 401 or 403. */
  async admit(wanted: WantedToken): Promise<AcceptedToken> {
    const { tenantId, form, scopes, singleUse = false } = wanted
    const { usedTokens } = this.#parts
    if (wanted.authorization === undefined) throw new NetworkError(403, 'Missing Authorization header.')
    const token =
      form === 'orderer'
        ? extractTokenFromHeader(wanted.authorization)
        : (parseToken(tenantId, wanted.authorization) ?? '')
    const needsDocument = wanted.documentId !== undefined
    // Read once before any proof, for the time and for storage's document; verifyToken reads them again and judges.
    const claims = readClaims(token, wanted.documentId ?? '', tenantId, needsDocument)
    this.#checkTime(claims)
    await verifyToken(
      tenantId,
      claims.documentId,
      token,
      this.tenantManager,
      {
        requireDocumentId: needsDocument || form === 'storage',
        ensureSingleUseToken: singleUse,
        singleUseTokenCache: undefined,
        enableTokenCache: false,
        tokenCache: {
          get: async (key) => (usedTokens.has(key) ? 'used' : null),
          set: async () => undefined,
        },
        revokedTokenChecker: {
          isTokenRevoked: async (_tenant, document, jti) => usedTokens.has(revokedName(document, jti)),
        },
      },
      [...scopes],
    )
    // Marked in one step, so that of two requests with one token at the same moment one loses.
    if (singleUse && !usedTokens.add(token, this.#secondsLeft(claims))) {
      throw new NetworkError(403, 'Access token has already been used.')
    }
    if (form === 'storage' && /[/\\]|\.\./.test(claims.documentId)) {
      throw new NetworkError(400, 'Invalid document id')
    }
    this.#parts.onAccepted(token, claims)
    return { token, claims }
  }

  /** What the server parts ask about the tenant; for REST, which checks the time itself. */
  readonly tenantManager: ITenantManager = this.#tenantManager((token) => this.#checkSignature(token))

  /** The same for sockets, whose protocol leaves time and document to it. */
  readonly socketTenantManager: ITenantManager = this.#tenantManager((token, tenantId) => {
    const claims = readClaims(token, '', tenantId, false)
    this.#checkTime(claims)
    this.#checkSignature(token)
    const { documentId, jti } = claims
    if (jti !== undefined && this.#parts.usedTokens.has(revokedName(documentId, jti))) {
      throw new NetworkError(403, 'Permission denied. Token has been revoked')
    }
    const document = this.#parts.documents.get(documentId)
    if (document?.tenantId !== tenantId) throw new NetworkError(404, 'Document not found.')
    this.#parts.onAccepted(token, claims)
  })

  #tenantManager(check: (token: string, tenantId: string) => void): ITenantManager {
    const unsupported = async (): Promise<never> => {
      throw new NetworkError(501, 'Not supported')
    }
    return {
      createTenant: unsupported,
      getTenant: unsupported,
      getTenantGitManager: unsupported,
      getKey: async () => this.#parts.keys().primary,
      verifyToken: async (tenantId, token) => {
        if (!this.#parts.tenantIds.includes(tenantId)) throw new NetworkError(403, 'Unknown tenant')
        check(token, tenantId)
      },
      signToken: async (tenantId, documentId, scopes, user, lifetime = 3_600, ver = '1.0', jti = '') => {
        const iat = Math.floor(this.#parts.clock.now() / 1000)
        const claims = { documentId, scopes, tenantId, user, iat, exp: iat + lifetime, ver }
        const jwtid = jti || crypto.randomUUID()
        return jsonwebtoken.sign({ ...claims, isKeylessAccessToken: false }, this.#parts.keys().primary, {
          jwtid,
        })
      },
    }
  }

  // The real function knows only the machine's clock, so the claims are moved to it, by whole seconds.
  #checkTime(claims: ServerClaims): void {
    const aheadSeconds = Math.round((this.#parts.clock.now() - Date.now()) / 1000)
    const moved =
      aheadSeconds === 0
        ? claims
        : { ...claims, iat: claims.iat - aheadSeconds, exp: claims.exp - aheadSeconds }
    validateTokenClaimsExpiration(claims.iat && claims.exp ? moved : claims, maxTokenLifetimeSeconds)
  }

  #secondsLeft({ exp }: ServerClaims): number {
    return Math.ceil(exp - this.#parts.clock.now() / 1000) + 1
  }

  #checkSignature(token: string): void {
    const nowMs = this.#parts.clock.now()
    const { judge = judgeLocally } = this.#parts
    throwRefusal(judgeSignature(token, this.#parts.keys(), nowMs) ?? judge(token, nowMs))
  }
}

// The real function trips over claims of the wrong type, which is a fault of the token and not of the service.
function readClaims(
  token: string,
  documentId: string,
  tenantId: string,
  needsDocument: boolean,
): ServerClaims {
  let claims: ServerClaims
  try {
    claims = validateTokenClaims(token, documentId, tenantId, needsDocument)
  } catch (error) {
    throw isNetworkError(error) ? error : new NetworkError(403, 'Missing token claims.')
  }
  const scopes: unknown = claims.scopes
  if (Array.isArray(scopes) || typeof scopes === 'string') return claims
  throw new NetworkError(403, 'Missing scopes in token claims.')
}

/** The name a revoked token is remembered by. */
export function revokedName(documentId: string, jti: string): string {
  return `revoked:${documentId}:${jti}`
}

function throwRefusal(refusal: Refusal | undefined): void {
  if (refusal) throw new NetworkError(refusal.status, refusal.message)
}
