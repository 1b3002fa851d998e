/**
 * What a session is, and how a presented refresh token is judged: no I/O, no clock of its own.
 *
 * A refresh token names a generation. The stored generation is the only one that moves the session on; the one before
 * it is answered with the same successor again for a short while, because two tabs and a lost response are normal; any
 * older one means that a token was copied, and ends the family.
 */

import type { Person } from '../person.ts'

/** Why a session ended. */
export type EndReason =
  | 'sign-out'
  | 'reuse'
  | 'role-change'
  | 'disabled'
  | 'deleted'
  | 'admin'
  /** The same browser signed in again. */
  | 'replaced'
  /** The password was changed, or the directory's sign-ins were revoked, since. */
  | 'credentials'
  /** Newer ones are as many as a person has. */
  | 'limit'

/** One sign-in of one person. Instants are milliseconds since the Unix epoch; nothing in it is secret. */
export interface Session {
  readonly sid: string
  readonly kind: 'client' | 'browser'
  readonly person: Omit<Person, 'sid' | 'role'>
  readonly role: string
  readonly clientId: string
  /** 0 while its sign-in is under way: such a session opens nothing, and no token of it exists. */
  readonly generation: number
  readonly createdAtMs: number
  readonly rotatedAtMs: number
  /** When somebody was last seen to use it; up to an hour early, since not every use is written down. */
  readonly usedAtMs: number
  readonly idleExpiresAtMs: number
  readonly absoluteExpiresAtMs: number
  /** When the account was last seen enabled, and its role read. */
  readonly accountCheckedAtMs: number
  /**
   * When the password was last changed or sign-ins were last revoked, as the account said at sign-in; null where it does
   * not say. A later one ends the session.
   */
  readonly signInsValidFromMs: number | null
  readonly revokedAtMs: number | null
  readonly endReason: EndReason | null
}

/** How long sessions live, and how forgiving they are. */
export interface SessionRules {
  /** Default 14 days. */
  readonly idleSeconds: number
  /**
   * Until the first use, instead of `idleSeconds`: nobody may hold a session whose answer was lost with the process or the
   * connection that carried it. Default 3 days.
   */
  readonly firstUseSeconds: number
  /** From sign-in, however often refreshed. Default 90 days. */
  readonly absoluteSeconds: number
  /** How long the previous generation still gets the present successor. Default 10, at most 60. */
  readonly graceSeconds: number
  /** How long an account is trusted to be enabled and to keep its role. Default 3,600. */
  readonly accountCheckSeconds: number
}

export const defaultSessionRules: SessionRules = {
  idleSeconds: 14 * 86_400,
  firstUseSeconds: 3 * 86_400,
  absoluteSeconds: 90 * 86_400,
  graceSeconds: 10,
  accountCheckSeconds: 3_600,
}

/** How long a session whose sign-in is under way stays stored; the sign-in itself may take half of it. */
export const startSeconds = 120

/**
 * What to do with a presented generation: `rotate` it, `repeat` the present successor, `check` the account first,
 * end the family because of `reuse`, or `refuse`.
 */
export type Verdict = 'rotate' | 'check' | 'repeat' | 'reuse' | 'refuse'

/** Whether a session is neither revoked nor expired. */
export function isLive(session: Session, nowMs: number): boolean {
  return (
    session.revokedAtMs === null && nowMs < session.idleExpiresAtMs && nowMs < session.absoluteExpiresAtMs
  )
}

/** Whether the account must be looked at again before the session goes on. */
export function isCheckDue(session: Session, rules: SessionRules, nowMs: number): boolean {
  return nowMs - session.accountCheckedAtMs >= rules.accountCheckSeconds * 1000
}

