/**
 * The first moments of a session: stored before its account is read, begun once that is done.
 */

import type { Clock } from '@latchkey/common'
import { grantError, serverError } from '../errors.ts'
import type { Person } from '../person.ts'
import type { Random } from '../random.ts'
import {
  beginSession,
  isBegun,
  isLive,
  prepareSession,
  type Session,
  type SessionRules,
  startSeconds,
} from './session.ts'
import type { SessionStore } from './session-store.ts'

/** Who begins a session. */
export interface SessionStart {
  readonly person: Omit<Person, 'sid' | 'role'>
  readonly role: string
  /** As the account was when it was read. Default: not known. */
  readonly signInsValidFromMs?: number | null
}

/**
 * Reads the account of a session that is stored already. Whoever changes the account after it was read finds the session
 * and ends it; one that was stored after the reading could be missed, and live on in a role that is gone.
 */
export type ReadStart = () => Promise<SessionStart>

export interface StartOptions {
  readonly store: SessionStore
  readonly rules: SessionRules
  readonly clock: Clock
  readonly random: Random
  readonly clientId: string
}

/** Stores a session and answers it begun. @throws as `Sessions.begin`. */
export type Start = (
  kind: Session['kind'],
  from: SessionStart,
  read: ReadStart | undefined,
) => Promise<Session>

/** Makes the function that begins sessions. */
export function createStart({ store, rules, clock, random, clientId }: StartOptions): Start {
  return async (kind, from, read) => {
    const sid = random.token(16)
    const prepared = prepareSession({ ...from, clientId, sid, kind }, rules, clock.now())
    if (!read) {
      const begun = beginSession(prepared, from, rules, clock.now())
      await store.create(begun)
      return begun
    }
    const etag = await store.create(prepared)
    try {
      const begun = beginSession(prepared, await read(), rules, clock.now())
      // Whoever ends all sessions looks for this one until its time is up, so it must not begin near that.
      if (clock.now() - prepared.createdAtMs > startSeconds * 500)
        throw serverError('ERR_SERVER_THROTTLED', 'The sign-in took too long', { retryAfterSeconds: 5 })
      if (etag !== undefined && (await store.replace(begun, etag))) return begun
      // Nothing but an end changes a session that is not out yet; a begun one is our own write, whose answer was lost.
      const stored = await store.read(sid)
      if (stored && isBegun(stored.session) && isLive(stored.session, clock.now())) return stored.session
    } catch (error) {
      await store.revoke(sid, 'disabled', clock.now())
      throw error
    }
    throw grantError('account_changed')
  }
}
