/**
 * How many sessions a person has, and the end of many at once: a few at a time, every one of them tried.
 */

import type { Clock } from '@latchkey/common'
import { type EndReason, isBegun, type Session } from './session.ts'
import type { SessionStore } from './session-store.ts'

const mostAtOnce = 20

/** How many sessions a person has; signing in beyond that ends the oldest. */
export const mostSessions = 100

/** The limit is looked at on each such sign-in of a person, so that the others cost nothing. */
export const signInsPerLook = 20

const mostPersons = 10_000

/** Ends sessions, 20 at once. @throws what the store threw first, once all of them were tried. */
export async function endAll(
  store: SessionStore,
  sids: readonly string[],
  reason: EndReason,
  clock: Clock,
): Promise<void> {
  const failures: unknown[] = []
  for (let from = 0; from < sids.length; from += mostAtOnce) {
    const batch = sids.slice(from, from + mostAtOnce)
    const outcomes = await Promise.allSettled(batch.map((sid) => store.revoke(sid, reason, clock.now())))
    for (const outcome of outcomes) if (outcome.status === 'rejected') failures.push(outcome.reason)
  }
  if (failures.length > 0) throw failures[0]
}

/** Keeps a person within {@link mostSessions}, give or take the sign-ins between two looks. Never rejects. */
export type LimitSessions = (begun: Session) => Promise<void>

/** Makes the function that is told of each session that has begun. */
export function createSessionLimit(store: SessionStore, clock: Clock): LimitSessions {
  const signIns = new Map<string, number>()
  return async ({ sid, person: { id } }) => {
    const count = (signIns.get(id) ?? 0) + 1
    // Taken out and put back, so that whoever signed in longest ago is forgotten first.
    signIns.delete(id)
    if (count < signInsPerLook) signIns.set(id, count)
    const [oldest] = signIns.keys()
    if (signIns.size > mostPersons && oldest !== undefined) signIns.delete(oldest)
    if (count < signInsPerLook) return
    try {
      const others = (await store.listOf(id, clock.now())).filter((one) => isBegun(one) && one.sid !== sid)
      const surplus = others.slice(mostSessions - 1).map((one) => one.sid)
      await endAll(store, surplus, 'limit', clock)
    } catch {
      // Nobody is kept out for this; the next look ends what is left.
      signIns.set(id, signInsPerLook - 1)
    }
  }
}
