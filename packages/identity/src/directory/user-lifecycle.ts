/**
 * Brings one person's user to where it is wanted, step by step, whatever state others left it in.
 *
 * Every step is one of: read the entry, write it under the condition that nobody else did, or call the service. The
 * intent stands in the entry before the service is called, so a process that dies between two steps leaves something
 * that the next one understands:
 *
 * - `creating` and `deleting` without a user id carry a lease. Only its holder may ask the service to create, and never
 *   so late that the answer could come after the lease; everybody else waits.
 * - With custom ids, asking the service again answers the same user, so nothing can be lost or made twice.
 * - Without them (stable api-versions) a create whose answer reached nobody may leave a user that cannot be found. The
 *   entry accounts for each, and stays for that after all else is gone.
 */

import type { CommunicationUserIdentifier } from '@latchkey/common'
import { CommunicationIdentityError } from '../errors.ts'
import {
  deleteIfThere,
  type IdentityOperations,
  isVersionWithdrawn,
  nothingWasMade,
} from './identity-operations.ts'
import { accountFor } from './unaccounted-creates.ts'
import type { MadeUser, UserPlacement } from './user-placement.ts'
import type { Subject, UnaccountedCreate } from './user-record.ts'
import { isTombstone } from './user-record.ts'
import type { Intent, UserRecords } from './user-records.ts'
import type { StoredCommunicationUser } from './user-store.ts'
import type { Waiting } from './waiting.ts'

/**
 * What is wanted: that there is a user; that there is none; that an interrupted intent is finished; or that, besides,
 * a user whose time is over is deleted.
 */
export type Wish = 'present' | 'absent' | 'settled' | 'swept'

/** What the lifecycle works with. */
export interface UserLifecycleParts {
  readonly client: IdentityOperations
  readonly records: UserRecords
  readonly placement: UserPlacement
  readonly waiting: Waiting
  readonly now: () => number
  readonly lifetimeMs: number | undefined
  readonly createTimeoutMs: number
  readonly leaseMs: number
}

/** Where a step led: the end, with the user if there is one; to be looked at again; or somebody else's turn. */
type Step =
  | { readonly kind: 'done'; readonly stored?: StoredCommunicationUser }
  | { readonly kind: 'again' }
  | { readonly kind: 'wait'; readonly untilMs: number }

const again: Step = { kind: 'again' }

/** Moves users from state to state. */
export class UserLifecycle {
  readonly #parts: UserLifecycleParts
  #isVersionWithdrawn = false

  constructor(parts: UserLifecycleParts) {
    this.#parts = parts
  }

  /** Whether users are made under custom ids; false too once the service has refused the api-version that knows them. */
  get usesCustomIds(): boolean {
    return this.#parts.client.supportsCustomId && !this.#isVersionWithdrawn
  }

  /**
   * Makes a wish come true.
   *
   * @throws {@link CommunicationIdentityError} `ERR_IDENTITY_BUSY` when another process holds the lease for longer than
   *   the directory waits (never for `settled` and `swept`, which leave such an entry alone); `ERR_IDENTITY_STORE`.
   */
  async fulfil(subject: Subject, wish: Wish): Promise<StoredCommunicationUser | undefined> {
    const { placement, records, waiting } = this.#parts
    const id = records.idOf(subject)
    const patience = waiting.begin()
    for (;;) {
      const homeless = placement.find(id)
      if (homeless) await this.#place(homeless)
      const step = await this.#step(subject, await records.read(id), wish)
      if (step.kind === 'done') return step.stored
      if (step.kind === 'wait') await patience.wait(step.untilMs)
    }
  }

