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
 * - Without them (older api-versions) a create without an answer may leave a user nobody knows; the entry counts it.
 */

import type { CommunicationUserIdentifier } from '@latchkey/common'
import { CommunicationIdentityError, hasCode } from '../errors.ts'
import { deleteIfThere, type IdentityOperations, nothingWasMade } from './identity-operations.ts'
import type { Subject } from './user-record.ts'
import { subjectId } from './user-record.ts'
import type { UserRecords } from './user-records.ts'
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
  readonly waiting: Waiting
  readonly now: () => number
  readonly customIdOf: (recordId: string) => string
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

  constructor(parts: UserLifecycleParts) {
    this.#parts = parts
  }

  /**
   * Makes a wish come true.
   *
   * @throws {@link CommunicationIdentityError} `ERR_IDENTITY_BUSY` when another process holds the lease for longer than
   *   the directory waits (never for `settled` and `swept`, which leave such an entry alone).
   */
  async fulfil(subject: Subject, wish: Wish): Promise<StoredCommunicationUser | undefined> {
    const id = subjectId(subject)
    const patience = this.#parts.waiting.begin()
    for (;;) {
      const step = await this.#step(subject, await this.#parts.records.read(id), wish)
      if (step.kind === 'done') return step.stored
      if (step.kind === 'wait') await patience.wait(step.untilMs)
    }
  }

  async #step(subject: Subject, stored: StoredCommunicationUser | undefined, wish: Wish): Promise<Step> {
    if (stored === undefined) return wish === 'present' ? this.#begin(subject) : { kind: 'done' }
    const { record } = stored
    if (record.surplus.length > 0 && wish !== 'present') return this.#deleteSurplus(stored)
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
    const { now, records } = this.#parts
    const stored = await records.begin(subject, now(), this.#leaseEnd())
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
    const { client, now, records } = this.#parts
    await deleteIfThere(client, user)
    if (wish === 'present') {
      const begun = await records.beginAgain(stored, now(), this.#leaseEnd())
      return begun ? this.#create(begun, true) : again
    }
    if (await records.remove(stored)) return { kind: 'done' }
    // Whoever was faster removed the entry too, or has begun a new user, which this wish is not about.
    const current = await records.read(stored.record.id)
    const isSame = current?.record.communicationUserId === user.communicationUserId
    return isSame ? again : { kind: 'done' }
  }

  // The lease of an intent is over: its writer is dead, or gave up.
  async #takeOver(stored: StoredCommunicationUser, wish: Wish): Promise<Step> {
    const { client, now, records } = this.#parts
    const { state } = stored.record
    const isWanted = wish === 'present' || (state === 'creating' && wish !== 'absent')
    if (!client.supportsCustomId) {
      // What its writer may have made cannot be found; there is nothing to finish.
      if (wish !== 'present') return (await records.remove(stored)) ? { kind: 'done' } : again
      const begun = await records.beginAgain(stored, now(), this.#leaseEnd(), 1)
      return begun ? this.#create(begun, false) : again
    }
    if (state === 'creating' && isWanted) {
      const begun = await records.beginAgain(stored, stored.record.createdAtMs, this.#leaseEnd())
      return begun ? this.#create(begun, false) : again
    }
    const begun = await records.beginSearch(stored, this.#leaseEnd())
    if (begun) await records.beginDelete(begun, (await this.#ask(begun)).communicationUserId)
    return again
  }

  async #create(stored: StoredCommunicationUser, isFirst: boolean): Promise<Step> {
    const { client, lifetimeMs, now, records } = this.#parts
    let user: CommunicationUserIdentifier
    try {
      user = await this.#ask(stored)
    } catch (error) {
      await this.#giveUp(stored, error, isFirst)
      throw error
    }
    const expiresAtMs = lifetimeMs === undefined ? undefined : now() + lifetimeMs
    const active = await records.activate(stored, user.communicationUserId, expiresAtMs)
    if (active) return { kind: 'done', stored: active }
    // With custom ids the user is that of whoever took over; without, it is one too many.
    if (!client.supportsCustomId) await this.#discard(stored.record.subject, user)
    return again
  }

  // With a custom id, a second answer is the same user.
  async #ask({ record }: StoredCommunicationUser): Promise<CommunicationUserIdentifier> {
    const { client, createTimeoutMs, customIdOf, now } = this.#parts
    const timeout = Math.min(createTimeoutMs, (record.leaseEndsAtMs ?? 0) - now())
    if (timeout <= 0) {
      throw new CommunicationIdentityError('ERR_IDENTITY_BUSY', 'The time to create the user has passed')
    }
    const customId = client.supportsCustomId ? { customId: customIdOf(record.id) } : {}
    return client.createUser({ ...customId, requestOptions: { timeout } })
  }

  async #giveUp(stored: StoredCommunicationUser, error: unknown, isFirst: boolean): Promise<void> {
    const { client, records } = this.#parts
    if (hasCode(error, 'ERR_IDENTITY_OUTCOME_UNKNOWN')) await records.release(stored, 1)
    else if (isFirst && nothingWasMade(error)) await records.remove(stored)
    // Without custom ids, every other failure means that the request never arrived. With them, an attempt may still be
    // under way, and the lease stands until it cannot be.
    else if (!client.supportsCustomId || nothingWasMade(error)) await records.release(stored)
  }

  async #discard(subject: Subject, user: CommunicationUserIdentifier): Promise<void> {
    const { now, records } = this.#parts
    const { communicationUserId } = user
    for (let noted = false; !noted; ) {
      const stored = await records.read(subjectId(subject))
      const written = stored
        ? await records.setSurplus(stored, [...stored.record.surplus, communicationUserId])
        : await records.beginSurplus(subject, now(), communicationUserId)
      noted = written !== undefined
    }
    await this.fulfil(subject, 'settled')
  }

  async #deleteSurplus(stored: StoredCommunicationUser): Promise<Step> {
    for (const communicationUserId of stored.record.surplus) {
      await deleteIfThere(this.#parts.client, { communicationUserId })
    }
    await this.#parts.records.setSurplus(stored, [])
    return again
  }

  #leaseEnd(): number {
    return this.#parts.now() + this.#parts.leaseMs
  }
}
