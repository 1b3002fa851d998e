/**
 * Somebody must be able to administer.
 */

import { serverError } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { adminRole } from '../person.ts'

/** @throws `ERR_SERVER_LAST_ADMIN` when nobody but this person is an enabled admin. */
export async function refuseLastAdmin(parts: Parts, personId: string): Promise<void> {
  const admins = await parts.accounts.membersOf(adminRole, 2)
  if (admins.every((id) => id === personId)) throw lastAdmin()
}

/**
 * Looks again after an admin was removed, and undoes it when nobody is left: two admins may have removed each other at
 * the same moment, each seeing the other one still there.
 *
 * @throws `ERR_SERVER_LAST_ADMIN` when it was undone.
 */
export async function undoIfNobodyIsLeft(parts: Parts, undo: () => Promise<void>): Promise<void> {
  const [left] = await parts.accounts.membersOf(adminRole, 1)
  if (left !== undefined) return
  await undo()
  throw lastAdmin()
}

function lastAdmin(): Error {
  return serverError('ERR_SERVER_LAST_ADMIN', 'The last admin cannot be removed')
}
