/**
 * Sign-in: from a proof of identity to a session, with one request to the directory. Each attempt leaves one event.
 */

import { isLatchkeyError } from '@latchkey/common'
import { roleOf } from '../accounts/roles.ts'
import { grantError, inputError, reasonOf, tokenError } from '../errors.ts'
import type { UpstreamTokens, VerifiedIdentity } from '../identity-providers/identity-provider.ts'
import { skewSeconds } from '../identity-providers/token-verifier.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { guestRole, type Person } from '../person.ts'
import type { IssuedSession } from '../sessions/sessions.ts'
import type { ReadStart, SessionStart } from '../sessions/starting.ts'
import { spanNames } from '../telemetry/spans.ts'
import { note, record } from './audit.ts'

/** The provider's own tokens with who they are for. */
export interface UpstreamSignIn {
  readonly tokens: UpstreamTokens
  readonly person: Person
}

/** A sign-in on its way: how, who it is said to be, and who it is once that is proven. */
interface Attempt {
  readonly grant: 'id_token' | 'password' | 'upstream' | 'code'
  /** A mail address. */
  readonly claimed?: string
  proven?: string
}

/** How old an id token may be that starts a session, in seconds; clocks may be a minute apart besides. */
export const idTokenSeconds = 600

/**
 * Starts a session for the bearer of an id token. No nonce of ours is in it, so that whoever finds one could use it too:
 * it counts for ten minutes, however long its issuer lets it live.
 *
 * @throws `ERR_SERVER_TOKEN`, `ERR_SERVER_GRANT`.
 */
export function signInWithIdToken(
  parts: Parts,
  context: FlowContext,
  idToken: string,
): Promise<IssuedSession> {
  return signIn(parts, context, { grant: 'id_token' }, async (attempt) => {
    const identity = await parts.provider.verifyIdToken(idToken)
    if (isBefore(identity, parts.clock.now() - idTokenSeconds * 1000)) throw tokenError('too_old')
    return parts.sessions.begin(...startOf(parts, context, attempt, identity))
  })
}

/** Starts a session for whoever knows the password. @throws `ERR_SERVER_GRANT`. */
export function signInWithPassword(
  parts: Parts,
  context: FlowContext,
  email: string,
  password: string,
): Promise<IssuedSession> {
  return signIn(parts, context, { grant: 'password', claimed: email }, async (attempt) => {
    const { identity } = await provePassword(parts, email, password)
    return parts.sessions.begin(...startOf(parts, context, attempt, identity))
  })
}

/** Answers the provider's own tokens for a password, as the original API did. @throws `ERR_SERVER_GRANT`. */
export function signInUpstream(
  parts: Parts,
  context: FlowContext,
  email: string,
  password: string,
): Promise<UpstreamSignIn> {
  return signIn(parts, context, { grant: 'upstream', claimed: email }, async (attempt) => {
    const { identity, tokens } = await provePassword(parts, email, password)
    const { person, role } = await startOnRecord(parts, context, attempt, identity)
    return { tokens, person: { ...person, role } }
  })
}

/**
 * Starts a session in a browser for somebody who comes back from the sign-in page.
 *
 * @param former - The cookie of the session that the browser had before, which ends: nothing holds it any more.
 */
export function signInBrowser(
  parts: Parts,
  context: FlowContext,
  identify: () => Promise<VerifiedIdentity>,
  former?: string,
): Promise<{ readonly token: string; readonly expiresOn: Date }> {
  return signIn(parts, context, { grant: 'code' }, async (attempt) => {
    const begun = await parts.sessions.beginInBrowser(...startOf(parts, context, attempt, await identify()))
    // The sign-in is done: what cannot be ended now ends by itself, unused.
    if (former !== undefined) await parts.sessions.replace(former).catch(() => undefined)
    return begun
  })
}

/** Refuses somebody who comes back with nothing that could be a proof. @throws `ERR_SERVER_GRANT`. */
export function refuseInBrowser(parts: Parts, context: FlowContext, reason: string): Promise<never> {
  return signIn(parts, context, { grant: 'code' }, () => Promise.reject(grantError(reason)))
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
  const name = loaded.account.displayName === '' ? identity.name : loaded.account.displayName
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

async function provePassword(
  parts: Parts,
  email: string,
  password: string,
): Promise<{ readonly identity: VerifiedIdentity; readonly tokens: UpstreamTokens }> {
  const { passwordGrant } = parts.provider
  if (!passwordGrant) throw inputError('grant', 'This identity provider takes no passwords here')
  for (const delayMs of [250, 500, 1_000, 2_000, 0]) {
    try {
      const tokens = await passwordGrant.signIn(email, password)
      const identity =
        tokens.idToken === undefined
          ? await parts.provider.verifyAccessToken(tokens.accessToken)
          : await parts.provider.verifyIdToken(tokens.idToken)
      return { identity, tokens }
    } catch (error) {
      // B2C's word for an account made so recently that its sign-in does not know it yet.
      const isTooFresh = isLatchkeyError(error) && error.details['reason'] === 'AADB2C99002'
      if (!isTooFresh || delayMs === 0) throw error
      await new Promise<void>((resolve) => parts.clock.schedule(delayMs, resolve))
    }
  }
  throw grantError('account_unknown')
}

async function signIn<T>(
  parts: Parts,
  context: FlowContext,
  attempt: Attempt,
  work: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const { correlationId } = context
  const { grant } = attempt
  try {
    const result = await parts.inSpan(spanNames.signIn, { 'latchkey.grant': grant }, () => work(attempt))
    parts.log({ level: 'info', event: 'sign-in', correlationId, reason: grant })
    return result
  } catch (error) {
    const { client } = context
    parts.log({
      level: 'warn',
      event: 'sign-in-failed',
      correlationId,
      reason: reasonOf(error),
      ...(client !== undefined && { client }),
      ...(attempt.claimed !== undefined && { account: parts.pseudonyms.of('email', attempt.claimed) }),
    })
    await noteFailure(parts, context, attempt, error)
    throw error
  }
}

/**
 * What is on record of a failure: about whoever is proven, else about the address that was claimed, else about where it
 * came from. A malformed request is no attempt, and where our own storage failed there is nothing to write to.
 */
async function noteFailure(
  parts: Parts,
  context: FlowContext,
  { grant, claimed, proven }: Attempt,
  error: unknown,
): Promise<void> {
  const isRefused = isLatchkeyError(error, 'ERR_SERVER_GRANT', 'ERR_SERVER_TOKEN')
  const isOutage = isLatchkeyError(error, 'ERR_SERVER_UPSTREAM', 'ERR_SERVER_THROTTLED')
  if (!isRefused && !(isOutage && !ownStorage.has(error.details['service']))) return
  const entry = {
    action: 'sign-in-failed',
    outcome: isRefused ? 'refused' : 'failed',
    details: { grant, code: error.code, reason: reasonOf(error) },
    ...(proven !== undefined && { actor: proven }),
    ...(claimed !== undefined && { subject: parts.pseudonyms.of('email', claimed) }),
  } as const
  await note(parts, context, proven === undefined ? entry : { ...entry, subject: proven }, proven)
}

const ownStorage = new Set<unknown>(['cosmos', 'audit'])
