/**
 * Judges tokens of an identity provider: form, algorithm, key, signature, issuer, audience, times, nonce, kind.
 *
 * Signature first, claims after; keys only from the configured provider, whatever the token's header says, and each for its
 * own algorithm. Entra signs with RS256 and nothing else, other issuers with what `provider-keys.ts` lists.
 */

import { type Clock, type JsonObject, parseCompactJws } from '@latchkey/common'
import { jwtVerify } from 'jose'
import { reasonOf, tokenError } from '../errors.ts'
import type { KeySet } from './key-sets.ts'
import { signatureAlgorithms } from './provider-keys.ts'

/** Which tokens hold. */
export interface TokenExpectation {
  readonly issuer: string
  readonly audience: string
  readonly keys: KeySet
  readonly kind: 'id' | 'access'
  readonly dialect: 'entra' | 'openid-connect'
  /** The nonce of the sign-in; absent when the token did not come from a sign-in of ours. */
  readonly nonce?: string | undefined
}

/** How far clocks may be apart. */
export const skewSeconds = 60

/**
 * Verifies a token and answers its claims.
 *
 * @throws `ERR_SERVER_TOKEN` with the reason in `details.reason`; `ERR_SERVER_UPSTREAM` when the keys cannot be had.
 */
export async function verifyProviderToken(
  token: string,
  expected: TokenExpectation,
  clock: Clock,
): Promise<JsonObject> {
  const { header, payload: unproven } = readJws(token)
  const { alg, kid } = header
  const allowed = expected.dialect === 'entra' ? ['RS256'] : signatureAlgorithms
  if (typeof alg !== 'string' || !allowed.includes(alg)) throw tokenError('algorithm')
  if (header['crit'] !== undefined || header['b64'] !== undefined) throw tokenError('header')
  const { key, algorithms } = await expected.keys.find(typeof kid === 'string' ? kid : '')
  if (!algorithms.includes(alg)) throw tokenError('algorithm')
  try {
    await jwtVerify(token, key, {
      algorithms: [alg],
      issuer: expected.issuer,
      audience: expected.audience,
      currentDate: new Date(clock.now()),
      clockTolerance: skewSeconds,
      requiredClaims: ['exp', 'iat'],
    })
  } catch (error) {
    throw tokenError(reasonOf(error))
  }
  // Proven now: the signature covers exactly this text.
  const claims = unproven
  if (typeof claims['iat'] !== 'number' || claims['iat'] > clock.now() / 1000 + skewSeconds)
    throw tokenError('issued_in_future')
  if (Array.isArray(claims['aud']) && claims['aud'].length > 1 && claims['azp'] !== expected.audience)
    throw tokenError('authorized_party')
  assertKind(claims, expected)
  if (expected.nonce !== undefined && claims['nonce'] !== expected.nonce) throw tokenError('nonce')
  return claims
}

/** Takes a token apart without believing anything in it. */
export function readJws(token: string): { readonly header: JsonObject; readonly payload: JsonObject } {
  try {
    return parseCompactJws(token)
  } catch {
    throw tokenError('malformed')
  }
}

// Entra puts azp and scp, even an empty one, into access tokens and never into id tokens. Elsewhere azp is the id token's
// too (Google's has it), and scp is what gives an access token away.
function assertKind(claims: JsonObject, { kind, dialect }: TokenExpectation): void {
  // A security event, such as the logout token of OpenID Connect, has the same issuer, audience and key.
  if ('events' in claims) throw tokenError('token_kind')
  const isAccess = 'scp' in claims || (dialect === 'entra' && 'azp' in claims)
  if (isAccess !== (kind === 'access')) throw tokenError('token_kind')
}
