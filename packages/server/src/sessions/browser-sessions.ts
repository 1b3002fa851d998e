/**
 * Sessions that live in a browser's cookie: begun, known again at each request, replaced when the browser signs in again.
 */

import type { Clock, ErrorDetails } from '@latchkey/common'
import { serverError } from '../errors.ts'
import type { Person } from '../person.ts'
import { formatBrowserToken, parseBrowserToken } from './browser-token.ts'
import type { KeyRing } from './key-ring.ts'
import { isCheckDue, isLive, isUnused, personOf, type Session, type SessionRules, use } from './session.ts'
import type { ReadStart, SessionStart, Start } from './session-start.ts'
import type { SessionStore, StoredSession } from './session-store.ts'

/** What the sessions of browsers can do. */
export interface BrowserSessions {
  /** Begins a session that lives in a cookie; `token` is the cookie's value, `expiresOn` its absolute end. */
  beginInBrowser(
    start: SessionStart,
    read?: ReadStart,
  ): Promise<{ readonly token: string; readonly expiresOn: Date }>
  /** Who the cookie belongs to. @throws `ERR_SERVER_UNAUTHENTICATED`. */
  resume(browserToken: string): Promise<Person>
  /** Ends the session of a cookie that another one takes the place of; anything that is no cookie of ours ends nothing. */
  replace(browserToken: string): Promise<void>
}

export interface BrowserSessionsOptions {
  readonly store: SessionStore
  readonly ring: KeyRing
  readonly rules: SessionRules
  readonly clock: Clock
  readonly start: Start
  /** The session with its account looked at again, or why it has ended with that. */
  readonly recheck: (session: Session) => Promise<Session | string>
}

/** Makes the sessions of browsers. */
export function createBrowserSessions(options: BrowserSessionsOptions): BrowserSessions {
  const { store, ring, rules, clock, start, recheck } = options

  const read = async (sid: string | undefined): Promise<StoredSession> => {
    const stored = sid === undefined ? undefined : await store.read(sid)
    if (stored?.session.kind !== 'browser' || !isLive(stored.session, clock.now())) throw ended()
    return stored
  }

  return {
    beginInBrowser: async (from, readStart) => {
      const session = await start('browser', from, readStart)
      // The cookie stays as long as the session could; how long it does, the server says at each request.
      const expiresOn = new Date(session.absoluteExpiresAtMs)
      return { token: formatBrowserToken(ring, session.sid), expiresOn }
    },

    resume: async (text) => {
      const sid = parseBrowserToken(ring, text)
      const { session, etag } = await read(sid)
      const isDue = isCheckDue(session, rules, clock.now())
      if (!isDue && !isUnused(session, rules)) return personOf(session)
      const checked = isDue ? await recheck(session) : session
      if (typeof checked === 'string') throw ended({ person: session.person.id })
      const next = use(checked, rules, clock.now())
      if (await store.replace(next, etag)) return personOf(next)
      // Lost to another request of the same page, which has done the same, or to the end of the session.
      return personOf((await read(sid)).session)
    },

    replace: async (text) => {
      const sid = parseBrowserToken(ring, text)
      if (sid !== undefined) await store.revoke(sid, 'replaced', clock.now())
    },
  }
}

function ended(details: ErrorDetails = {}): Error {
  return serverError('ERR_SERVER_UNAUTHENTICATED', 'The session has ended', details)
}
