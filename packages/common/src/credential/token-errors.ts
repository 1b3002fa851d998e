/**
 * The errors of a token that is not to be had.
 */

import { LatchkeyError } from '../errors.ts'
import type { CredentialErrorCode } from './access-token.ts'

/** The error of a credential that was disposed. */
export function disposed(): LatchkeyError<CredentialErrorCode> {
  return new LatchkeyError('User credential is disposed', { code: 'ERR_CREDENTIAL_DISPOSED' })
}

/** The error of a refresher that answered a token whose time is over. */
export function expired(): LatchkeyError<CredentialErrorCode> {
  return new LatchkeyError('The token returned from the tokenRefresher is expired.', {
    code: 'ERR_TOKEN_EXPIRED',
  })
}

/** The error of a refresher that answered somebody else's token. */
export function otherHolder(): LatchkeyError<CredentialErrorCode> {
  return new LatchkeyError('The token returned from the tokenRefresher belongs to another user.', {
    code: 'ERR_TOKEN_HOLDER',
  })
}

/** The error of a refresher, a credential or an exchange that did not answer in time. */
export function timedOut(): LatchkeyError<CredentialErrorCode> {
  return new LatchkeyError('The token did not come in time.', { code: 'ERR_TOKEN_TIMEOUT' })
}
