/**
 * What a Fluid token must be besides what the real server functions ask of it: signed with one of the two tenant keys,
 * in time by the clock of this local Azure, and free of the mistakes the real service lets pass and users pay for.
 *
 * The real service takes a token of any HMAC, dated a year ahead, or of a user without a name, which then disposes every
 * client of the document (FluidFramework issue 20159). Rule E9 of docs/security.md: stricter here, never laxer.
 */

import { isLatchkeyError, type JsonObject, parseCompactJws } from '@latchkey/common'
import jsonwebtoken from 'jsonwebtoken'

/** Why a request or a socket is turned away. */
export interface Refusal {
  readonly status: number
  readonly message: string
}

/** The longest life of a token, exp - iat. */
export const maxTokenLifetimeSeconds = 3_600

/** How far a token may be dated ahead of this machine. */
export const clockSkewSeconds = 300

/** The two keys of a tenant; either signs, either verifies. */
export interface TenantKeys {
  readonly primary: string
  readonly secondary: string
}

/** Reads a token's claims without believing them; `undefined` for what is no token. */
export function readClaims(token: string): JsonObject | undefined {
  try {
    return parseCompactJws(token).payload
  } catch (error) {
    if (isLatchkeyError(error)) return undefined
    throw error
  }
}

/** Judges the signature and its time: 401 for a token that was good once, 403 for any other. */
export function judgeSignature(token: string, keys: TenantKeys, nowMs: number): Refusal | undefined {
  const primary = judgeWithKey(token, keys.primary, nowMs)
  // As the service does: an expired token ends the search, a wrong signature tries the other key.
  return primary?.status === 403 ? judgeWithKey(token, keys.secondary, nowMs) : primary
}

/** Says why a token is refused, or nothing. */
export type TokenJudge = (token: string, nowMs: number) => Refusal | undefined

/** Judges what the real service lets pass. */
export function judgeLocally(token: string, nowMs: number): Refusal | undefined {
  let header: JsonObject
  let claims: JsonObject
  try {
    const parsed = parseCompactJws(token)
    header = parsed.header
    claims = parsed.payload
  } catch {
    return refuse('the token is not in the one form RFC 7515 allows')
  }
  const broken = localRules.find((rule) => !rule.holds(claims, header, nowMs / 1000))
  return broken && refuse(broken.otherwise)
}

interface LocalRule {
  readonly holds: (claims: JsonObject, header: JsonObject, nowSeconds: number) => boolean
  readonly otherwise: string
}

const knownScopes = new Set(['doc:read', 'doc:write', 'summary:write', 'doc:delete', 'token:revoke'])

const localRules: readonly LocalRule[] = [
  { holds: (_claims, header) => header['alg'] === 'HS256', otherwise: 'the algorithm must be HS256' },
  { holds: (claims) => claims['ver'] === '1.0', otherwise: 'the claim ver must be "1.0"' },
  {
    holds: (claims) => isScopeList(claims['scopes']),
    otherwise: `scopes must be a list of ${[...knownScopes].join(', ')}`,
  },
  {
    holds: (claims, _header, now) => Number(claims['iat']) <= now + clockSkewSeconds,
    otherwise: 'the token is dated in the future',
  },
  {
    holds: (claims) => hasText(claims['user'], 'id') && hasText(claims['user'], 'name'),
    otherwise:
      'the user needs an id and a name; the real service accepts this token, and it disposes every client of the document',
  },
  {
    holds: (claims) => claims['isKeylessAccessToken'] !== true,
    otherwise: 'isKeylessAccessToken is not for tenants with keys',
  },
]

function judgeWithKey(token: string, key: string, nowMs: number): Refusal | undefined {
  try {
    const clockTimestamp = Math.floor(nowMs / 1000)
    jsonwebtoken.verify(token, key, { algorithms: ['HS256', 'HS384', 'HS512'], clockTimestamp })
    return undefined
  } catch (error) {
    return error instanceof jsonwebtoken.TokenExpiredError
      ? { status: 401, message: 'Token expired' }
      : { status: 403, message: 'Invalid token' }
  }
}

function isScopeList(scopes: unknown): boolean {
  return Array.isArray(scopes) && scopes.every((scope) => knownScopes.has(scope))
}

function hasText(value: unknown, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false
  const text: unknown = Reflect.get(value, name)
  return typeof text === 'string' && text.trim() !== ''
}

function refuse(reason: string): Refusal {
  return { status: 403, message: `Local Azure refuses this token: ${reason}.` }
}
