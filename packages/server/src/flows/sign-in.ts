/**
 * Sign-in: from a proof of identity to a session, with one request to the directory.
 */

import { isLatchkeyError } from '@latchkey/common'
import { roleOf } from '../accounts/roles.ts'
import { grantError, inputError, reasonOf } from '../errors.ts'
import type { UpstreamTokens, VerifiedIdentity } from '../identity-providers/identity-provider.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { guestRole, type Person } from '../person.ts'
import type { IssuedSession, ReadStart, SessionStart } from '../sessions/sessions.ts'
import { spanNames } from '../telemetry/spans.ts'
import { record } from './audit.ts'

/** B2C's own tokens with who they are for. */
export interface UpstreamSignIn {
  readonly tokens: UpstreamTokens
  readonly person: Person
}

/** Starts a session for the bearer of an id token. @throws `ERR_SERVER_TOKEN`, `ERR_SERVER_GRANT`. */
export function signInWithIdToken(
  parts: Parts,
  context: FlowContext,
  idToken: string,
): Promise<IssuedSession> {
  return signIn(parts, context, 'id_token', async () => {
    const identity = await parts.provider.verifyIdToken(idToken)
    return parts.sessions.begin(...startOf(parts, context, 'id_token', identity))
  })
}

/** Starts a session for whoever knows the password. @throws `ERR_SERVER_GRANT`. */
export function signInWithPassword(
  parts: Parts,
  context: FlowContext,
  email: string,
  password: string,
): Promise<IssuedSession> {
  return signIn(parts, context, 'password', async () => {
    const { identity } = await provePassword(parts, email, password)
    return parts.sessions.begin(...startOf(parts, context, 'password', identity))
  })
}

/** Answers B2C's own tokens for a password, as the original API did. @throws `ERR_SERVER_GRANT`. */
export function signInUpstream(
  parts: Parts,
  context: FlowContext,
  email: string,
  password: string,
): Promise<UpstreamSignIn> {
  return signIn(parts, context, 'upstream', async () => {
    const { identity, tokens } = await provePassword(parts, email, password)
    const { person, role } = await startOnRecord(parts, context, 'upstream', identity)
    return { tokens, person: { ...person, role } }
  })
}

/** Starts a session in a browser for somebody who comes back from the sign-in page. */
export function signInBrowser(
  parts: Parts,
  context: FlowContext,
  identify: () => Promise<VerifiedIdentity>,
): Promise<{ readonly token: string; readonly expiresOn: Date }> {
  return signIn(parts, context, 'code', async () =>
    parts.sessions.beginInBrowser(...startOf(parts, context, 'code', await identify())),
  )
}

/** The session as it is stored before the account is read, and the reading. */
function startOf(
  parts: Parts,
  context: FlowContext,
  grant: string,
  identity: VerifiedIdentity,
): readonly [SessionStart, ReadStart] {
  const { id, subject, name } = identity
  return [
    { person: { id, subject, name }, role: guestRole },
    () => startOnRecord(parts, context, grant, identity),
  ]
}

// Who proved nothing is nobody the record could be about: such failures are in the log and in the limits alone.
async function startOnRecord(
  parts: Parts,
  context: FlowContext,
  grant: string,
  identity: VerifiedIdentity,
): Promise<SessionStart> {
  const entry = { subject: identity.id, actor: identity.id }
  try {
    const start = await startFor(parts, identity)
    const details = { grant, role: start.role }
    await record(parts, context, { action: 'sign-in', ...entry, details })
    return start
  } catch (error) {
    if (isLatchkeyError(error, 'ERR_SERVER_GRANT')) {
      const details = { grant, reason: reasonOf(error) }
      await record(parts, context, { action: 'sign-in-failed', ...entry, outcome: 'refused', details })
    }
    throw error
  }
}

/**
 * Who somebody is and in which role, with one request to the directory.
 *
 * @throws `ERR_SERVER_GRANT` when the account is gone or disabled.
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
  const name = loaded.account.displayName === '' ? identity.name : loaded.account.displayName
  return {
    person: { id: identity.id, subject: identity.subject, name },
    role: roleOf(loaded.groups, parts.settings.roles),
  }
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
  { correlationId }: FlowContext,
  grant: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    const result = await parts.inSpan(spanNames.signIn, { 'latchkey.grant': grant }, work)
    parts.log({ level: 'info', event: 'sign-in', correlationId, reason: grant })
    return result
  } catch (error) {
    parts.log({ level: 'warn', event: 'sign-in-failed', correlationId, reason: reasonOf(error) })
    throw error
  }
}
