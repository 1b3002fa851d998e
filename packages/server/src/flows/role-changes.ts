/**
 * One order for simultaneous role changes, in a directory without transactions.
 *
 * Each call writes down its request, conditionally, and then carries out the last request, until there is no newer one.
 * So the last call to touch the directory applies the last request, however calls and processes interleave and whatever
 * a replica of the directory says: no decision depends on a read of the directory while others write. There is no lock:
 * a killed call blocks nobody, and the next one cleans up after it.
 */

import type { LeavingAdmins, Marked, RoleChange } from '../accounts/role-change-store.ts'
import { isExactly, isRoleless, roleChanges, roleOf } from '../accounts/roles.ts'
import { serverError } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { newRole } from '../person.ts'
import { tryEach } from './try-each.ts'

// Every round that is lost was won by another call, so this many calls at once for one person are served.
const maxRounds = 50
const delaysMs = [50, 100, 200, 400, 800, 1_600, 3_200]

/**
 * Writes down the requested role, as the last request.
 *
 * @param groups - Of the person, read before.
 * @param admit - Called before each attempt, with the earlier request; returns who leaves with the change, or throws.
 * @throws `ERR_SERVER_CONFLICT` when others keep asking.
 */
export async function askForRole(
  { stores, random, settings, clock }: Parts,
  personId: string,
  groups: readonly string[],
  role: string,
  admit: (before: RoleChange | undefined) => Promise<Marked<LeavingAdmins> | undefined>,
): Promise<Marked<RoleChange>> {
  const change = random.uuid()
  // Somebody without a role may have been made a moment ago, and their first one is on its way.
  const first = isRoleless(groups, settings.roles) ? [newRole] : []
  for (let round = 0; round < maxRounds; round += 1) {
    const { value: before, mark: seen } = await stores.roleChanges.change(personId)
    // Our own write of the round before, whose answer was lost.
    if (before?.change === change) return { value: before, mark: seen }
    const leaving = await admit(before)
    const asked = [...new Set([...(before?.asked ?? first), role])]
    const value = { change, role, asked, atMs: clock.now() }
    const mark = await stores.roleChanges.ask(personId, { value, mark: seen }, leaving)
    if (mark !== undefined) return { value, mark }
  }
  throw superseded()
}

/**
 * Updates the directory, the sessions and the permissions to the last request.
 *
 * @param groups - Of the person, read before asking.
 * @returns the request carried out, which differs from `asked` if a later call replaced it.
 * @throws `ERR_SERVER_THROTTLED` when the directory does not show it for several seconds.
 */
export async function carryOut(
  parts: Parts,
  personId: string,
  groups: readonly string[],
  asked: Marked<RoleChange>,
): Promise<RoleChange> {
  const { accounts, sessions, resourceTokens, settings, clock } = parts
  const delays = delaysMs.values()
  let current = asked
  for (let round = 0; round < maxRounds; round += 1) {
    const { role, change, asked: lately } = current.value
    const { add, remove } = roleChanges(groups, role, settings.roles, lately)
    const lost = [...remove, roleOf(groups, settings.roles)]
    // Added before removed, so that no failure leaves a person with less than before.
    for (const one of add) await accounts.addToGroup(personId, one)
    for (const one of remove) await accounts.removeFromGroup(personId, one)
    await tryEach([
      () => sessions.revokeAllOf(personId, 'role-change'),
      () => resourceTokens.keepRole(personId, role, lost),
    ])
    current = await latest(parts, personId, current)
    if (current.value.change !== change) continue
    // A call alone sees its own writes come out; where several met, the directory is asked.
    if (lately.length === 1) return current.value
    const seen = await accounts.load(personId)
    if (!seen || isExactly(seen.groups, role, settings.roles)) return current.value
    const delayMs = delays.next().value
    if (delayMs === undefined) break
    await new Promise<void>((resolve) => clock.schedule(delayMs, resolve))
  }
  throw serverError('ERR_SERVER_THROTTLED', 'The directory does not show the change yet', {
    service: 'graph',
    retryAfterSeconds: 5,
  })
}

/** Gives a new account its first role, unless an admin has requested another one meanwhile. */
export async function giveFirstRole(parts: Parts, personId: string): Promise<void> {
  await parts.accounts.addToGroup(personId, newRole)
  const { value, mark } = await parts.stores.roleChanges.change(personId)
  if (value && value.role !== newRole) await carryOut(parts, personId, [newRole], { value, mark })
}

/** The error for a call that a later one replaced. */
export function superseded(): Error {
  return serverError('ERR_SERVER_CONFLICT', 'Another change of the role came after this one')
}

// A write and not a read: a replica may not have heard of the latest change, and a conditional write is never made there.
async function latest(
  { stores }: Parts,
  personId: string,
  { value, mark: seen }: Marked<RoleChange>,
): Promise<Marked<RoleChange>> {
  const mark = await stores.roleChanges.ask(personId, { value, mark: seen })
  if (mark !== undefined) return { value, mark }
  const present = await stores.roleChanges.change(personId)
  return present.value ? { value: present.value, mark: present.mark } : { value, mark: undefined }
}
