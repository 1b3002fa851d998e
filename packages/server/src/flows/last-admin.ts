/**
 * There must always be an admin.
 *
 * A directory shows its own changes late, so a leaving admin is written down first, conditionally: of two admins who
 * remove each other, the second finds the first one's name, whatever the directory still says.
 */

import type { LeavingAdmins, Marked } from '../accounts/role-change-store.ts'
import { serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { adminRole } from '../person.ts'
import { type AuditEntry, note } from './audit.ts'
import { superseded } from './role-changes.ts'

/** How somebody ceases as an admin: by another role, or by an account that is disabled or deleted. */
export type LeavingBy = 'role' | 'account'

// Longer than a call lasts and than a directory takes to show it.
const leavingMs = 10 * 60_000
const maxRounds = 50

/**
 * Writes down that the subject ceases as an admin.
 *
 * @param entry - The act, which takes its subject's part in administering; its refusal is put on record.
 * @throws `ERR_SERVER_LAST_ADMIN` when nobody but the subject is an enabled admin.
 */
export async function refuseLastAdmin(parts: Parts, context: FlowContext, entry: AuditEntry): Promise<void> {
  for (let round = 0; round < maxRounds; round += 1)
    if (await parts.stores.roleChanges.leave(await leavingWith(parts, context, entry, 'account'))) return
  throw superseded()
}

/**
 * Who leaves, the subject included; to be written before the act.
 *
 * @throws `ERR_SERVER_LAST_ADMIN`, as above.
 */
export async function leavingWith(
  parts: Parts,
  context: FlowContext,
  entry: AuditEntry,
  by: LeavingBy,
): Promise<Marked<LeavingAdmins>> {
  const { value, mark } = await parts.stores.roleChanges.leaving()
  const nowMs = parts.clock.now()
  const present = Object.entries(value).filter(([, untilMs]) => untilMs > nowMs)
  const leaving = new Set(present.map(([key]) => key))
  const isOnTheWay = (id: string): boolean =>
    leaving.has(keyOf(id, 'role')) || leaving.has(keyOf(id, 'account'))
  // One more than can be on their way out, beside the subject: whoever of them is not stays.
  const admins = await parts.accounts.membersOf(adminRole, leaving.size + 2)
  if (admins.every((id) => id === entry.subject || isOnTheWay(id))) await refuse(parts, context, entry)
  const next = { ...Object.fromEntries(present), [keyOf(entry.subject ?? '', by)]: nowMs + leavingMs }
  return { value: next, mark }
}

/** Who leaves, without somebody who stays after all; `undefined` when that changes nothing. */
export async function leavingWithout(
  { stores }: Parts,
  id: string,
  by: LeavingBy,
): Promise<Marked<LeavingAdmins> | undefined> {
  const { value, mark } = await stores.roleChanges.leaving()
  const { [keyOf(id, by)]: untilMs, ...others } = value
  return untilMs === undefined ? undefined : { value: others, mark }
}

/** Whether somebody is written down as leaving. */
export async function isLeaving({ stores, clock }: Parts, id: string, by: LeavingBy): Promise<boolean> {
  const { value } = await stores.roleChanges.leaving()
  return (value[keyOf(id, by)] ?? 0) > clock.now()
}

/** Writes down that somebody's account counts again. */
export async function returnToAdmins(parts: Parts, id: string): Promise<void> {
  for (let round = 0; round < maxRounds; round += 1) {
    const leaving = await leavingWithout(parts, id, 'account')
    if (!leaving || (await parts.stores.roleChanges.leave(leaving))) return
  }
}

/**
 * Looks again after an admin was removed, and undoes it when nobody is left: somebody may have been removed in the
 * directory's own portal at the same moment.
 *
 * @throws `ERR_SERVER_LAST_ADMIN` when it was undone.
 */
export async function undoIfNobodyIsLeft(
  parts: Parts,
  context: FlowContext,
  entry: AuditEntry,
  undo: () => Promise<unknown>,
): Promise<void> {
  const [left] = await parts.accounts.membersOf(adminRole, 1)
  if (left !== undefined) return
  await undo()
  await refuse(parts, context, entry)
}

async function refuse(parts: Parts, context: FlowContext, entry: AuditEntry): Promise<never> {
  const details = { ...entry.details, code: 'ERR_SERVER_LAST_ADMIN' }
  await note(parts, context, { ...entry, outcome: 'refused', details }, entry.actor)
  throw serverError('ERR_SERVER_LAST_ADMIN', 'The last admin cannot be removed')
}

function keyOf(id: string, by: LeavingBy): string {
  return `${id} ${by}`
}
