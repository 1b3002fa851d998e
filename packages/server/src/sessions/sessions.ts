/**
 * Sessions: begun at sign-in, advanced by refresh, ended by sign-out, reuse or an admin.
 */

import type { Clock } from '@latchkey/common'
import { grantError, serverError, tokenError } from '../errors.ts'
import type { Person } from '../person.ts'
import type { Random } from '../random.ts'
import type { AccessTokens } from './access-token.ts'
import { type BrowserSessions, createBrowserSessions } from './browser-sessions.ts'
import type { KeyRing } from './key-ring.ts'
import { formatRefreshToken, parseRefreshToken, type RefreshToken } from './refresh-token.ts'
import {
  type AccountState,
  afterCheck,
  type EndReason,
  expiryOf,
  isBegun,
  isLive,
  isUnused,
  judgeGeneration,
  personOf,
  rotate,
  type Session,
  type SessionRules,
  use,
} from './session.ts'
import { createSessionLimit, endAll, mostSessions } from './session-limit.ts'
import { createStart, type ReadStart, type SessionStart } from './session-start.ts'
import type { SessionStore } from './session-store.ts'
import { type Holder, oncePerHolder, type Work } from './work-before-rotation.ts'

/** The result of a sign-in or a refresh. */
export interface IssuedSession {
  readonly person: Person
  readonly session: Session
  readonly accessToken: string
  readonly accessTokenExpiresOn: Date
  readonly refreshToken: string
  readonly refreshTokenExpiresOn: Date
  /** Whether the previous token was presented again within its grace, so that nothing changed. */
  readonly isRepeat: boolean
}

/** The current state of an account; `undefined` when it is deleted or disabled. */
export type CheckAccountState = (person: Pick<Person, 'id' | 'subject'>) => Promise<AccountState | undefined>

/** Begins, advances, finds and ends sessions. */
export interface Sessions extends BrowserSessions {
  /** @throws `ERR_SERVER_GRANT` when the account was changed meanwhile, and what `read` throws. */
  begin(start: SessionStart, read?: ReadStart): Promise<IssuedSession>
  /**
   * @throws `ERR_SERVER_GRANT` for every refusal, with `person` in its details when the token is one of ours, and with
   *   `reason` `reuse` when it ended the family.
   */
  refresh(refreshToken: string): Promise<IssuedSession>
  /**
   * Refreshes after doing `work` for the holder: if the work fails, the token is not used up. If the token would be
   * refused, so is the call, whatever the result of the work.
   *
   * @throws as `refresh`, and what `work` throws.
   */
  refreshAfter<T>(
    refreshToken: string,
    work: Work<T>,
  ): Promise<{ readonly issued: IssuedSession; readonly result: T }>
  /** Returns the holder of a refresh token that would be accepted now, without using it up. @throws as `refresh`. */
  identify(refreshToken: string): Promise<Person>
  /** Rejects unless the session is live, belongs to this person and still has the role in the token. */
  confirm(person: Holder): Promise<void>
  /** The newest 100 live sessions of a person, newest first, without those whose sign-in has not finished. */
  listOf(personId: string): Promise<readonly Session[]>
  /** Ends one of the person's own sessions; returns whether it was theirs. */
  revokeOwn(personId: string, sid: string, reason: EndReason): Promise<boolean>
  /**
   * Ends all of a person's sessions, unfinished sign-ins included, a few at a time. It tries every one, so that a failed
   * call can be repeated for the rest.
   *
   * @param except - The one session to keep.
   * @throws what the store threw first.
   */
  revokeAllOf(personId: string, reason: EndReason, except?: string): Promise<number>
}

export interface SessionsOptions {
  readonly store: SessionStore
  readonly ring: KeyRing
  readonly browserRing: KeyRing
  readonly accessTokens: AccessTokens
  readonly rules: SessionRules
  readonly clock: Clock
  readonly random: Random
  /** What a refresh token is bound to. */
  readonly clientId: string
  readonly checkAccount: CheckAccountState
}

// Each round loses only to a write of somebody else, and after one such write the verdict is no longer `rotate`.
const maxRounds = 6

