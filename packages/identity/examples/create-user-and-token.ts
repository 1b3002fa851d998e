/**
 * Champion scenario 1: create a user and issue a token, with everything that can go wrong.
 */

import { isLatchkeyError } from '@latchkey/common'
import {
  CommunicationIdentityClient,
  type CommunicationIdentityError,
  type CommunicationUserToken,
} from '@latchkey/identity'

/** Creates a user and answers it with a token for chat. */
export async function createUserAndToken(connectionString: string): Promise<CommunicationUserToken> {
  try {
    const identityClient = new CommunicationIdentityClient(connectionString)
    const user = await identityClient.createUser()
    const { expiresOn, token } = await identityClient.getToken(user, ['chat'])
    console.log('Communication user id:', user.communicationUserId)
    console.log('The token is good until', expiresOn.toISOString())
    return { user, token, expiresOn }
  } catch (error) {
    if (isLatchkeyError(error, 'ERR_CONNECTION_STRING', 'ERR_ENDPOINT', 'ERR_ACCESS_KEY')) {
      console.error('The connection string must be endpoint=https://…;accesskey=…')
    } else if (isLatchkeyError(error, 'ERR_IDENTITY_DENIED')) {
      console.error('The access key is not the one of this resource')
    } else if (isLatchkeyError(error, 'ERR_IDENTITY_THROTTLED')) {
      const { retryAfterMs } = error as CommunicationIdentityError
      console.error(`Too many requests; try again in ${retryAfterMs} ms`)
    } else if (isLatchkeyError(error, 'ERR_IDENTITY_OUTCOME_UNKNOWN')) {
      // Creating again would leave a user nobody knows. A CommunicationUserDirectory takes care of this.
      console.error('The user may exist although no answer came')
    }
    throw error
  }
}
