/**
 * UpdateRole: sets a person's role.
 *
 * Every step is safe to repeat, so a second call completes a killed first one. The old role's access ends with it: sessions
 * immediately, resource tokens when they expire. Of simultaneous calls, the last one wins.
 */

import type { LeavingAdmins, Marked, RoleChange } from '../accounts/role-change-store.ts'
import { roleOf } from '../accounts/roles.ts'
import { inputError, serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { adminRole, type Person } from '../person.ts'
import { spanNames } from '../telemetry/spans.ts'
import { type AuditEntry, note, record } from './audit.ts'
import { leavingWith, leavingWithout, undoIfNobodyIsLeft } from './last-admin.ts'
import { askForRole, carryOut, superseded } from './role-changes.ts'

/**
 * @param id - A person's id.
 * @param role - The only role the person has afterwards.
 * @throws `ERR_SERVER_INPUT` for an unknown role, `ERR_SERVER_NOT_FOUND`, `ERR_SERVER_LAST_ADMIN`;
 *   `ERR_SERVER_CONFLICT` when a later call set another role meanwhile, which the person has now.
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
    const details = { from: before, to: wanted }
    const entry = { action: 'role-changed', subject: target, actor: actor.id, details } as const
    // Somebody who was to become an admin lately may be one by now.
    const mayBeAdmin = (last: RoleChange | undefined): boolean =>
      before === adminRole || last?.asked.includes(adminRole) === true
    let isOnRecord = false
    const asked = await askForRole(parts, target, loaded.groups, wanted, async (last) => {
      const leaving = await leavingOf(parts, context, entry, mayBeAdmin(last))
      if (!isOnRecord) await record(parts, context, entry)
      isOnRecord = true
      return leaving
    })

    const done = await carryOut(parts, target, loaded.groups, asked)
    if (done.role !== adminRole && mayBeAdmin(done))
      await undoIfNobodyIsLeft(parts, context, entry, async () => {
        const stays = () => leavingWithout(parts, target, 'role')
        await carryOut(
          parts,
          target,
          loaded.groups,
          await askForRole(parts, target, loaded.groups, adminRole, stays),
        )
      })
    if (done.role === wanted) return
    const refused = { ...details, code: 'ERR_SERVER_CONFLICT' }
    await note(parts, context, { ...entry, outcome: 'refused', details: refused }, actor.id)
    throw superseded()
  })
}

/** Who leaves the admins with this change, if that changes. */
async function leavingOf(
  parts: Parts,
  context: FlowContext,
  entry: AuditEntry & { readonly subject: string; readonly details: { readonly to: string } },
  mayBeAdmin: boolean,
): Promise<Marked<LeavingAdmins> | undefined> {
  if (entry.details.to === adminRole) return leavingWithout(parts, entry.subject, 'role')
  return mayBeAdmin ? leavingWith(parts, context, entry, 'role') : undefined
}