/** Makes the sessions of one server. */
export function createSessions(options: SessionsOptions): Sessions {
  const { store, ring, browserRing, accessTokens, rules, clock } = options
  const begin = createStart(options)
  const limit = createSessionLimit(store, clock)

  const start: typeof begin = async (kind, from, read) => {
    const session = await begin(kind, from, read)
    await limit(session)
    return session
  }

  const issue = async (session: Session, isRepeat = false): Promise<IssuedSession> => {
    const person = personOf(session)
    const { token: accessToken, expiresOn: accessTokenExpiresOn } = await accessTokens.sign(person)
    const { sid, generation, role, clientId } = session
    const refreshToken = formatRefreshToken(ring, { sid, generation, role, personId: person.id }, clientId)
    return {
      person,
      session,
      accessToken,
      accessTokenExpiresOn,
      refreshToken,
      refreshTokenExpiresOn: expiryOf(session),
      isRepeat,
    }
  }

  /** The session with its account looked at again, or why it has ended with that. */
  const recheck = async (session: Session): Promise<Session | 'account_disabled' | 'account_changed'> => {
    const state = await options.checkAccount(session.person)
    const checked = state && afterCheck(session, state, clock.now())
    if (checked) return checked
    await store.revoke(session.sid, state ? 'credentials' : 'disabled', clock.now())
    return state ? 'account_changed' : 'account_disabled'
  }

  const endFamily = async (session: Session): Promise<Error> => {
    await store.revoke(session.sid, 'reuse', clock.now())
    return grantError('reuse', { person: session.person.id, sid: session.sid })
  }

  const confirm = async (person: Holder): Promise<void> => {
    if (person.sid === undefined) return
    const stored = await store.read(person.sid)
    const isThere = stored && isBegun(stored.session) && isLive(stored.session, clock.now())
    const isTheirs = isThere && stored.session.person.id === person.id && stored.session.role === person.role
    if (!isTheirs) throw tokenError('session_ended', { person: person.id })
  }

  /** The session as its account is now, where the generation is good. */
  const judged = async (session: Session, generation: number): Promise<Session> => {
    const person = session.person.id
    const verdict = judgeGeneration(session, generation, rules, clock.now())
    if (verdict === 'refuse') throw grantError('session_ended', { person })
    if (verdict === 'reuse') throw await endFamily(session)
    const checked = verdict === 'check' ? await recheck(session) : session
    if (typeof checked === 'string') throw grantError(checked, { person })
    return checked
  }

  const judgeAgain = async <T>(
    { sid, generation }: RefreshToken,
    work: Work<T>,
  ): Promise<{ readonly issued: IssuedSession; readonly result: T } | undefined> => {
    const stored = await store.read(sid)
    if (stored?.session.kind !== 'client') throw grantError('unknown_session')
    const { session, etag } = stored
    const checked = await judged(session, generation)
    const result = await work(personOf(checked), () => confirm(personOf(session)))
    // The generation before, within its grace.
    if (generation < session.generation) return { issued: await issue(session, true), result }
    const next = rotate(checked, rules, clock.now())
    return (await store.replace(next, etag)) ? { issued: await issue(next), result } : undefined
  }

  const refreshAfter: Sessions['refreshAfter'] = async (text, work) => {
    const token = parseRefreshToken(ring, text, options.clientId)
    if (!token) throw grantError('not_ours')
    const { sid, generation, personId, role } = token
    const prepare = oncePerHolder(work)
    const holder = { id: personId, role, sid }
    const prepared = prepare(holder, () => confirm(holder))
    const isPrepared = await prepared.then(
      () => true,
      () => false,
    )
    const nowMs = clock.now()
    const condition = {
      sid,
      generation,
      role,
      nowMs,
      checkedAfterMs: nowMs - rules.accountCheckSeconds * 1000,
      idleExpiresAtMs: nowMs + rules.idleSeconds * 1000,
    }
    const rotated = isPrepared ? await store.rotate(condition) : undefined
    // The store has seen to it that this is the holder; where it has not, the work is done for whoever is.
    if (rotated) {
      const present = personOf(rotated)
      return { issued: await issue(rotated), result: await prepare(present, () => confirm(present)) }
    }
    for (let round = 0; round < maxRounds; round += 1) {
      const moved = await judgeAgain(token, prepare)
      if (moved) return moved
    }
    throw serverError('ERR_SERVER_THROTTLED', 'The session is being changed too often')
  }

  return {
    begin: async (from, read) => issue(await start('client', from, read)),

    refreshAfter,

    refresh: async (text) => {
      const { issued } = await refreshAfter(text, async () => undefined)
      return issued
    },

    identify: async (text) => {
      const token = parseRefreshToken(ring, text, options.clientId)
      const stored = token && (await store.read(token.sid))
      if (!token || stored?.session.kind !== 'client') throw grantError('not_ours')
      const session = await judged(stored.session, token.generation)
      // Shown, so it was received; and what the account has shown is kept, so that no role outlives this look at it. A
      // write that loses, loses to another use or to the end of the session.
      const next = isUnused(session, rules) ? use(session, rules, clock.now()) : session
      if (next !== stored.session) await store.replace(next, stored.etag)
      return personOf(session)
    },

    ...createBrowserSessions({ store, ring: browserRing, rules, clock, start, recheck }),

    confirm,

    listOf: async (personId) =>
      (await store.listOf(personId, clock.now())).filter(isBegun).slice(0, mostSessions),

    revokeOwn: async (personId, sid, reason) => {
      const stored = await store.read(sid)
      if (stored?.session.person.id !== personId) return false
      await store.revoke(sid, reason, clock.now())
      return true
    },

    revokeAllOf: async (personId, reason, except) => {
      const live = await store.listOf(personId, clock.now())
      const sids = live.map(({ sid }) => sid).filter((sid) => sid !== except)
      await endAll(store, sids, reason, clock)
      return sids.length
    },
  }
}
