/**
 * Somebody must be able to administer.
 */

import { serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { adminRole } from '../person.ts'
import { type AuditEntry, note } from './audit.ts'

/**
 * @param entry - The act, which takes its subject's part in administering; its refusal is put on record.
 * @throws `ERR_SERVER_LAST_ADMIN` when nobody but the subject is an enabled admin.
 */
export async function refuseLastAdmin(parts: Parts, context: FlowContext, entry: AuditEntry): Promise<void> {
  const admins = await parts.accounts.membersOf(adminRole, 2)
  if (admins.every((id) => id === entry.subject)) await refuse(parts, context, entry)
}

/**
 * Looks again after an admin was removed, and undoes it when nobody is left: two admins may have removed each other at
 * the same moment, each seeing the other one still there.
 *
 * @throws `ERR_SERVER_LAST_ADMIN` when it was undone.
 */
export async function undoIfNobodyIsLeft(
  parts: Parts,
  context: FlowContext,
  entry: AuditEntry,
  undo: () => Promise<void>,
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