  async #step(subject: Subject, stored: StoredCommunicationUser | undefined, wish: Wish): Promise<Step> {
    if (stored === undefined) return wish === 'present' ? this.#begin(subject) : { kind: 'done' }
    const { record } = stored
    // Before anything is created too: under its custom id, one that is about to be deleted could be answered.
    if (record.surplus.length > 0 && !(wish === 'present' && record.state === 'active'))
      return this.#deleteSurplus(stored)
    if (record.state === 'active') return this.#fromActive(stored, wish)
    if (record.communicationUserId !== undefined) {
      return this.#finishDelete(stored, { communicationUserId: record.communicationUserId }, wish)
    }
    const leaseEndsAtMs = record.leaseEndsAtMs ?? 0
    if (leaseEndsAtMs > this.#parts.now()) {
      const isOthers = wish === 'settled' || wish === 'swept'
      return isOthers ? { kind: 'done', stored } : { kind: 'wait', untilMs: leaseEndsAtMs }
    }
    return this.#takeOver(stored, wish)
  }

  async #begin(subject: Subject): Promise<Step> {
    const { lifetimeMs, records } = this.#parts
    const stored = await records.begin(subject, this.#intent(records.idOf(subject), lifetimeMs))
    return stored ? this.#create(stored, true) : again
  }

  async #fromActive(stored: StoredCommunicationUser, wish: Wish): Promise<Step> {
    const { communicationUserId, expiresAtMs } = stored.record
    const isOver = expiresAtMs !== undefined && expiresAtMs <= this.#parts.now()
    const isUnwanted = wish === 'absent' || (isOver && wish !== 'settled')
    if (!isUnwanted || communicationUserId === undefined) return { kind: 'done', stored }
    await this.#parts.records.beginDelete(stored, communicationUserId)
    return again
  }

  // The user goes before the entry does, so that a crash in between leaves the entry to point at it.
  async #finishDelete(
    stored: StoredCommunicationUser,
    user: CommunicationUserIdentifier,
    wish: Wish,
  ): Promise<Step> {
    const { client, records } = this.#parts
    const { id, unaccounted } = stored.record
    await deleteIfThere(client, user)
    if (wish === 'present') return this.#createAgain(stored, unaccounted, true)
    const ended = await this.#end(stored, unaccounted)
    if (ended.kind === 'done') return ended
    // Whoever was faster removed the entry too, or has begun a new user, which this wish is not about.
    const current = await records.read(id)
    const isSame = current?.record.communicationUserId === user.communicationUserId
    return isSame ? again : { kind: 'done' }
  }

  // The lease of an intent is over: its writer is dead, or gave up.
  async #takeOver(stored: StoredCommunicationUser, wish: Wish): Promise<Step> {
    const { record } = stored
    const { createdAtMs, customId, lifetimeMs, state } = record
    if (customId === undefined || !this.usesCustomIds) {
      // What its writer may have made cannot be found; there is nothing to finish.
      const unaccounted = accountFor(record)
      return wish === 'present'
        ? this.#createAgain(stored, unaccounted, false)
        : this.#end(stored, unaccounted)
    }
    const { records } = this.#parts
    const ending = lifetimeMs !== undefined && { lifetimeMs }
    const intent = { createdAtMs, customId, leaseEndsAtMs: this.#leaseEnd(), ...ending }
    if (wish === 'present' || (state === 'creating' && wish !== 'absent')) {
      const begun = await records.beginAgain(stored, intent, record.unaccounted)
      return begun ? this.#create(begun, false) : again
    }
    const begun = await records.beginSearch(stored, intent)
    if (!begun) return again
    try {
      await records.beginDelete(begun, (await this.#ask(begun)).communicationUserId)
    } catch (error) {
      await this.#giveUp(begun, error, false).catch(() => undefined)
      throw error
    }
    return again
  }

  async #createAgain(
    stored: StoredCommunicationUser,
    unaccounted: readonly UnaccountedCreate[],
    isFirst: boolean,
  ): Promise<Step> {
    const { records } = this.#parts
    const { id, lifetimeMs, state } = stored.record
    // Whoever finishes an intent makes what its writer meant.
    const intended = state === 'creating' ? lifetimeMs : this.#parts.lifetimeMs
    const begun = await records.beginAgain(stored, this.#intent(id, intended), unaccounted)
    return begun ? this.#create(begun, isFirst) : again
  }

  // An entry that accounts for something stays; nobody else would know.
  async #end(stored: StoredCommunicationUser, unaccounted: readonly UnaccountedCreate[]): Promise<Step> {
    const { records } = this.#parts
    if (unaccounted.length === 0) return (await records.remove(stored)) ? { kind: 'done' } : again
    if (isTombstone(stored.record)) return { kind: 'done', stored }
    const buried = await records.bury(stored, unaccounted)
    return buried ? { kind: 'done', stored: buried } : again
  }

  async #create(stored: StoredCommunicationUser, isFirst: boolean): Promise<Step> {
    const { lifetimeMs } = stored.record
    let user: CommunicationUserIdentifier
    try {
      user = await this.#ask(stored)
    } catch (error) {
      if (stored.record.customId !== undefined && isVersionWithdrawn(error)) {
        // An earlier attempt, or an earlier intent under the custom id, may have made somebody.
        const isClean = isFirst && nothingWasMade(error)
        const unaccounted = isClean ? stored.record.unaccounted : accountFor(stored.record)
        return this.#createAgain(stored, unaccounted, isFirst)
      }
      // If the store fails too, the intent stands until its lease is over.
      await this.#giveUp(stored, error, isFirst).catch(() => undefined)
      throw error
    }
    const expiresAtMs = lifetimeMs === undefined ? undefined : this.#parts.now() + lifetimeMs
    return this.#place({ intent: stored, user, expiresAtMs })
  }

  // With a custom id, a second answer is the same user.
  async #ask({ record }: StoredCommunicationUser): Promise<CommunicationUserIdentifier> {
    const { client, createTimeoutMs, now } = this.#parts
    const { customId, leaseEndsAtMs = 0 } = record
    const timeout = Math.min(createTimeoutMs, leaseEndsAtMs - now())
    if (timeout <= 0) {
      throw new CommunicationIdentityError('ERR_IDENTITY_BUSY', 'The time to create the user has passed')
    }
    try {
      return await client.createUser({
        ...(customId !== undefined && { customId }),
        requestOptions: { timeout },
      })
    } catch (error) {
      if (customId !== undefined && isVersionWithdrawn(error)) this.#isVersionWithdrawn = true
      throw error
    }
  }

  async #giveUp(stored: StoredCommunicationUser, error: unknown, isFirst: boolean): Promise<void> {
    const { records } = this.#parts
    const { customId, unaccounted } = stored.record
    if (nothingWasMade(error)) {
      if (isFirst) await this.#end(stored, unaccounted)
      else await records.release(stored, unaccounted)
      // With a custom id, an attempt may still be under way, and the lease stands until it cannot be.
    } else if (customId === undefined) await records.release(stored, accountFor(stored.record))
  }

  async #place(made: MadeUser): Promise<Step> {
    const placed = await this.#parts.placement.place(made)
    if (placed.kind === 'active') return { kind: 'done', stored: placed.stored }
    // It is noted, so if this fails now, `reconcile` does it.
    if (placed.kind === 'surplus')
      await this.fulfil(made.intent.record.subject, 'settled').catch(() => undefined)
    return again
  }

  async #deleteSurplus(stored: StoredCommunicationUser): Promise<Step> {
    const { surplus, communicationUserId: kept } = stored.record
    for (const communicationUserId of surplus) {
      if (communicationUserId !== kept) await deleteIfThere(this.#parts.client, { communicationUserId })
    }
    await this.#parts.records.clearSurplus(stored)
    return again
  }

  #intent(id: string, lifetimeMs: number | undefined): Intent {
    return {
      createdAtMs: this.#parts.now(),
      leaseEndsAtMs: this.#leaseEnd(),
      ...(this.usesCustomIds && { customId: id }),
      ...(lifetimeMs !== undefined && { lifetimeMs }),
    }
  }

  #leaseEnd(): number {
    return this.#parts.now() + this.#parts.leaseMs
  }
}
