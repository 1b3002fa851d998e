/**
 * What is done to all entries at once, now and then.
 */

import type { UserLifecycle } from './user-lifecycle.ts'
import type { Subject } from './user-record.ts'
import type { CommunicationUserStore, StoredCommunicationUser } from './user-store.ts'

/** An entry that could not be dealt with. */
export interface MaintenanceFailure {
  readonly subject: Subject
  readonly error: unknown
}

/** What a sweep did. */
export interface SweepReport {
  /** Users deleted because their lifetime was over. */
  readonly deleted: number
  readonly failed: readonly MaintenanceFailure[]
}

/** What reconciling did. */
export interface ReconcileReport {
  /** Interrupted creates that now have their user. */
  readonly completed: number
  /** Interrupted deletes that are now done, and intents that came to nothing. */
  readonly removed: number
  /** Users deleted because they were one too many. */
  readonly surplusDeleted: number
  /** Intents whose owner may still be at work. */
  readonly waiting: number
  /** Creates, over all unsettled entries, that may have left a user nobody can find; always 0 with custom ids. */
  readonly unaccounted: number
  readonly failed: readonly MaintenanceFailure[]
}

/** Deletes what is past its time. */
export async function sweepExpired(
  store: CommunicationUserStore,
  lifecycle: UserLifecycle,
  nowMs: number,
): Promise<SweepReport> {
  let deleted = 0
  const failed: MaintenanceFailure[] = []
  for await (const { record } of store.list({ kind: 'expired', atMs: nowMs })) {
    try {
      if ((await lifecycle.fulfil(record.subject, 'swept')) === undefined) deleted += 1
    } catch (error) {
      failed.push({ subject: record.subject, error })
    }
  }
  return { deleted, failed }
}

/** Finishes interrupted intents. */
export async function finishIntents(
  store: CommunicationUserStore,
  lifecycle: UserLifecycle,
): Promise<ReconcileReport> {
  const counts = { completed: 0, removed: 0, surplusDeleted: 0, waiting: 0, unaccounted: 0 }
  const failed: MaintenanceFailure[] = []
  for await (const { record } of store.list({ kind: 'unsettled' })) {
    try {
      const settled = await lifecycle.fulfil(record.subject, 'settled')
      counts[outcomeOf(record, settled)] += 1
      counts.unaccounted += settled?.record.unaccounted ?? record.unaccounted
      counts.surplusDeleted += record.surplus.length
    } catch (error) {
      failed.push({ subject: record.subject, error })
    }
  }
  return { ...counts, failed }
}

function outcomeOf(
  before: StoredCommunicationUser['record'],
  after: StoredCommunicationUser | undefined,
): 'completed' | 'removed' | 'waiting' {
  if (after === undefined) return 'removed'
  return after.record.state === 'active' || before.state === 'active' ? 'completed' : 'waiting'
}
