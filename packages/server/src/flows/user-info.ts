/**
 * GetUserInfo: a row of the User table.
 */

import type { FlowContext, Parts } from '../parts.ts'
import type { UserRow } from '../stores/stores.ts'
import { spanNames } from '../telemetry/spans.ts'
import { noteKeyUse } from './key-use.ts'

/** The row of an e-mail address, for callers with the function key, as in the original. */
export function userInfoByEmail(
  parts: Parts,
  context: FlowContext,
  email: string,
): Promise<UserRow | undefined> {
  return parts.inSpan(spanNames.userInfo, {}, async () => {
    const row = await parts.stores.users.findByEmail(email)
    await noteKeyUse(parts, context, 'GetUserInfo', row?.id ?? parts.pseudonyms.of('email', email))
    return row
  })
}

/** A person's own row. */
export function userInfoOf(parts: Parts, personId: string): Promise<UserRow | undefined> {
  return parts.inSpan(spanNames.userInfo, {}, () => parts.stores.users.read(personId))
}
