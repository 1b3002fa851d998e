/**
 * Creates of an entry that may have left a user nobody can find, no more of them one by one than an entry should hold.
 */

import type { CommunicationUserRecord, UnaccountedCreate } from './user-record.ts'

// An outage with somebody who keeps trying makes hundreds.
const longest = 16

/** What an entry accounts for, with the create of its own intent. */
export function accountFor(record: CommunicationUserRecord): readonly UnaccountedCreate[] {
  const { createdAtMs, customId, intentId, unaccounted, writeId } = record
  // A custom id without an intent was given up; asking for it may have made somebody all the same.
  if (intentId === undefined && customId === undefined) return unaccounted
  return fold([...unaccounted, { intentId: intentId ?? writeId, atMs: createdAtMs }])
}

/** How many creates they are. */
export function countCreates(creates: readonly Pick<UnaccountedCreate, 'times'>[]): number {
  return creates.reduce((sum, { times = 1 }) => sum + times, 0)
}

// The oldest become one, which no late answer can strike off any more: rather one too many than one too few.
function fold(creates: readonly UnaccountedCreate[]): readonly UnaccountedCreate[] {
  const surplus = creates.length - longest
  const [oldest] = creates
  if (surplus <= 0 || !oldest) return creates
  const times = countCreates(creates.slice(0, surplus + 1))
  return [{ intentId: 'several', atMs: oldest.atMs, times }, ...creates.slice(surplus + 1)]
}
