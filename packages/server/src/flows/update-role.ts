/**
 * UpdateRole: leaves a person with exactly one role.
 *
 * Added before removed, so that no failure leaves a person with less than before; every step is safe to repeat, so a
 * second call mends what a killed first one left. What the old role opened ends with it: sessions at once, resource
 * tokens when they expire.
 */

import { roleChanges, roleOf } from '../accounts/roles.ts'
import { inputError, serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { adminRole, type Person } from '../person.ts'
import { spanNames } from '../telemetry/spans.ts'
import { record } from './audit.ts'
import { refuseLastAdmin, undoIfNobodyIsLeft } from './last-admin.ts'

/**
 * @param id - A person's id.
 * @param role - The only role the person has afterwards.
 * @throws `ERR_SERVER_INPUT` for an unknown role, `ERR_SERVER_NOT_FOUND`, `ERR_SERVER_LAST_ADMIN`.
 */
export function updateRole(
  parts: Parts,
  context: FlowContext,
  actor: Person,
  id: string,
  role: string,
): Promise<void> {
  return parts.inSpan(spanNames.updateRole, {}, async () => {
    const { accounts, settings } = parts
    const wanted = role.trim().toLowerCase()
    if (!settings.roles.includes(wanted) || !(await accounts.hasGroup(wanted)))
      throw inputError('role', 'The role is invalid')
    const loaded = await accounts.load(id)
    if (!loaded) throw serverError('ERR_SERVER_NOT_FOUND', 'There is no such account')
    const target = loaded.account.id

    const before = roleOf(loaded.groups, settings.roles)
    const losesAdmin = before === adminRole && wanted !== adminRole
    const details = { from: before, to: wanted }
    const entry = { action: 'role-changed', subject: target, actor: actor.id, details } as const
    if (losesAdmin) await refuseLastAdmin(parts, context, entry)
    await record(parts, context, entry)

    const { add, remove } = roleChanges(loaded.groups, wanted, settings.roles)
    for (const one of add) await accounts.addToGroup(target, one)
    for (const one of remove) await accounts.removeFromGroup(target, one)
    if (losesAdmin)
      await undoIfNobodyIsLeft(parts, context, entry, () => accounts.addToGroup(target, adminRole))

    await parts.sessions.revokeAllOf(target, 'role-change')
    await parts.resourceTokens.reconcilePerson(target, wanted)
  })
}
