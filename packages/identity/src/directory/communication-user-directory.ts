/**
 * The map from your people to Communication Services users, which Azure leaves to you.
 */

import type { Clock, CommunicationUserIdentifier } from '@latchkey/common'
import { systemClock } from '@latchkey/common'
import { assertMethods, assertMinutes, assertScopes, type TokenScope } from '../client/arguments.ts'
import type { CommunicationUserToken } from '../client/communication-identity-client.ts'
import { assertNumber } from '../client/settings.ts'
import { argumentError, CommunicationIdentityError, hasCode } from '../errors.ts'
import type { IdentityOperations } from './identity-operations.ts'
import {
  type ForgetOptions,
  finishIntents,
  type MaintenanceParts,
  type ReconcileReport,
  type SweepReport,
  sweepExpired,
} from './maintenance.ts'
import { UserLifecycle } from './user-lifecycle.ts'
import { UserPlacement } from './user-placement.ts'
import type { CommunicationUserState, Subject } from './user-record.ts'
import { isTombstone } from './user-record.ts'
import { UserRecords } from './user-records.ts'
import type { CommunicationUserStore, StoredCommunicationUser } from './user-store.ts'
import { Waiting } from './waiting.ts'

/** Settings of a {@link CommunicationUserDirectory}. */
export interface CommunicationUserDirectoryOptions {
  /**
   * Makes and deletes the users. As it is by default, users are made under custom ids ({@link customIdApiVersion}) and a
   * lost answer costs nothing. With a stable `apiVersion`, which knows no custom ids and no list of users, it may leave a
   * user at the service that nobody can find; `reconcile` reports each.
   */
  readonly client: IdentityOperations
  readonly store: CommunicationUserStore
  /** How long a user lives, in seconds: for a support chat, a delivery. Default: until deleted. */
  readonly lifetimeSeconds?: number
  /**
   * Keeps several directories on one Communication Services resource, or on one store, apart: people in two directories
   * have two users when the purposes differ, and each lists, sweeps and reconciles its own. Give directories with
   * different lifetimes a purpose each. Letters, digits, `.`, `_` and `-`, at most 100. Default: none.
   */
  readonly purpose?: string
  /**
   * Whether `issueToken` makes a new user for somebody whose user was deleted behind the directory's back. Default
   * false: a wrong endpoint would otherwise give everybody a new user.
   */
  readonly replaceMissingUsers?: boolean
  /** Default: the system clock. */
  readonly clock?: Clock
  /** How long a create may take at the service. Default 10,000. */
  readonly createTimeoutMs?: number
  /** How long to wait for another process before `ERR_IDENTITY_BUSY`. Default 10,000. */
  readonly waitTimeoutMs?: number
}

/** Somebody's entry, as {@link CommunicationUserDirectory.list} tells it. */
export interface CommunicationUserEntry {
  readonly subject: Subject
  readonly state: CommunicationUserState
  /** Absent while the user is being made. */
  readonly user?: CommunicationUserIdentifier
  readonly createdOn: Date
  readonly expiresOn?: Date
}

/** Settings of a token. */
export interface IssueTokenOptions {
  /** 60 to 1,440. Default 1,440. */
  readonly tokenExpiresInMinutes?: number
}

// How much longer than a create its lease is: clocks of two machines may differ by this much.
const leaseMarginMs = 10_000

/**
 * Gives each person one Communication Services user, and tokens for it.
 *
 * Any number of processes may share a store: there is at most one live user for each subject, and what a crash leaves
 * behind is finished by the next caller or by {@link reconcile}.
 *
 * @example
 * ```ts
 * const directory = new CommunicationUserDirectory({ client, store: createMemoryStore() })
 * const { token, expiresOn, user } = await directory.issueToken({ issuer, subject }, ['chat'])
 * ```
 */
export class CommunicationUserDirectory {
  readonly #client: IdentityOperations
  readonly #records: UserRecords
  readonly #lifecycle: UserLifecycle
  readonly #maintenance: MaintenanceParts
  readonly #replaceMissingUsers: boolean
  readonly #now: () => number
  readonly #arriving = new Map<string, Promise<CommunicationUserIdentifier>>()

