/**
 * Account deletion: everything of a person, everywhere.
 *
 * The account is disabled first and deleted last, the sessions end at the very end: a call that was killed half-way can
 * be made again by the same person, and every step is safe to repeat.
 */

import type { AccountWithGroups } from '../accounts/accounts.ts'
import { roleOf } from '../accounts/roles.ts'
import { serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { adminRole, type Person, readPersonId, type Subject } from '../person.ts'
import { spanNames } from '../telemetry/spans.ts'
import { record } from './audit.ts'
import { refuseLastAdmin, undoIfNobodyIsLeft } from './last-admin.ts'

/** @throws `ERR_SERVER_NOT_FOUND`, `ERR_SERVER_LAST_ADMIN`. */
export function deleteAccount(
  parts: Parts,
  context: FlowContext,
  actor: Person,
  target: { readonly id: string; readonly subject?: Subject },
): Promise<void> {
  return parts.inSpan(spanNames.deleteAccount, {}, async () => {
    const { accounts } = parts
    const loaded = await accounts.load(target.id)
    const id = loaded ? loaded.account.id : await idWithoutAccount(parts, target)
    if (loaded?.account.enabled) await disable(parts, context, actor, loaded)
    else await record(parts, context, { action: 'account-deleted', subject: id, actor: actor.id })
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
  if (isAdmin) await undoIfNobodyIsLeft(parts, context, entry, () => parts.accounts.setEnabled(id, true))
}

/**
 * Who is meant where there is no account: somebody who is signed in, or somebody whose deletion was interrupted, so that
 * something of theirs is still here.
 */
async function idWithoutAccount(
  { settings, sessions, stores }: Parts,
  target: { readonly id: string; readonly subject?: Subject },
): Promise<string> {
  const id = readPersonId(target.id, settings.roles)
  const isSomebody =
    id !== undefined &&
    (target.subject !== undefined ||
      (await sessions.listOf(id)).length > 0 ||
      (await stores.users.read(id)) !== undefined)
  if (!isSomebody) throw serverError('ERR_SERVER_NOT_FOUND', 'There is no such account')
  return id
}
