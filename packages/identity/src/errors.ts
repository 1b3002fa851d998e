/**
 * The errors of this package.
 */

import type { ErrorDetails } from '@latchkey/common'
import { isLatchkeyError, LatchkeyError } from '@latchkey/common'

/** Why a call failed. Codes are API; messages are prose. */
export type IdentityErrorCode =
  /** An argument cannot be right; nothing was sent. */
  | 'ERR_IDENTITY_ARGUMENT'
  /** The service refused the key or the Entra token, or Entra refused to give one. */
  | 'ERR_IDENTITY_DENIED'
  /** The user does not exist, or belongs to another resource. */
  | 'ERR_IDENTITY_NOT_OWNED'
  /** The Teams user's token is not valid, or not meant for this. */
  | 'ERR_IDENTITY_TEAMS_TOKEN'
  /** The service refused the request for another reason. */
  | 'ERR_IDENTITY_REJECTED'
  /** Too many requests; `retryAfterMs` says when to come back, if the service did. Nothing was done. */
  | 'ERR_IDENTITY_THROTTLED'
  /** The service, or Entra, could not be reached or failed. The call may be repeated. */
  | 'ERR_IDENTITY_UNAVAILABLE'
  /** A create was sent and no answer came: the user may exist. Repeating the call may make a second one. */
  | 'ERR_IDENTITY_OUTCOME_UNKNOWN'
  /** The service answered something this package does not understand. */
  | 'ERR_IDENTITY_RESPONSE'
  /**
   * Another call is making or deleting this user and has not finished in time, or failed and may have acted. The call may
   * be repeated.
   */
  | 'ERR_IDENTITY_BUSY'
  /**
   * The store failed after a user was made: `communicationUserId`. The directory keeps it and writes it down at the next
   * call. The call may be repeated.
   */
  | 'ERR_IDENTITY_STORE'

/** What the service said about a failure. */
export interface ServiceFailure {
  /** HTTP status; absent when no answer came. */
  readonly statusCode?: number
  /** Azure's own code, for example `IdentityNotOwned`. */
  readonly serviceCode?: string
  /** The property Azure points at. */
  readonly target?: string
  /** How long the service asks to wait. */
  readonly retryAfterMs?: number
  /** What Azure support asks for: sent with every attempt of the call as `x-ms-client-request-id`. */
  readonly clientRequestId?: string
  /**
   * Whether the service may have done what was asked, in the last attempt or in one before it whose answer was lost.
   * Absent when nothing was asked.
   */
  readonly mayHaveActed?: boolean
  /** A user that was made although the call failed. */
  readonly communicationUserId?: string
}

/**
 * An error of the identity client or the user directory.
 *
 * `code` is ours and stable; `statusCode` and `serviceCode` are what Azure answered. No error holds a key or a token.
 */
export class CommunicationIdentityError extends LatchkeyError<IdentityErrorCode> implements ServiceFailure {
  override readonly name: string = 'CommunicationIdentityError'
  declare readonly statusCode?: number
  declare readonly serviceCode?: string
  declare readonly target?: string
  declare readonly retryAfterMs?: number
  declare readonly clientRequestId?: string
  declare readonly mayHaveActed?: boolean
  declare readonly communicationUserId?: string

  constructor(code: IdentityErrorCode, message: string, failure: ServiceFailure = {}, cause?: unknown) {
    super(message, { code, details: toDetails(failure), ...(cause !== undefined && { cause }) })
    Object.assign(this, failure)
  }
}

function toDetails(failure: ServiceFailure): ErrorDetails {
  return Object.fromEntries(Object.entries(failure).filter(([, value]) => value !== undefined))
}

/** An argument error, in the words and with the code the service would have used. */
export function argumentError(message: string, target: string): CommunicationIdentityError {
  const failure = { statusCode: 400, serviceCode: 'ValidationError', target }
  return new CommunicationIdentityError('ERR_IDENTITY_ARGUMENT', message, failure)
}

/** Tells whether `error` is one of this package's with one of `codes`. */
export function hasCode(error: unknown, ...codes: readonly IdentityErrorCode[]): boolean {
  return isLatchkeyError(error, ...codes)
}
