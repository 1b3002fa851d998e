/**
 * Somebody must be able to administer.
 */

import { serverError } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { adminRole } from '../person.ts'

/** @throws `ERR_SERVER_LAST_ADMIN` when nobody but this person is an enabled admin. */
export async function refuseLastAdmin(parts: Parts, personId: string): Promise<void> {
  const admins = await parts.accounts.membersOf(adminRole, 2)
  if (admins.every((id) => id === personId))
    throw serverError('ERR_SERVER_LAST_ADMIN', 'The last admin cannot be removed')
}
