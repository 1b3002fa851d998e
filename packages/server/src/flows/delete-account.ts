/**
 * Account deletion: everything of a person, everywhere.
 *
 * The account is disabled first and deleted last, the sessions end at the very end: a call that was killed half-way can
 * be made again by the same person, and every step is safe to repeat.
 */

import { roleOf } from '../accounts/roles.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { adminRole, type Person, type Subject } from '../person.ts'
import { spanNames } from '../telemetry/spans.ts'
import { record } from './audit.ts'
import { refuseLastAdmin } from './last-admin.ts'

/** @throws `ERR_SERVER_LAST_ADMIN`. */
export function deleteAccount(
  parts: Parts,
  context: FlowContext,
  actor: Person,
  target: { readonly id: string; readonly subject?: Subject },
): Promise<void> {
  return parts.inSpan(spanNames.deleteAccount, {}, async () => {
    const { accounts, stores } = parts
    const loaded = await accounts.load(target.id)
    if (loaded && roleOf(loaded.groups, parts.settings.roles) === adminRole)
      await refuseLastAdmin(parts, target.id)
    await record(parts, context, { action: 'account-deleted', subject: target.id, actor: actor.id })
    if (loaded?.account.enabled) await accounts.setEnabled(target.id, false)
    const subject = target.subject ?? loaded?.account.subject ?? (await parts.provider.subjectOf(target.id))
    if (subject)
      for (const service of parts.tokenServices.values())
        await service.removePerson?.({ id: target.id, subject })
    await parts.resourceTokens.removePerson(target.id)
    await stores.users.removeAllOf(target.id)
    await accounts.remove(target.id)
    await parts.sessions.revokeAllOf(target.id, 'deleted')
  })
}
