/**
 * Champion scenario 2A: a credential from a token your server handed to this user, and the token back as text.
 */

import { AzureCommunicationTokenCredential, isLatchkeyError } from '@latchkey/common'

/** Answers the token as text, or `undefined` when there is none worth using. */
export async function readTokenString(userToken: string): Promise<string | undefined> {
  let credential: AzureCommunicationTokenCredential
  try {
    credential = new AzureCommunicationTokenCredential(userToken)
  } catch (error) {
    if (isLatchkeyError(error, 'ERR_TOKEN_MALFORMED')) {
      console.error('That is not a token: sign in again.')
      return undefined
    }
    throw error
  }
  try {
    const { expiresOnTimestamp, token } = await credential.getToken()
    // A credential made from one token cannot fetch another; scenario 2B can.
    if (expiresOnTimestamp <= Date.now()) {
      console.error('The token has ended: sign in again.')
      return undefined
    }
    return token
  } finally {
    credential.dispose()
  }
}
