/**
 * Disabling and enabling an account. Disabling ends every session, removes the person's Cosmos users, and revokes what the
 * directory has issued. Each step is tried even if another fails, and all are safe to repeat.
 */

import { roleOf } from '../accounts/roles.ts'
import { serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { adminRole, type Person } from '../person.ts'
import { record } from './audit.ts'
import { refuseLastAdmin, returnToAdmins, undoIfNobodyIsLeft } from './last-admin.ts'
import { tryEach } from './try-each.ts'

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
    await undoIfNobodyIsLeft(parts, context, entry, async () => {
      await parts.accounts.setEnabled(target, true)
      await returnToAdmins(parts, target)
    })
  if (enabled) return returnToAdmins(parts, target)
  await tryEach([
    // Before what it opens is taken away, so that no session makes that again.
    () => parts.sessions.revokeAllOf(target, 'disabled'),
    () => parts.resourceTokens.removePerson(target),
    () => parts.accounts.endSignIns(target),
  ])
}
