/**
 * The claims of a Fluid token, as the service reads them.
 */

import type { JsonObject } from '@latchkey/common'
import { refusedToken } from './errors.ts'
import { type FluidScope, isFluidScope } from './scopes.ts'
import { isBlank } from './text.ts'
import type { FluidUser } from './user.ts'

/** The payload of a token. */
export interface FluidTokenClaims {
  /** `''` in a token that creates a document. */
  readonly documentId: string
  /** Empty only in the token with which the service tells who created a document. */
  readonly scopes: readonly FluidScope[]
  readonly tenantId: string
  readonly user: FluidUser
  /** Seconds since the Unix epoch. */
  readonly iat: number
  /** Seconds since the Unix epoch. */
  readonly exp: number
  readonly ver: '1.0'
  readonly jti: string
}

/** The longest life the service accepts, as exp - iat, in seconds. */
export const maxLifetimeSeconds = 3_600

/** The time rules a token is judged by. */
export interface TimeRules {
  readonly nowMs: number
  /** How far ahead `iat` and `nbf` may be; `exp` has no grace. */
  readonly clockSkewSeconds: number
  readonly maxLifetimeSeconds: number
}

/**
 * Reads the claims of a signed token: the right types, the right version, the right time.
 *
 * What they permit, on which document, is for the caller to compare.
 *
 * @throws `ERR_FLUID_TOKEN`
 */
export function parseClaims(claims: JsonObject, rules: TimeRules): FluidTokenClaims {
  const { documentId, tenantId, ver, jti } = claims
  const { iat, exp } = parseTimes(claims, rules)
  if (ver !== '1.0') throw refusedToken('version')
  if (typeof tenantId !== 'string' || tenantId === '') throw refusedToken('tenant')
  if (typeof documentId !== 'string') throw refusedToken('document')
  if (typeof jti !== 'string' || jti === '' || jti.length > 256) throw refusedToken('token_id')
  // The service takes such a token to be signed with another kind of key.
  if (claims['isKeylessAccessToken'] !== undefined && claims['isKeylessAccessToken'] !== false)
    throw refusedToken('keyless')
  return {
    documentId,
    scopes: parseScopeClaim(claims['scopes']),
    tenantId,
    user: parseUserClaim(claims['user']),
    iat,
    exp,
    ver,
    jti,
  }
}

function parseTimes(claims: JsonObject, rules: TimeRules): Pick<FluidTokenClaims, 'iat' | 'exp'> {
  const { iat, exp, nbf } = claims
  if (!isInstant(iat) || !isInstant(exp)) throw refusedToken('lifetime')
  if (exp <= iat || exp - iat > rules.maxLifetimeSeconds) throw refusedToken('lifetime')
  const now = rules.nowMs / 1000
  if (!(now < exp)) throw refusedToken('expired')
  const latestStart = now + rules.clockSkewSeconds
  if (iat > latestStart) throw refusedToken('not_yet_valid')
  if (nbf !== undefined && !(isInstant(nbf) && nbf <= latestStart)) throw refusedToken('not_yet_valid')
  return { iat, exp }
}

// RFC 7519 allows fractions of a second, but no signer in use writes them and the service's arithmetic expects none.
function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

function parseScopeClaim(value: unknown): readonly FluidScope[] {
  if (!Array.isArray(value) || value.length > 16) throw refusedToken('scopes')
  for (const scope of value) if (!isFluidScope(scope)) throw refusedToken('scopes')
  return value as readonly FluidScope[]
}

function parseUserClaim(value: unknown): FluidUser {
  if (typeof value !== 'object' || value === null) throw refusedToken('user')
  const { id, name, additionalDetails } = value as Partial<Record<keyof FluidUser, unknown>>
  if (typeof id !== 'string' || isBlank(id) || typeof name !== 'string' || isBlank(name))
    throw refusedToken('user')
  return additionalDetails === undefined ? { id, name } : { id, name, additionalDetails }
}
