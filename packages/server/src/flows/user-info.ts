/**
 * GetUserInfo: a row of the User table.
 */

import type { Parts } from '../parts.ts'
import type { UserRow } from '../stores/stores.ts'
import { spanNames } from '../telemetry/spans.ts'

/** The row of an address, as the original answers whoever has the function key. */
export function userInfoByEmail(parts: Parts, email: string): Promise<UserRow | undefined> {
  return parts.inSpan(spanNames.userInfo, {}, () => parts.stores.users.findByEmail(email))
}

/** A person's own row. */
export function userInfoOf(parts: Parts, personId: string): Promise<UserRow | undefined> {
  return parts.inSpan(spanNames.userInfo, {}, () => parts.stores.users.read(personId))
}
