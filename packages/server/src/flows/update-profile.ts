/**
 * Changes a person's own row of the User table, and creates it for people who signed up on the provider's own page and
 * never used CheckAccount.
 */

import { serverError } from '../errors.ts'
import type { Parts } from '../parts.ts'
import type { Person } from '../person.ts'
import type { UserRow } from '../stores/stores.ts'

/**
 * @param changes - Columns a person may set, already parsed.
 * @throws `ERR_SERVER_NOT_FOUND` for somebody without an account.
 */
export async function updateProfile(
  parts: Parts,
  person: Person,
  changes: Readonly<Record<string, string>>,
): Promise<UserRow> {
  const { users } = parts.stores
  const at = new Date(parts.clock.now()).toISOString()
  const dated = { ...changes, updatedAt: at }
  const updated = await users.update(person.id, dated)
  if (updated) return updated
  const loaded = await parts.accounts.load(person.id)
  if (!loaded?.account.enabled) throw serverError('ERR_SERVER_NOT_FOUND', 'There is no such account')
  const { id, email = '' } = loaded.account
  await users.createIfAbsent({ id, partition: id, email, createdAt: at, ...dated })
  const row = await users.update(person.id, dated)
  if (!row) throw serverError('ERR_SERVER_THROTTLED', 'The profile is being deleted')
  return row
}
