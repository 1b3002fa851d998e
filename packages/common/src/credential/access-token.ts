/**
 * User access tokens of Azure Communication Services: when one ends, and whose it is.
 *
 * Nothing here verifies a token; only the service can. The claims are read to know when to fetch the next one.
 */

import { readBinary } from '../base64.ts'
import { LatchkeyError } from '../errors.ts'

/** A token and the moment it ends; the shape of `@azure/core-auth`. */
export interface AccessToken {
  token: string
  /** Milliseconds since the Unix epoch. */
  expiresOnTimestamp: number
}

/** Why a credential cannot be made, or has no token to give. */
export type CredentialErrorCode =
  /** The constructor was given none of the shapes it knows, or a number out of range. */
  | 'ERR_CREDENTIAL_OPTIONS'
  /** `dispose` was called. */
  | 'ERR_CREDENTIAL_DISPOSED'
  /** Not a token: empty, blank, or an object without `token` and a finite `expiresOnTimestamp`. */
  | 'ERR_TOKEN_MALFORMED'
  /** The refresher answered a token that has already ended. */
  | 'ERR_TOKEN_EXPIRED'
  /** The refresher answered a token of somebody else than the first one's holder. */
  | 'ERR_TOKEN_HOLDER'
  /** The refresher took longer than `refreshTimeoutSeconds`. */
  | 'ERR_TOKEN_TIMEOUT'
  /** The scopes name none, or both, of the two families that can be exchanged. */
  | 'ERR_ENTRA_SCOPES'
  /** The Entra credential answered no token. */
  | 'ERR_ENTRA_TOKEN'
  /** The exchange was refused or answered nonsense; `details` holds `statusCode` and the service's `serviceCode`. */
  | 'ERR_ENTRA_EXCHANGE'

/** Tells whether `value` has a token and a usable end. */
export function isAccessToken(value: unknown): value is AccessToken {
  if (typeof value !== 'object' || value === null) return false
  const { expiresOnTimestamp, token } = value as Partial<AccessToken>
  return typeof token === 'string' && token !== '' && Number.isFinite(expiresOnTimestamp)
}

/**
 * Reads when a token ends: from the object itself, from the `exp` claim of a JWT, or, for a token that cannot be looked
 * into, `opaqueSeconds` from now.
 *
 * @throws {@link LatchkeyError} `ERR_TOKEN_MALFORMED`.
 */
export function parseAccessToken(value: unknown, nowMs: number, opaqueSeconds: number): AccessToken {
  if (isAccessToken(value)) return value
  if (typeof value !== 'string') {
    throw malformed(
      'expected a string or an AccessToken with a non-empty token and a finite expiresOnTimestamp.',
    )
  }
  if (value.trim() === '') throw malformed('token must not be empty.')
  const expiry = readClaims(value)['exp']
  const ms = typeof expiry === 'number' && Number.isFinite(expiry) ? expiry : nowMs / 1000 + opaqueSeconds
  return { token: value, expiresOnTimestamp: ms * 1000 }
}

/**
 * Whom a token was issued to, or `undefined` when it does not say: the claim `skypeid` of a Communication Services token,
 * `oid` of an Entra one.
 */
export function readHolder(token: string, claim: 'skypeid' | 'oid'): string | undefined {
  const id = readClaims(token)[claim]
  return typeof id === 'string' ? id : undefined
}

// No service takes a longer token in a header.
const longestPayload = 65_536

function readClaims(token: string): Readonly<Record<string, unknown>> {
  try {
    const payload = token.split('.', 2)[1] ?? ''
    if (payload.length > longestPayload) return {}
    const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'))
    const claims: unknown = JSON.parse(new TextDecoder().decode(readBinary(binary)))
    return typeof claims === 'object' && claims !== null ? { ...claims } : {}
  } catch {
    return {}
  }
}

function malformed(what: string): LatchkeyError<CredentialErrorCode> {
  return new LatchkeyError(`Invalid token: ${what}`, { code: 'ERR_TOKEN_MALFORMED' })
}
