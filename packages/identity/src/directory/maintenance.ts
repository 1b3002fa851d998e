/**
 * What is done to all entries at once, now and then.
 */

import type { CommunicationUserIdentifier } from '@latchkey/common'
import { countCreates } from './unaccounted-creates.ts'
import type { UserLifecycle } from './user-lifecycle.ts'
import type { UserPlacement } from './user-placement.ts'
import type { CommunicationUserRecord, Subject } from './user-record.ts'
import { isTombstone } from './user-record.ts'
import type { UserRecords } from './user-records.ts'
import type { StoredCommunicationUser } from './user-store.ts'

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

/** A create, or several, that may have left a user at the service. */
export interface PossibleOrphan {
  readonly subject: Subject
  /** When the create was asked for; of several, the first. */
  readonly since: Date
  /** How many creates these are: 1, or the oldest of more than an entry keeps apart. */
  readonly times: number
  /** Known where the user was made and the store has failed ever since; this process still tries. */
  readonly user?: CommunicationUserIdentifier
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
  /** How many creates of {@link possibleOrphans} may have left a user that nobody knows; always 0 with custom ids. */
  readonly unaccounted: number
  /**
   * Creates, over all entries, that may have left a user nobody can find: asked for without a custom id, and their
   * answer reached nobody. Each is reported every time until it is forgotten.
   */
  readonly possibleOrphans: readonly PossibleOrphan[]
  /** Whether users are made under custom ids. False with a stable api-version, or when Azure has withdrawn the preview. */
  readonly usesCustomIds: boolean
  readonly failed: readonly MaintenanceFailure[]
}

/** What becomes of {@link ReconcileReport.possibleOrphans}. */
export interface ForgetOptions {
  /**
   * Strikes off those that the call finds. For callers that keep what was reported, and where nothing of somebody may
   * stay. Default false.
   */
  readonly forgetPossibleOrphans?: boolean
}

/** What maintenance works with. */
export interface MaintenanceParts {
  readonly records: UserRecords
  readonly placement: UserPlacement
  readonly lifecycle: UserLifecycle
}

/** Deletes what is past its time. */
export async function sweepExpired(
  { lifecycle, records }: MaintenanceParts,
  nowMs: number,
): Promise<SweepReport> {
  let deleted = 0
  const failed: MaintenanceFailure[] = []
  for await (const { record } of records.list({ kind: 'expired', atMs: nowMs })) {
    try {
      const left = await lifecycle.fulfil(record.subject, 'swept')
      if (left === undefined || isTombstone(left.record)) deleted += 1
    } catch (error) {
      failed.push({ subject: record.subject, error })
    }
  }
  return { deleted, failed }
}

/** Finishes interrupted intents. */
export async function finishIntents(
  { lifecycle, placement, records }: MaintenanceParts,
  { forgetPossibleOrphans = false }: ForgetOptions,
): Promise<ReconcileReport> {
  const counts = { completed: 0, removed: 0, surplusDeleted: 0, waiting: 0, unchanged: 0 }
  const failures = new Map<string, MaintenanceFailure>()
  const possibleOrphans: PossibleOrphan[] = []
  const settle = async ({ id, subject }: CommunicationUserRecord): Promise<Settled | undefined> => {
    try {
      return { stored: await lifecycle.fulfil(subject, 'settled') }
    } catch (error) {
      failures.set(id, { subject, error })
      return undefined
    }
  }
  for (const { intent } of placement.homeless) {
    if (await settle(intent.record)) counts.completed += 1
  }
  for await (const { record } of records.list({ kind: 'unsettled' })) {
    const settled = await settle(record)
    const after = settled ? settled.stored?.record : record
    if (settled) {
      counts[outcomeOf(record, after)] += 1
      counts.surplusDeleted += record.surplus.length
    }
    possibleOrphans.push(...orphansOf(after))
    if (forgetPossibleOrphans && settled?.stored) await forget(records, settled.stored)
  }
  const unaccounted = countCreates(possibleOrphans)
  for (const { intent, user } of placement.homeless) {
    const { createdAtMs, subject } = intent.record
    possibleOrphans.push({ subject, since: new Date(createdAtMs), times: 1, user })
  }
  const { unchanged: _unchanged, ...reported } = counts
  const { usesCustomIds } = lifecycle
  return { ...reported, unaccounted, possibleOrphans, usesCustomIds, failed: [...failures.values()] }
}

interface Settled {
  readonly stored: StoredCommunicationUser | undefined
}

function orphansOf(record: CommunicationUserRecord | undefined): PossibleOrphan[] {
  if (!record) return []
  const { subject, unaccounted } = record
  return unaccounted.map(({ atMs, times = 1 }) => ({ subject, since: new Date(atMs), times }))
}

// Somebody may be faster; then it is reported again.
async function forget(records: UserRecords, stored: StoredCommunicationUser): Promise<void> {
  if (isTombstone(stored.record)) await records.remove(stored)
  else if (stored.record.unaccounted.length > 0) await records.forgetUnaccounted(stored)
}

function outcomeOf(
  before: CommunicationUserRecord,
  after: CommunicationUserRecord | undefined,
): 'completed' | 'removed' | 'unchanged' | 'waiting' {
  const isSettled = before.state === 'active' && before.surplus.length === 0
  if (isSettled || isTombstone(before)) return 'unchanged'
  if (after === undefined || isTombstone(after)) return 'removed'
  return after.state === 'active' || before.state === 'active' ? 'completed' : 'waiting'
}
