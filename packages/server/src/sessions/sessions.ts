/**
 * Sessions with a life: begun at sign-in, moved on by refresh, ended by sign-out, reuse or an admin.
 */

import type { Clock } from '@latchkey/common'
import { grantError, serverError, tokenError } from '../errors.ts'
import type { Person } from '../person.ts'
import type { Random } from '../random.ts'
import type { AccessTokens } from './access-token.ts'
import { formatBrowserToken, parseBrowserToken } from './browser-token.ts'
import type { KeyRing } from './key-ring.ts'
import { formatRefreshToken, parseRefreshToken, type RefreshToken } from './refresh-token.ts'
import {
  beginSession,
  type EndReason,
  expiryOf,
  isCheckDue,
  isLive,
  judgeGeneration,
  rotate,
  type Session,
  type SessionRules,
} from './session.ts'
import type { SessionStore } from './session-store.ts'

/** What a client gets at sign-in and at refresh. */
export interface IssuedSession {
  readonly person: Person
  readonly session: Session
  readonly accessToken: string
  readonly accessTokenExpiresOn: Date
  readonly refreshToken: string
  readonly refreshTokenExpiresOn: Date
  /** Whether the previous token was shown again within its grace, and nothing changed. */
  readonly isRepeat: boolean
}

/** The present state of an account; `undefined` when it is gone or disabled. */
export type CheckAccountState = (
  person: Pick<Person, 'id' | 'subject'>,
) => Promise<{ readonly role: string } | undefined>

/** Who begins a session. */
export interface SessionStart {
  readonly person: Omit<Person, 'sid' | 'role'>
  readonly role: string
  readonly clientId?: string
}

/**
 * Reads the account of a session that is stored already. Whoever changes the account after it was read finds the session
 * and ends it; one that was stored after the reading could be missed, and live on in a role that is gone.
 */
export type ReadStart = () => Promise<SessionStart>

/** Begins, moves on, finds and ends sessions. */
export interface Sessions {
  /** @throws `ERR_SERVER_GRANT` when the account was changed meanwhile, and what `read` throws. */
  begin(start: SessionStart, read?: ReadStart): Promise<IssuedSession>
  /**
   * @throws `ERR_SERVER_GRANT` for every refusal, with `person` in its details when the token is one of ours, and with
   *   `reason` `reuse` when it ended the family.
   */
  refresh(refreshToken: string, clientId?: string): Promise<IssuedSession>
  /** Who holds a refresh token that would be accepted now, without using it up. @throws as `refresh`. */
  identify(refreshToken: string): Promise<Person>
  /** Begins a session that lives in a cookie; `token` is the cookie's value. */
  beginInBrowser(
    start: SessionStart,
    read?: ReadStart,
  ): Promise<{ readonly token: string; readonly expiresOn: Date }>
  /** Who the cookie belongs to. @throws `ERR_SERVER_UNAUTHENTICATED`. */
  resume(browserToken: string): Promise<Person>
  /** Insists that the session is live now and still in the role the token states. */
  confirm(person: Person): Promise<void>
  listOf(personId: string): Promise<readonly Session[]>
  /** Ends one of the person's own sessions; answers whether it was theirs. */
  revokeOwn(personId: string, sid: string, reason: EndReason): Promise<boolean>
  /** @param except - The one session that goes on. */
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
  /** What a refresh token is bound to unless a client id is given. */
  readonly clientId: string
  readonly checkAccount: CheckAccountState
}

// Each round loses only to a write of somebody else, and after one such write the verdict is no longer `rotate`.
const maxRounds = 6

