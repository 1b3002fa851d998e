/**
 * RefreshToken: our own token advances our session; the provider's is passed on to it if the settings say so.
 *
 * A refresh is one write, so the record has only the sign-in before it; each refresh writes one log line. A refused token
 * writes one event.
 */

import { isLatchkeyError, type LatchkeyError } from '@latchkey/common'
import { roleOf } from '../accounts/roles.ts'
import { grantError, reasonOf } from '../errors.ts'
import type { UpstreamTokens } from '../identity-providers/identity-provider.ts'
import type { FlowContext, Parts } from '../parts.ts'
import type { Person } from '../person.ts'
import { isOwnRefreshToken } from '../sessions/refresh-token.ts'
import type { IssuedSession } from '../sessions/sessions.ts'
import type { Work } from '../sessions/work-before-rotation.ts'
import { spanNames } from '../telemetry/spans.ts'
import { note } from './audit.ts'
import { asGrantRefusal } from './grant-refusal.ts'

/** The outcome of a refresh, by whose token it was. */
export type Refreshed =
  | { readonly kind: 'own'; readonly issued: IssuedSession }
  | { readonly kind: 'upstream'; readonly tokens: UpstreamTokens }

/** Advances a session. @throws `ERR_SERVER_GRANT`. */
export async function refresh(
  parts: Parts,
  context: FlowContext,
  refreshToken: string,
): Promise<IssuedSession> {
  const { issued } = await refreshAfter(parts, context, refreshToken, async () => undefined)
  return issued
}

/**
 * Advances a session once `work` for its holder is done; if the work fails, the token stays good.
 *
 * @throws `ERR_SERVER_GRANT`, and what `work` throws.
 */
export async function refreshAfter<T>(
  parts: Parts,
  context: FlowContext,
  refreshToken: string,
  work: Work<T>,
): Promise<{ readonly issued: IssuedSession; readonly result: T }> {
  const refreshed = await parts.inSpan(spanNames.refresh, { 'latchkey.grant': 'own' }, () =>
    orNoteRefusal(parts, context, parts.sessions.refreshAfter(refreshToken, work)),
  )
  const { isRepeat, person } = refreshed.issued
  const { correlationId } = context
  const event = isRepeat ? 'refresh-retry' : 'refresh'
  parts.log({ level: 'info', event, correlationId, person: person.id })
  return refreshed
}

/** The same for `/api`, where a token of the provider's may come too. @throws `ERR_SERVER_GRANT`. */
export async function refreshAny(
  parts: Parts,
  context: FlowContext,
  refreshToken: string,
): Promise<Refreshed> {
  if (isOwnRefreshToken(refreshToken))
    return { kind: 'own', issued: await refresh(parts, context, refreshToken) }
  return { kind: 'upstream', tokens: await refreshUpstream(parts, context, refreshToken) }
}

/** Returns the holder of a refresh token, without using ours up. @throws `ERR_SERVER_GRANT`. */
export async function personOfRefreshToken(
  parts: Parts,
  context: FlowContext,
  refreshToken: string,
): Promise<Person> {
  if (parts.settings.api.tokens === 'own' || isOwnRefreshToken(refreshToken))
    return orNoteRefusal(parts, context, parts.sessions.identify(refreshToken))
  const { accessToken } = await refreshUpstream(parts, context, refreshToken)
  return asGrantRefusal(personOfUpstream(parts, accessToken))
}

/**
 * Who a token of the provider's is for, with one request to the directory.
 *
 * @throws `ERR_SERVER_GRANT`, `ERR_SERVER_TOKEN`.
 */
export async function personOfUpstream(parts: Parts, accessToken: string): Promise<Person> {
  const identity = await parts.provider.verifyAccessToken(accessToken)
  const loaded = await parts.accounts.load(identity.id)
  if (!loaded?.account.enabled) throw grantError('account_disabled')
  const { id, subject, name } = identity
  return { id, subject, name, role: roleOf(loaded.groups, parts.settings.roles) }
}

/**
 * Has the provider exchange its own token, which stays good: Entra expires tokens by date, not by use.
 *
 * @throws `ERR_SERVER_GRANT`.
 */
export async function refreshUpstream(
  parts: Parts,
  context: FlowContext,
  refreshToken: string,
): Promise<UpstreamTokens> {
  const { passwordGrant } = parts.provider
  const isOffered = parts.settings.api.tokens === 'upstream' && passwordGrant !== undefined
  const tokens = await parts.inSpan(spanNames.refresh, { 'latchkey.grant': 'upstream' }, () =>
    orNoteRefusal(
      parts,
      context,
      isOffered ? passwordGrant.refresh(refreshToken) : Promise.reject(grantError('not_ours')),
    ),
  )
  parts.log({ level: 'info', event: 'refresh', correlationId: context.correlationId })
  return tokens
}

async function orNoteRefusal<T>(parts: Parts, context: FlowContext, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isLatchkeyError(error, 'ERR_SERVER_GRANT')) await noteRefusal(parts, context, error)
    throw error
  }
}

async function noteRefusal(parts: Parts, context: FlowContext, error: LatchkeyError): Promise<void> {
  const { person, sid } = error.details
  const personId = typeof person === 'string' ? person : undefined
  const reason = reasonOf(error)
  const isReuse = reason === 'reuse'
  if (isReuse) {
    const { correlationId } = context
    parts.log({ level: 'warn', event: 'refresh-reuse', correlationId, ...(personId && { person: personId }) })
  }
  const action = isReuse ? 'refresh-reuse' : 'refresh-failed'
  const details = { code: error.code, reason, ...(typeof sid === 'string' && { sid }) }
  // Whose session it is is proven; who holds the token is not.
  await note(parts, context, { action, outcome: 'refused', details }, personId)
}
