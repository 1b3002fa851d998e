/**
 * RefreshToken: our own token moves our session on; one of B2C's is passed on to B2C where the settings say so.
 */

import { roleOf } from '../accounts/roles.ts'
import { grantError } from '../errors.ts'
import type { UpstreamTokens } from '../identity-providers/identity-provider.ts'
import type { FlowContext, Parts } from '../parts.ts'
import type { Person } from '../person.ts'
import { isOwnRefreshToken } from '../sessions/refresh-token.ts'
import type { IssuedSession } from '../sessions/sessions.ts'
import { spanNames } from '../telemetry/spans.ts'

/** The outcome of a refresh, by whose token it was. */
export type Refreshed =
  | { readonly kind: 'own'; readonly issued: IssuedSession }
  | { readonly kind: 'upstream'; readonly tokens: UpstreamTokens }

/** Moves a session on. @throws `ERR_SERVER_GRANT`. */
export function refresh(parts: Parts, _context: FlowContext, refreshToken: string): Promise<IssuedSession> {
  return parts.inSpan(spanNames.refresh, { 'latchkey.grant': 'own' }, () =>
    parts.sessions.refresh(refreshToken),
  )
}

/** The same for `/api`, where a token of B2C's may come too. @throws `ERR_SERVER_GRANT`. */
export async function refreshAny(
  parts: Parts,
  context: FlowContext,
  refreshToken: string,
): Promise<Refreshed> {
  if (isOwnRefreshToken(refreshToken))
    return { kind: 'own', issued: await refresh(parts, context, refreshToken) }
  const { passwordGrant } = parts.provider
  if (parts.settings.api.tokens !== 'upstream' || !passwordGrant) throw grantError('not_ours')
  const tokens = await parts.inSpan(spanNames.refresh, { 'latchkey.grant': 'upstream' }, () =>
    passwordGrant.refresh(refreshToken),
  )
  return { kind: 'upstream', tokens }
}

/** Who a token of B2C's is for, with one request to the directory. @throws `ERR_SERVER_GRANT`, `ERR_SERVER_TOKEN`. */
export async function personOfUpstream(parts: Parts, accessToken: string): Promise<Person> {
  const identity = await parts.provider.verifyAccessToken(accessToken)
  const loaded = await parts.accounts.load(identity.id)
  if (!loaded?.account.enabled) throw grantError('account_disabled')
  const { id, subject, name } = identity
  return { id, subject, name, role: roleOf(loaded.groups, parts.settings.roles) }
}
