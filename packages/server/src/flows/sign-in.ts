/**
 * Sign-in: from a proof of identity to a session, with one request to the directory. Each attempt leaves one event.
 */

import { roleOf } from '../accounts/roles.ts'
import { grantError, tokenError } from '../errors.ts'
import type { UpstreamTokens, VerifiedIdentity } from '../identity-providers/identity-provider.ts'
import { skewSeconds } from '../identity-providers/token-verifier.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { guestRole, type Person } from '../person.ts'
import type { ReadStart, SessionStart } from '../sessions/session-start.ts'
import type { IssuedSession } from '../sessions/sessions.ts'
import { readShownName } from '../shown-name.ts'
import { record } from './audit.ts'
import { asGrantRefusal } from './grant-refusal.ts'
import { provePassword } from './prove-password.ts'
import { type Attempt, recordAttempt } from './sign-in-record.ts'

/** The provider's own tokens with who they are for. */
export interface UpstreamSignIn {
  readonly tokens: UpstreamTokens
  readonly person: Person
}

/** How old an id token may be that starts a session, in seconds; clocks may be a minute apart besides. */
export const idTokenSeconds = 600

/**
 * Starts a session for the bearer of an id token. It has no nonce of ours, so anyone who finds it could use it: it is
 * accepted for ten minutes, however long its issuer lets it live.
 *
 * @throws `ERR_SERVER_GRANT`.
 */
export function signInWithIdToken(
  parts: Parts,
  context: FlowContext,
  idToken: string,
): Promise<IssuedSession> {
  const started = recordAttempt(parts, context, { grant: 'id_token' }, async (attempt) => {
    const identity = await parts.provider.verifyIdToken(idToken)
    if (isBefore(identity, parts.clock.now() - idTokenSeconds * 1000)) throw tokenError('too_old')
    return parts.sessions.begin(...startOf(parts, context, attempt, identity))
  })
  return asGrantRefusal(started)
}

/** Starts a session by password. @throws `ERR_SERVER_GRANT`. */
export function signInWithPassword(
  parts: Parts,
  context: FlowContext,
  email: string,
  password: string,
): Promise<IssuedSession> {
  return recordAttempt(parts, context, { grant: 'password', claimed: email }, async (attempt) => {
    const { identity } = await provePassword(parts, email, password)
    return parts.sessions.begin(...startOf(parts, context, attempt, identity))
  })
}

/** Returns the provider's own tokens for a password, as the original API did. @throws `ERR_SERVER_GRANT`. */
export function signInUpstream(
  parts: Parts,
  context: FlowContext,
  email: string,
  password: string,
): Promise<UpstreamSignIn> {
  return recordAttempt(parts, context, { grant: 'upstream', claimed: email }, async (attempt) => {
    const { identity, tokens } = await provePassword(parts, email, password)
    const { person, role } = await startOnRecord(parts, context, attempt, identity)
    return { tokens, person: { ...person, role } }
  })
}

/**
 * Starts a browser session for a person who returns from the sign-in page.
 *
 * @param former - The browser's previous session cookie, whose session ends.
 */
export function signInBrowser(
  parts: Parts,
  context: FlowContext,
  identify: () => Promise<VerifiedIdentity>,
  former?: string,
): Promise<{ readonly token: string; readonly expiresOn: Date }> {
  return recordAttempt(parts, context, { grant: 'code' }, async (attempt) => {
    const begun = await parts.sessions.beginInBrowser(...startOf(parts, context, attempt, await identify()))
    // The sign-in is done: what cannot be ended now ends by itself, unused.
    if (former !== undefined) await parts.sessions.replace(former).catch(() => undefined)
    return begun
  })
}

/** Refuses a return without any proof. @throws `ERR_SERVER_GRANT`. */
export function refuseInBrowser(parts: Parts, context: FlowContext, reason: string): Promise<never> {
  return recordAttempt(parts, context, { grant: 'code' }, () => Promise.reject(grantError(reason)))
}

/** The session as it is stored before the account is read, and the reading. */
function startOf(
  parts: Parts,
  context: FlowContext,
  attempt: Attempt,
  identity: VerifiedIdentity,
): readonly [SessionStart, ReadStart] {
  const { id, subject, name } = identity
  attempt.proven = id
  return [
    { person: { id, subject, name }, role: guestRole },
    () => startOnRecord(parts, context, attempt, identity),
  ]
}

async function startOnRecord(
  parts: Parts,
  context: FlowContext,
  attempt: Attempt,
  identity: VerifiedIdentity,
): Promise<SessionStart> {
  const { id } = identity
  attempt.proven = id
  const start = await startFor(parts, identity)
  const details = { grant: attempt.grant, role: start.role }
  await record(parts, context, { action: 'sign-in', subject: id, actor: id, details })
  return start
}

/**
 * Who somebody is and in which role, with one request to the directory.
 *
 * @throws `ERR_SERVER_GRANT` when the account is gone or disabled, or its password was changed since the proof.
 */
export async function startFor(parts: Parts, identity: VerifiedIdentity): Promise<SessionStart> {
  // The proof is fresh, so an unknown account is most likely one that the directory has not spread yet; a deleted one is
  // not waited for much longer than a person waits.
  const { accounts } = parts
  const loaded = accounts.provision
    ? await accounts.provision(identity)
    : await accounts.load(identity.id, { patienceMs: 3_000 })
  if (!loaded) throw grantError('account_unknown')
  if (!loaded.account.enabled) throw grantError('account_disabled')
  // A proof from before the password was changed, or sign-ins were revoked, proves nothing any more.
  if (isBefore(identity, loaded.account.signInsValidFromMs ?? 0)) throw grantError('account_changed')
  const name = readShownName(loaded.account.displayName) ?? identity.name
  return {
    person: { id: identity.id, subject: identity.subject, name },
    role: roleOf(loaded.groups, parts.settings.roles),
    signInsValidFromMs: loaded.account.signInsValidFromMs ?? null,
  }
}

/** Whether a proof was made before an instant for sure, whichever of the clocks is ahead. */
function isBefore({ issuedAtMs }: VerifiedIdentity, instantMs: number): boolean {
  return issuedAtMs !== undefined && issuedAtMs + skewSeconds * 1000 < instantMs
}
