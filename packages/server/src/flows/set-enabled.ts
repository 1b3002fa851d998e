/**
 * Disabling and enabling an account. Disabling ends every session and everything the directory has handed out.
 */

import { roleOf } from '../accounts/roles.ts'
import { serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { adminRole, type Person } from '../person.ts'
import { record } from './audit.ts'
import { refuseLastAdmin, returnToAdmins, undoIfNobodyIsLeft } from './last-admin.ts'

/** @throws `ERR_SERVER_NOT_FOUND`, `ERR_SERVER_LAST_ADMIN`. */
export async function setEnabled(
  parts: Parts,
  context: FlowContext,
  actor: Person,
  id: string,
  enabled: boolean,
): Promise<void> {
  const loaded = await parts.accounts.load(id)
  if (!loaded) throw serverError('ERR_SERVER_NOT_FOUND', 'There is no such account')
  const target = loaded.account.id
  const losesAdmin =
    !enabled && loaded.account.enabled && roleOf(loaded.groups, parts.settings.roles) === adminRole
  const action = enabled ? 'account-enabled' : 'account-disabled'
  const entry = { action, subject: target, actor: actor.id } as const
  if (losesAdmin) await refuseLastAdmin(parts, context, entry)
  await record(parts, context, entry)
  await parts.accounts.setEnabled(target, enabled)
  if (losesAdmin)
    await undoIfNobodyIsLeft(parts, context, entry, () => parts.accounts.setEnabled(target, true))
  if (enabled) return returnToAdmins(parts, target)
  await parts.sessions.revokeAllOf(target, 'disabled')
  await parts.resourceTokens.removePerson(target)
  await parts.accounts.endSignIns(target)
}
