/**
 * Writes down a user that was just made, and does not let go of it before that.
 *
 * A store that fails at this moment leaves a user whose id only this process knows. It is kept here, named in the error,
 * and written down by this process's next call for that person or its next `reconcile()`. Deleting it at the service
 * instead would be wrong: the failed write may have taken place, and the entry would point at nobody. Should the process
 * die first, the intent still stands in the store, to be found by its custom id or to be counted.
 */

import type { Clock, CommunicationUserIdentifier } from '@latchkey/common'
import { sleep } from '../client/sleep.ts'
import { CommunicationIdentityError } from '../errors.ts'
import type { UserRecords } from './user-records.ts'
import type { StoredCommunicationUser } from './user-store.ts'

/** A user with the intent it was made for. */
export interface MadeUser {
  readonly intent: StoredCommunicationUser
  readonly user: CommunicationUserIdentifier
  readonly expiresAtMs: number | undefined
}

/** Where a user came to stand: in its entry, in an entry of another's making, or among those to be deleted. */
export type Placement =
  | { readonly kind: 'active'; readonly stored: StoredCommunicationUser }
  | { readonly kind: 'taken over' }
  | { readonly kind: 'surplus' }

const maxAttempts = 3
const firstDelayMs = 50

/** Keeps made users until they are written down. */
export class UserPlacement {
  readonly #records: UserRecords
  readonly #clock: Clock
  readonly #homeless = new Map<string, MadeUser>()

  constructor(records: UserRecords, clock: Clock) {
    this.#records = records
    this.#clock = clock
  }

  /** Users that could not be written down yet. */
  get homeless(): readonly MadeUser[] {
    return [...this.#homeless.values()]
  }

  /** The user of an entry that could not be written down yet. */
  find(id: string): MadeUser | undefined {
    return this.#homeless.get(id)
  }

  /** @throws {@link CommunicationIdentityError} `ERR_IDENTITY_STORE` with the user's id, when the store fails thrice. */
  async place(made: MadeUser): Promise<Placement> {
    const { id } = made.intent.record
    this.#homeless.set(id, made)
    for (let attempt = 1; ; attempt += 1) {
      try {
        const placement = await this.#write(made)
        this.#homeless.delete(id)
        return placement
      } catch (cause) {
        if (attempt === maxAttempts) throw notWritten(made.user, cause)
      }
      await sleep(this.#clock, firstDelayMs * 4 ** (attempt - 1))
    }
  }

  async #write(made: MadeUser): Promise<Placement> {
    const { intent, user, expiresAtMs } = made
    const { createdAtMs, id, intentId, subject } = intent.record
    const { communicationUserId } = user
    for (let target = intent; ; ) {
      const stored = await this.#records.activate(target, communicationUserId, expiresAtMs)
      if (stored) return { kind: 'active', stored }
      const current = await this.#records.read(id)
      const placement = current && judge(made, current)
      if (placement) return placement
      if (current && current.record.intentId === intentId) {
        target = current
        continue
      }
      const noted = current
        ? await this.#records.noteSurplus(current, communicationUserId, intentId)
        : await this.#records.beginSurplus(subject, createdAtMs, communicationUserId)
      if (noted) return { kind: 'surplus' }
    }
  }
}

// What an entry that others wrote already says of the user, if anything.
function judge({ intent, user }: MadeUser, { record }: StoredCommunicationUser): Placement | undefined {
  const { customId, intentId } = intent.record
  // By an attempt that seemed to fail, or by whoever found the user by its custom id.
  if (record.communicationUserId === user.communicationUserId) return { kind: 'taken over' }
  if (record.surplus.includes(user.communicationUserId)) return { kind: 'surplus' }
  // Whoever asks under the same custom id is answered the same user.
  const isShared = customId !== undefined && record.customId === customId && record.intentId !== intentId
  return isShared ? { kind: 'taken over' } : undefined
}

function notWritten(
  { communicationUserId }: CommunicationUserIdentifier,
  cause: unknown,
): CommunicationIdentityError {
  const message = 'A user was made and the store failed; it is written down by the next call'
  return new CommunicationIdentityError('ERR_IDENTITY_STORE', message, { communicationUserId }, cause)
}
