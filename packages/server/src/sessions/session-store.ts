/**
 * Where sessions are kept: one document for each, every change conditional.
 */

import type { EndReason, Session } from './session.ts'

/** A session with the version it was read at. */
export interface StoredSession {
  readonly session: Session
  readonly etag: string
}

/** What the first, optimistic write of a refresh insists on. */
export interface RotationCondition {
  readonly sid: string
  /** The generation the refresh token names. */
  readonly generation: number
  /** The role it names, which the session must still have: a look at the account may have changed it meanwhile. */
  readonly role: string
  /** Afterwards the session was rotated and used then. */
  readonly nowMs: number
  /** The account must have been checked after this instant. */
  readonly checkedAfterMs: number
  readonly idleExpiresAtMs: number
}

/** Keeps sessions. Every method may reject with `ERR_SERVER_UPSTREAM` or `ERR_SERVER_THROTTLED`. */
export interface SessionStore {
  /** Returns the version written; nothing when the session has been ended meanwhile. */
  create(session: Session): Promise<string | undefined>
  read(sid: string): Promise<StoredSession | undefined>
  /**
   * Moves a live session on by one generation in one conditional write, without reading it first.
   *
   * @returns the session after the write, or `undefined` when any condition did not hold and nothing was written.
   */
  rotate(condition: RotationCondition): Promise<Session | undefined>
  /** Writes `session` if it is still at `etag`; returns whether it was. */
  replace(session: Session, etag: string): Promise<boolean>
  /** Ends a session whatever its version; ending an ended or unknown one changes nothing. */
  revoke(sid: string, reason: EndReason, nowMs: number): Promise<void>
  /** Live sessions of a person, newest first, with those whose sign-in is under way. */
  listOf(personId: string, nowMs: number): Promise<readonly Session[]>
}
