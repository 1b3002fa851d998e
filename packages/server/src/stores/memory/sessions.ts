/**
 * Sessions in memory, for tests and for trying things out: gone with the process.
 */

import { isLive, type Session } from '../../sessions/session.ts'
import type { SessionStore } from '../../sessions/session-store.ts'

/** Makes a store of sessions in memory. */
export function createMemorySessionStore(): SessionStore {
  const sessions = new Map<string, { session: Session; version: number }>()
  const write = (session: Session): Session => {
    const version = (sessions.get(session.sid)?.version ?? 0) + 1
    sessions.set(session.sid, { session, version })
    return session
  }
  return {
    create: async (session) => {
      write(session)
      return String(sessions.get(session.sid)?.version)
    },
    read: async (sid) => {
      const found = sessions.get(sid)
      return found && { session: found.session, etag: String(found.version) }
    },
    rotate: async ({ sid, generation, role, nowMs, checkedAfterMs, idleExpiresAtMs }) => {
      const session = sessions.get(sid)?.session
      if (session?.kind !== 'client' || session.generation !== generation || session.role !== role)
        return undefined
      if (!isLive(session, nowMs) || session.accountCheckedAtMs <= checkedAfterMs) return undefined
      return write({
        ...session,
        generation: generation + 1,
        rotatedAtMs: nowMs,
        usedAtMs: nowMs,
        idleExpiresAtMs,
      })
    },
    replace: async (session, etag) => {
      if (String(sessions.get(session.sid)?.version) !== etag) return false
      write(session)
      return true
    },
    revoke: async (sid, reason, nowMs) => {
      const session = sessions.get(sid)?.session
      if (session && session.revokedAtMs === null)
        write({ ...session, revokedAtMs: nowMs, endReason: reason })
    },
    listOf: async (personId, nowMs) =>
      [...sessions.values()]
        .map(({ session }) => session)
        .filter((session) => session.person.id === personId && isLive(session, nowMs))
        .sort((a, b) => b.createdAtMs - a.createdAtMs),
  }
}