/** Makes the sessions of one server. */
export function createSessions(options: SessionsOptions): Sessions {
  const { store, ring, browserRing, accessTokens, rules, clock, random } = options

  const issue = async (session: Session, isRepeat = false): Promise<IssuedSession> => {
    const person = personOf(session)
    const { token: accessToken, expiresOn: accessTokenExpiresOn } = await accessTokens.sign(person)
    const refreshToken = formatRefreshToken(ring, session, session.clientId)
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

  const start = async (
    kind: Session['kind'],
    from: SessionStart,
    read: ReadStart | undefined,
  ): Promise<Session> => {
    const { person, role, clientId = options.clientId } = from
    const session = beginSession({ sid: random.token(16), kind, person, role, clientId }, rules, clock.now())
    const etag = await store.create(session)
    if (!read) return session
    try {
      const found = await read()
      const begun = { ...session, person: found.person, role: found.role }
      if (etag !== undefined && (await store.replace(begun, etag))) return begun
      // Nothing but an end changes a session that is not out yet; a live one is our own write, whose answer was lost.
      const stored = await store.read(session.sid)
      if (stored?.session.role === begun.role && isLive(stored.session, clock.now())) return stored.session
    } catch (error) {
      await store.revoke(session.sid, 'disabled', clock.now())
      throw error
    }
    throw grantError('account_changed')
  }

  /** The session with its account looked at again, or nothing when the account is gone: then it has ended. */
  const recheck = async (session: Session): Promise<Session | undefined> => {
    const state = await options.checkAccount(session.person)
    if (state) return { ...session, role: state.role, accountCheckedAtMs: clock.now() }
    await store.revoke(session.sid, 'disabled', clock.now())
    return undefined
  }

  const endFamily = async (session: Session): Promise<Error> => {
    await store.revoke(session.sid, 'reuse', clock.now())
    return grantError('reuse', { person: session.person.id, sid: session.sid })
  }

  const judgeAgain = async ({ sid, generation }: RefreshToken): Promise<IssuedSession | undefined> => {
    const stored = await store.read(sid)
    if (stored?.session.kind !== 'client') throw grantError('unknown_session')
    const { session, etag } = stored
    const person = session.person.id
    const verdict = judgeGeneration(session, generation, rules, clock.now())
    if (verdict === 'refuse') throw grantError('session_ended', { person })
    if (verdict === 'repeat') return issue(session, true)
    if (verdict === 'reuse') throw await endFamily(session)
    const checked = verdict === 'check' ? await recheck(session) : session
    if (!checked) throw grantError('account_disabled', { person })
    const next = rotate(checked, rules, clock.now())
    return (await store.replace(next, etag)) ? issue(next) : undefined
  }

  return {
    begin: async (from, read) => issue(await start('client', from, read)),

    refresh: async (text, clientId = options.clientId) => {
      const token = parseRefreshToken(ring, text, clientId)
      if (!token) throw grantError('not_ours')
      const nowMs = clock.now()
      const rotated = await store.rotate({
        ...token,
        nowMs,
        checkedAfterMs: nowMs - rules.accountCheckSeconds * 1000,
        idleExpiresAtMs: nowMs + rules.idleSeconds * 1000,
      })
      if (rotated) return issue(rotated)
      for (let round = 0; round < maxRounds; round += 1) {
        const issued = await judgeAgain(token)
        if (issued) return issued
      }
      throw serverError('ERR_SERVER_THROTTLED', 'The session is being changed too often')
    },

    identify: async (text) => {
      const token = parseRefreshToken(ring, text, options.clientId)
      const stored = token && (await store.read(token.sid))
      if (!token || !stored || stored.session.kind !== 'client') throw grantError('not_ours')
      const person = stored.session.person.id
      const verdict = judgeGeneration(stored.session, token.generation, rules, clock.now())
      if (verdict === 'refuse') throw grantError('session_ended', { person })
      if (verdict === 'reuse') throw await endFamily(stored.session)
      const session = verdict === 'check' ? await recheck(stored.session) : stored.session
      if (!session) throw grantError('account_disabled', { person })
      return personOf(session)
    },

    beginInBrowser: async (from, read) => {
      const session = await start('browser', from, read)
      return { token: formatBrowserToken(browserRing, session.sid), expiresOn: expiryOf(session) }
    },

    resume: async (text) => {
      const sid = parseBrowserToken(browserRing, text)
      const stored = sid === undefined ? undefined : await store.read(sid)
      if (stored?.session.kind !== 'browser' || !isLive(stored.session, clock.now()))
        throw serverError('ERR_SERVER_UNAUTHENTICATED', 'The session has ended')
      const { session, etag } = stored
      if (!isCheckDue(session, rules, clock.now())) return personOf(session)
      const checked = await recheck(session)
      if (!checked) throw serverError('ERR_SERVER_UNAUTHENTICATED', 'The session has ended')
      const next = { ...checked, idleExpiresAtMs: clock.now() + rules.idleSeconds * 1000 }
      if (await store.replace(next, etag)) return personOf(next)
      // Lost to another request of the same page, which has done the same, or to the end of the session.
      const stands = await store.read(session.sid)
      if (!stands || !isLive(stands.session, clock.now()))
        throw serverError('ERR_SERVER_UNAUTHENTICATED', 'The session has ended')
      return personOf(stands.session)
    },

    confirm: async (person) => {
      if (person.sid === undefined) return
      const stored = await store.read(person.sid)
      const isConfirmed =
        stored !== undefined && isLive(stored.session, clock.now()) && stored.session.role === person.role
      if (!isConfirmed) throw tokenError('session_ended', { person: person.id })
    },

    listOf: (personId) => store.listOf(personId, clock.now()),

    revokeOwn: async (personId, sid, reason) => {
      const stored = await store.read(sid)
      if (stored?.session.person.id !== personId) return false
      await store.revoke(sid, reason, clock.now())
      return true
    },

    revokeAllOf: async (personId, reason, except) => {
      const live = await store.listOf(personId, clock.now())
      const sessions = live.filter(({ sid }) => sid !== except)
      await Promise.all(sessions.map(({ sid }) => store.revoke(sid, reason, clock.now())))
      return sessions.length
    },
  }
}

function personOf(session: Session): Person {
  return { ...session.person, role: session.role, sid: session.sid }
}
