/**
 * User access tokens of Azure Communication Services: when one ends, and whose it is.
 *
 * Nothing here verifies a token; only the service can. The claims are read to know when to fetch the next one.
 */

import { readBinary } from '../base64.ts'
import { LatchkeyError } from '../errors.ts'

/** A token and its expiry, in the shape of `@azure/core-auth`. */
export interface AccessToken {
  token: string
  /** Milliseconds since the Unix epoch. */
  expiresOnTimestamp: number
}

/** Why a credential cannot be made, or has no token to give. */
export type CredentialErrorCode =
  /** The constructor got an unknown shape, or a number out of range. */
  | 'ERR_CREDENTIAL_OPTIONS'
  /** `dispose` was called. */
  | 'ERR_CREDENTIAL_DISPOSED'
  /** Not a token: empty, blank, or an object without `token` and a finite `expiresOnTimestamp`. */
  | 'ERR_TOKEN_MALFORMED'
  /** The refresher returned an expired token. */
  | 'ERR_TOKEN_EXPIRED'
  /** The refresher returned another user's token. */
  | 'ERR_TOKEN_HOLDER'
  /** The token took longer than `refreshTimeoutSeconds`. */
  | 'ERR_TOKEN_TIMEOUT'
  /** The scopes name neither, or both, of the two families that can be exchanged. */
  | 'ERR_ENTRA_SCOPES'
  /** The Entra credential returned no token. */
  | 'ERR_ENTRA_TOKEN'
  /** The exchange was refused or answered nonsense; `details` holds `statusCode` and the service's `serviceCode`. */
  | 'ERR_ENTRA_EXCHANGE'

/** Checks whether `value` has a token and a usable expiry. */
export function isAccessToken(value: unknown): value is AccessToken {
  if (typeof value !== 'object' || value === null) return false
  const { expiresOnTimestamp, token } = value as Partial<AccessToken>
  return typeof token === 'string' && token !== '' && Number.isFinite(expiresOnTimestamp)
}

/**
 * Reads a token's expiry: from the object itself, from the `exp` claim of a JWT, or, for an opaque token, `opaqueSeconds`
 * from now.
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
