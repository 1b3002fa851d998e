/**
 * Work that must succeed before a refresh token is used up, and is done once however often the token is judged.
 */

import type { Person } from '../person.ts'

/** Whom something is done for: as much of a person as a refresh token states. */
export type Holder = Pick<Person, 'id' | 'role' | 'sid'>

/**
 * What is done for a holder. `confirm` insists that the session is live and as it was when the holder was read from it,
 * and is to be asked before anything is made or taken away.
 */
export type Work<T> = (holder: Holder, confirm: () => Promise<void>) => Promise<T>

/** Does `work` once for a person in a role; another role, which a look at the account may show, makes it anew. */
export function oncePerHolder<T>(work: Work<T>): Work<T> {
  let latest: { readonly id: string; readonly role: string; readonly outcome: Promise<T> } | undefined
  return ({ id, role, sid }, confirm) => {
    const holder = { id, role, ...(sid !== undefined && { sid }) }
    if (latest?.id !== id || latest.role !== role) latest = { id, role, outcome: work(holder, confirm) }
    return latest.outcome
  }
}
