/**
 * Work that must succeed before a refresh token is used up, and is done once however often the token is judged.
 */

import type { Person } from '../person.ts'

/** Whom something is done for: as much of a person as a refresh token states. */
export type Holder = Pick<Person, 'id' | 'role' | 'sid'>

/** Does `work` once for a role; another role, which a look at the account may show, makes it anew. */
export function beforehand<T>(work: (holder: Holder) => Promise<T>): (holder: Holder) => Promise<T> {
  let latest: { readonly role: string; readonly outcome: Promise<T> } | undefined
  return ({ id, role, sid }) => {
    if (latest?.role !== role)
      latest = { role, outcome: work({ id, role, ...(sid !== undefined && { sid }) }) }
    return latest.outcome
  }
}
