/**
 * Whether somebody who came with the provider's own token, and so has no session of ours, is still in the role that the
 * directory showed: a replica of it may lag, and a call may be under way while an admin changes the role.
 */

import { roleOf } from '../accounts/roles.ts'
import { grantError, serverError } from '../errors.ts'
import type { Parts } from '../parts.ts'
import type { Person } from '../person.ts'
import { isLeaving } from './last-admin.ts'

/** For how long a requested role counts for more than what the directory shows: longer than it takes to show a change. */
const lagsMs = 10 * 60_000

/**
 * Rejects unless the account counts and has the role: the one an admin has requested lately, or else the directory's.
 *
 * @throws `ERR_SERVER_GRANT` for an account that is disabled, gone or about to be; `ERR_SERVER_THROTTLED` for another
 *   role, which the directory shows soon.
 */
export async function confirmUpstream(
  parts: Parts,
  { id, role }: Pick<Person, 'id' | 'role'>,
): Promise<void> {
  const { stores, accounts, settings, clock } = parts
  const [{ value: wish }, isGoing, loaded] = await Promise.all([
    stores.roleChanges.change(id),
    isLeaving(parts, id, 'account'),
    accounts.load(id),
  ])
  if (!loaded?.account.enabled || isGoing) throw grantError('account_disabled', { person: id })
  const requested = wish && clock.now() - wish.atMs < lagsMs ? wish.role : undefined
  if (role === (requested ?? roleOf(loaded.groups, settings.roles))) return
  throw serverError('ERR_SERVER_THROTTLED', 'The directory does not show the change yet', {
    service: 'graph',
    retryAfterSeconds: 5,
  })
}
