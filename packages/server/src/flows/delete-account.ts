/**
 * Account deletion: all of a person's data, everywhere.
 *
 * The account is disabled first and deleted last. Sessions end before anything is deleted, so that none of them recreates
 * it. The calling session ends last, so that the same person can repeat a call that was killed half-way. Every step is
 * safe to repeat.
 */

import type { AccountWithGroups } from '../accounts/accounts.ts'
import { roleOf } from '../accounts/roles.ts'
import { serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { adminRole, type Person, readPersonId } from '../person.ts'
import { spanNames } from '../telemetry/spans.ts'
import { record } from './audit.ts'
import { refuseLastAdmin, returnToAdmins, undoIfNobodyIsLeft } from './last-admin.ts'

/** Who is deleted; whoever deletes themselves is known with subject and session. */
type Target = Pick<Person, 'id'> & Partial<Pick<Person, 'subject' | 'sid'>>

/** @throws `ERR_SERVER_NOT_FOUND`, `ERR_SERVER_LAST_ADMIN`. */
export function deleteAccount(
  parts: Parts,
  context: FlowContext,
  actor: Person,
  target: Target,
): Promise<void> {
  return parts.inSpan(spanNames.deleteAccount, {}, async () => {
    const { accounts } = parts
    const loaded = await accounts.load(target.id)
    const id = loaded ? loaded.account.id : await idWithoutAccount(parts, target)
    if (loaded?.account.enabled) await disable(parts, context, actor, loaded)
    else await record(parts, context, { action: 'account-deleted', subject: id, actor: actor.id })
    await parts.sessions.revokeAllOf(id, 'deleted', target.sid)
    const subject = target.subject ?? loaded?.account.subject ?? (await parts.provider.subjectOf(id))
    if (subject)
      for (const service of parts.tokenServices.values()) await service.removePerson?.({ id, subject })
    await parts.resourceTokens.removePerson(id)
    await parts.stores.users.removeAllOf(id)
    await accounts.remove(id)
    await parts.sessions.revokeAllOf(id, 'deleted')
  })
}

async function disable(
  parts: Parts,
  context: FlowContext,
  actor: Person,
  { account: { id }, groups }: AccountWithGroups,
): Promise<void> {
  const isAdmin = roleOf(groups, parts.settings.roles) === adminRole
  const entry = { action: 'account-deleted', subject: id, actor: actor.id } as const
  if (isAdmin) await refuseLastAdmin(parts, context, entry)
  await record(parts, context, entry)
  await parts.accounts.setEnabled(id, false, { beforeRemoval: true })
  if (isAdmin)
    await undoIfNobodyIsLeft(parts, context, entry, async () => {
      await parts.accounts.setEnabled(id, true)
      await returnToAdmins(parts, id)
    })
}

/**
 * The subject where there is no account: somebody who is signed in, or somebody whose interrupted deletion left some of
 * their data.
 */
async function idWithoutAccount({ settings, sessions, stores }: Parts, target: Target): Promise<string> {
  const id = readPersonId(target.id, settings.roles)
  const isSomebody =
    id !== undefined &&
    (target.subject !== undefined ||
      (await sessions.listOf(id)).length > 0 ||
      (await stores.users.read(id)) !== undefined)
  if (!isSomebody) throw serverError('ERR_SERVER_NOT_FOUND', 'There is no such account')
  return id
}
