/**
 * The codes of everything this package throws on purpose.
 */

import { type ErrorDetails, LatchkeyError } from '@latchkey/common'

/** Why something was refused. The code is API, the message is prose. */
export type FluidErrorCode =
  | 'ERR_FLUID_OPTIONS'
  | 'ERR_FLUID_TENANT'
  | 'ERR_FLUID_KEY'
  | 'ERR_FLUID_DOCUMENT'
  | 'ERR_FLUID_SCOPES'
  | 'ERR_FLUID_USER'
  | 'ERR_FLUID_DETAILS'
  | 'ERR_FLUID_LIFETIME'
  | 'ERR_FLUID_SKEW'
  | 'ERR_FLUID_CLOCK'
  | 'ERR_FLUID_VERSION'
  | 'ERR_FLUID_CLAIM'
  | 'ERR_FLUID_TOKEN'

/** Why a verifier refused a token: for logs, in `details.reason`; outside callers get only the code. */
export type FluidTokenRefusal =
  | 'too_large'
  | 'malformed'
  | 'header'
  | 'signature'
  | 'lifetime'
  | 'expired'
  | 'not_yet_valid'
  | 'version'
  | 'tenant'
  | 'document'
  | 'scopes'
  | 'user'
  | 'token_id'
  | 'keyless'
  | 'used'

/** An error of this package. */
export function fluidError(
  code: FluidErrorCode,
  message: string,
  details?: ErrorDetails,
): LatchkeyError<FluidErrorCode> {
  return new LatchkeyError(message, details === undefined ? { code } : { code, details })
}

/** The one error every refused token becomes. */
export function refusedToken(reason: FluidTokenRefusal): LatchkeyError<FluidErrorCode> {
  return fluidError('ERR_FLUID_TOKEN', 'The token is not valid', { reason })
}
