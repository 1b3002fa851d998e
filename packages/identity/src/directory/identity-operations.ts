/**
 * What the directory needs of an identity client.
 */

import type { CommunicationUserIdentifier } from '@latchkey/common'
import { isLatchkeyError } from '@latchkey/common'
import type { CommunicationIdentityClient } from '../client/communication-identity-client.ts'
import { type CommunicationIdentityError, hasCode } from '../errors.ts'

/** A `CommunicationIdentityClient`, or a stand-in with these members. */
export type IdentityOperations = Pick<
  CommunicationIdentityClient,
  'createUser' | 'deleteUser' | 'getToken' | 'revokeTokens' | 'supportsCustomId'
>

const refusals = [
  'ERR_IDENTITY_ARGUMENT',
  'ERR_IDENTITY_BUSY',
  'ERR_IDENTITY_DENIED',
  'ERR_IDENTITY_REJECTED',
  'ERR_IDENTITY_THROTTLED',
] as const

/** Deletes a user; one that is gone already counts as deleted. */
export async function deleteIfThere(
  client: IdentityOperations,
  user: CommunicationUserIdentifier,
): Promise<void> {
  try {
    await client.deleteUser(user)
  } catch (error) {
    if (!hasCode(error, 'ERR_IDENTITY_NOT_OWNED')) throw error
  }
}

/** Whether, after this error of a create, certainly no attempt of it made a user; what is not known here may have. */
export function nothingWasMade(error: unknown): boolean {
  if (!isLatchkeyError(error) || error.details['mayHaveActed'] === true) return false
  if (hasCode(error, 'ERR_IDENTITY_UNAVAILABLE')) return error.details['mayHaveActed'] === false
  return hasCode(error, ...refusals)
}

/**
 * Whether the service no longer knows the api-version it was asked in, as happens to previews.
 *
 * @see https://github.com/Azure/Communication/issues/159
 */
export function isVersionWithdrawn(error: unknown): boolean {
  if (!hasCode(error, 'ERR_IDENTITY_REJECTED') || !isLatchkeyError(error)) return false
  const { serviceCode } = error as CommunicationIdentityError
  return serviceCode === 'UnsupportedApiVersion' || serviceCode === 'UnsupportedApiVersionValue'
}