/** Judges the generation a refresh token names against the session as stored. */
export function judgeGeneration(
  session: Session,
  generation: number,
  rules: SessionRules,
  nowMs: number,
): Verdict {
  if (!isLive(session, nowMs) || generation > session.generation) return 'refuse'
  if (generation === session.generation) return isCheckDue(session, rules, nowMs) ? 'check' : 'rotate'
  const inGrace = nowMs - session.rotatedAtMs < rules.graceSeconds * 1000
  return generation === session.generation - 1 && inGrace ? 'repeat' : 'reuse'
}

/** Who holds it. */
export function personOf({ person, role, sid }: Session): Person {
  return { ...person, role, sid }
}

/** The account as it is now, as far as sessions go. */
export interface AccountState {
  readonly role: string
  readonly signInsValidFromMs?: number | null
}

/** The session after its account was looked at, or nothing when what proved the person at sign-in counts no longer. */
export function afterCheck(session: Session, account: AccountState, nowMs: number): Session | undefined {
  const { role, signInsValidFromMs: present = null } = account
  const { signInsValidFromMs: atSignIn } = session
  if (present !== null && atSignIn !== null && present > atSignIn) return undefined
  // Where the account did not say at sign-in, it counts from the first time it does.
  const seen = { usedAtMs: nowMs, accountCheckedAtMs: nowMs }
  return { ...session, role, signInsValidFromMs: atSignIn ?? present, ...seen }
}

/** The session after its refresh token was used at `nowMs`. */
export function rotate(session: Session, rules: SessionRules, nowMs: number): Session {
  return {
    ...session,
    generation: session.generation + 1,
    rotatedAtMs: nowMs,
    usedAtMs: nowMs,
    idleExpiresAtMs: nowMs + rules.idleSeconds * 1000,
  }
}

/** When the session ends if it is not used again; never past its absolute end, which is fixed at sign-in. */
export function expiryOf(session: Session): Date {
  return new Date(Math.min(session.idleExpiresAtMs, session.absoluteExpiresAtMs))
}

/** Whether its sign-in is done. */
export function isBegun({ generation }: Session): boolean {
  return generation > 0
}

/** Whether nobody has been seen to hold it yet. */
export function isUnused(session: Session, rules: SessionRules): boolean {
  const isFirst =
    session.generation === 1 && session.idleExpiresAtMs - session.rotatedAtMs <= firstUseMs(rules)
  return isFirst && rules.firstUseSeconds < rules.idleSeconds
}

/** The session after it was used at `nowMs` without its refresh token being exchanged. */
export function use(session: Session, rules: SessionRules, nowMs: number): Session {
  return { ...session, usedAtMs: nowMs, idleExpiresAtMs: nowMs + rules.idleSeconds * 1000 }
}

/** A session whose sign-in is under way. */
export function prepareSession(
  start: Pick<Session, 'sid' | 'kind' | 'person' | 'role' | 'clientId'>,
  rules: SessionRules,
  nowMs: number,
): Session {
  return {
    ...start,
    generation: 0,
    createdAtMs: nowMs,
    rotatedAtMs: nowMs,
    usedAtMs: nowMs,
    idleExpiresAtMs: nowMs + startSeconds * 1000,
    absoluteExpiresAtMs: nowMs + rules.absoluteSeconds * 1000,
    accountCheckedAtMs: nowMs,
    signInsValidFromMs: null,
    revokedAtMs: null,
    endReason: null,
  }
}

/** The session once its sign-in is done. */
export function beginSession(
  prepared: Session,
  {
    person,
    role,
    signInsValidFromMs = null,
  }: Pick<Session, 'person' | 'role'> & Partial<Pick<Session, 'signInsValidFromMs'>>,
  rules: SessionRules,
  nowMs: number,
): Session {
  const idleExpiresAtMs = nowMs + firstUseMs(rules)
  const begun = { person, role, signInsValidFromMs, generation: 1, rotatedAtMs: nowMs, usedAtMs: nowMs }
  return { ...prepared, ...begun, idleExpiresAtMs }
}

function firstUseMs({ firstUseSeconds, idleSeconds }: SessionRules): number {
  return Math.min(firstUseSeconds, idleSeconds) * 1000
}