  /**
   * @throws {@link CommunicationIdentityError} `ERR_IDENTITY_ARGUMENT` without a client or a store, and for a number or a
   *   purpose that cannot be meant.
   */
  constructor(options: CommunicationUserDirectoryOptions) {
    assertMethods(options?.client, 'client', 'createUser', 'deleteUser', 'getToken', 'revokeTokens')
    assertMethods(options.store, 'store', 'read', 'insert', 'replace', 'remove', 'list')
    const { waitTimeoutMs = 10_000 } = options
    const { client, clock = systemClock, createTimeoutMs = 10_000, lifetimeSeconds, purpose, store } = options
    assertLifetime(lifetimeSeconds)
    assertPurpose(purpose)
    assertNumber(createTimeoutMs, 1, 'createTimeoutMs')
    assertNumber(waitTimeoutMs, 0, 'waitTimeoutMs')
    this.#client = client
    this.#records = new UserRecords(store, purpose)
    this.#replaceMissingUsers = options.replaceMissingUsers ?? false
    this.#now = () => clock.now()
    const placement = new UserPlacement(this.#records, clock)
    this.#lifecycle = new UserLifecycle({
      client,
      records: this.#records,
      placement,
      waiting: new Waiting(clock, waitTimeoutMs),
      now: this.#now,
      lifetimeMs: lifetimeSeconds === undefined ? undefined : lifetimeSeconds * 1000,
      createTimeoutMs,
      leaseMs: createTimeoutMs + leaseMarginMs,
    })
    this.#maintenance = { records: this.#records, placement, lifecycle: this.#lifecycle }
  }

  /**
   * The user of `subject`, made now if there is none.
   *
   * @throws {@link CommunicationIdentityError} what the client throws; `ERR_IDENTITY_BUSY` when another process is at it
   *   for too long; `ERR_IDENTITY_STORE` when a user was made and the store fails, what it rejects with otherwise. Calling
   *   again is safe after every error but `ERR_IDENTITY_OUTCOME_UNKNOWN`, which custom ids avoid.
   */
  getOrCreate(subject: Subject): Promise<CommunicationUserIdentifier> {
    const who = parseSubject(subject)
    const id = this.#records.idOf(who)
    const known = this.#arriving.get(id)
    if (known) return known
    const arriving = this.#present(who).finally(() => {
      if (this.#arriving.get(id) === arriving) this.#arriving.delete(id)
    })
    this.#arriving.set(id, arriving)
    return arriving
  }

  /**
   * A token for the user of `subject`, who is made now if there is none.
   *
   * @throws as {@link getOrCreate} and the client's `getToken`; nobody is made for scopes or minutes that cannot be right.
   */
  async issueToken(
    subject: Subject,
    scopes: readonly TokenScope[],
    options?: IssueTokenOptions | null,
  ): Promise<CommunicationUserToken> {
    assertScopes(scopes, 'scopes')
    assertMinutes(options?.tokenExpiresInMinutes)
    const user = await this.getOrCreate(subject)
    try {
      return { ...(await this.#client.getToken(user, scopes, options ?? {})), user }
    } catch (error) {
      if (!hasCode(error, 'ERR_IDENTITY_NOT_OWNED') || !(await this.#isReplaceable(subject, user)))
        throw error
    }
    const replacement = await this.getOrCreate(subject)
    return { ...(await this.#client.getToken(replacement, scopes, options ?? {})), user: replacement }
  }

  /** Ends every token issued to `subject` so far. Tells whether there was a user. */
  async revoke(subject: Subject): Promise<boolean> {
    const stored = await this.#records.read(this.#records.idOf(parseSubject(subject)))
    const { communicationUserId, state } = stored?.record ?? {}
    if (communicationUserId === undefined) return false
    try {
      await this.#client.revokeTokens({ communicationUserId })
      return true
    } catch (error) {
      // Their end took the tokens with it.
      if (state === 'deleting' && hasCode(error, 'ERR_IDENTITY_NOT_OWNED')) return false
      throw error
    }
  }

  /**
   * Deletes the user of `subject` with all their data, then the entry. Does nothing when there is none.
   *
   * An entry with {@link ReconcileReport.possibleOrphans} stays without a user, to account for them, unless this or a
   * `reconcile` may forget them.
   */
  async delete(subject: Subject, { forgetPossibleOrphans = false }: ForgetOptions = {}): Promise<void> {
    const who = parseSubject(subject)
    const left = await this.#lifecycle.fulfil(who, 'absent')
    // A call from before may be about to answer the user that is gone.
    this.#arriving.delete(this.#records.idOf(who))
    if (forgetPossibleOrphans && left && isTombstone(left.record)) await this.#records.remove(left)
  }

  /** Every entry, in no order. */
  async *list(): AsyncGenerator<CommunicationUserEntry> {
    for await (const stored of this.#records.list({ kind: 'all' })) yield toEntry(stored)
  }

  /** Deletes every user whose lifetime is over. One that fails is reported and stays for the next time. */
  async sweep(): Promise<SweepReport> {
    const report = await sweepExpired(this.#maintenance, this.#now())
    this.#arriving.clear()
    return report
  }

  /**
   * Finishes what crashed processes began, and deletes surplus users. Run it now and then, from any process.
   *
   * An intent whose lease still runs is left to its owner.
   */
  reconcile(options: ForgetOptions = {}): Promise<ReconcileReport> {
    return finishIntents(this.#maintenance, options)
  }

  async #present(subject: Subject): Promise<CommunicationUserIdentifier> {
    const stored = await this.#lifecycle.fulfil(subject, 'present')
    const communicationUserId = stored?.record.communicationUserId
    if (communicationUserId !== undefined) return { communicationUserId }
    throw new CommunicationIdentityError(
      'ERR_IDENTITY_RESPONSE',
      'The store answered an active entry without a user',
    )
  }

  // Of a user that turned out to be missing: whether it is no longer theirs, because it ended meanwhile, or may be
  // forgotten.
  async #isReplaceable(subject: Subject, user: CommunicationUserIdentifier): Promise<boolean> {
    const id = this.#records.idOf(subject)
    const stored = await this.#records.read(id)
    const { communicationUserId, state } = stored?.record ?? {}
    const isTheirs = state === 'active' && communicationUserId === user.communicationUserId
    if (stored && isTheirs) {
      if (!this.#replaceMissingUsers) return false
      await this.#records.beginDelete(stored, user.communicationUserId)
    }
    this.#arriving.delete(id)
    return true
  }
}

function toEntry({ record }: StoredCommunicationUser): CommunicationUserEntry {
  const { communicationUserId, createdAtMs, expiresAtMs, state, subject } = record
  return {
    subject,
    state,
    createdOn: new Date(createdAtMs),
    ...(communicationUserId !== undefined && { user: { communicationUserId } }),
    ...(expiresAtMs !== undefined && { expiresOn: new Date(expiresAtMs) }),
  }
}

function parseSubject(subject: Subject): Subject {
  const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
  // Whatever else hangs on it, an id token or an address, is not to be kept.
  if (isText(subject?.issuer) && isText(subject?.subject))
    return { issuer: subject.issuer, subject: subject.subject }
  throw argumentError('A subject with an issuer and a subject is required.', 'subject')
}

function assertLifetime(seconds: number | undefined): void {
  if (seconds === undefined || (Number.isFinite(seconds) && seconds > 0)) return
  throw argumentError('lifetimeSeconds must be a number above 0.', 'lifetimeSeconds')
}

function assertPurpose(purpose: string | undefined): void {
  if (purpose === undefined || /^[\w.-]{1,100}$/.test(purpose)) return
  throw argumentError('purpose must be 1 to 100 letters, digits, ".", "_" or "-".', 'purpose')
}
