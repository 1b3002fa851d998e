/**
 * Makes the tokens of External ID for a person.
 */

import type { Application } from '../applications.ts'
import { type Account, emailOf } from '../directory/account.ts'
import type { Directory } from '../directory/directory.ts'
import type { EntraContext } from '../entra-context.ts'
import { clientInfoFor } from '../grants/client-info.ts'
import { words } from '../grants/form.ts'
import { halfHash, recordToken, signToken, tokenLifetimeSeconds } from '../tokens.ts'
import { EntraError } from './errors.ts'
import { findAudience, scopesOf } from './resources.ts'
import type { TenantTokenRequest } from './token-request.ts'

/** How long a refresh token lives; one of a web page lives a day. */
export const refreshLifetimeSeconds = 7_776_000
export const pageRefreshLifetimeSeconds = 86_400

/** What a refresh token of External ID stands for. */
export interface TenantRefreshGrant {
  readonly tenantId: string
  readonly clientId: string
  readonly objectId: string
  readonly scope: string
  readonly authTime: number
  /** Whether the client has to show its secret. */
  readonly confidential: boolean
}

/** Whom to make tokens for. */
export interface TenantIssueOrder {
  readonly directory: Directory
  readonly application: Application
  readonly account: Account
  readonly scope: string
  readonly authTime: number
  readonly confidential: boolean
  readonly nonce?: string
}

/** What a scope parameter asks for. */
export interface TenantScopes {
  readonly openid: boolean
  readonly offline: boolean
  readonly audience: string
  readonly names: readonly string[]
}

const standard = new Set(['openid', 'profile', 'email', 'offline_access'])

/** Reads a scope parameter; without a resource the token is for Graph. @throws {@link EntraError} 70011, 500011 */
export function parseTenantScopes(
  context: EntraContext,
  directory: Directory,
  scope: string | undefined,
): TenantScopes {
  const asked = words(scope)
  if (asked.length === 0) throw new EntraError(900_144, ['scope'])
  const audiences = new Set<string>()
  const names: string[] = []
  for (const word of asked.filter((candidate) => !standard.has(candidate))) {
    const slash = word.lastIndexOf('/')
    const resource = slash < 0 ? 'https://graph.microsoft.com' : word.slice(0, slash)
    const audience = findAudience(context, resource)
    if (audience === undefined) throw new EntraError(500_011, [resource, directory.tenantId])
    const name = word.slice(slash + 1)
    const known = scopesOf(audience)
    if (name !== '.default' && !known.includes(name)) throw new EntraError(70_011, [word])
    audiences.add(audience)
    names.push(...(name === '.default' ? known : [name]))
  }
  if (audiences.size > 1) throw new EntraError(70_011, [asked.join(' ')])
  const [audience = 'https://graph.microsoft.com'] = audiences
  return { openid: asked.includes('openid'), offline: asked.includes('offline_access'), audience, names }
}

/** Makes the tokens and puts them into the answer of the token endpoint. */
export async function issueTenantTokens(
  { context, form }: TenantTokenRequest,
  order: TenantIssueOrder,
): Promise<object> {
  const { account, application, directory, scope } = order
  const { audience, names, offline, openid } = parseTenantScopes(context, directory, scope)
  const holder = emailOf(account)
  const claims = tenantClaims(context, order)
  const accessToken = await signToken(context, {
    owner: 'external-id',
    claims: { ...claims, aud: audience, azp: application.clientId, azpacr: '1', scp: names.join(' ') },
    kind: 'External ID access token',
    holder,
    grants: [audience, ...names],
  })
  const answer: Record<string, unknown> = {
    token_type: 'Bearer',
    scope: [...words(scope)].join(' '),
    expires_in: tokenLifetimeSeconds - 1,
    ext_expires_in: tokenLifetimeSeconds - 1,
    access_token: accessToken,
    ...clientInfoFor(form, account.objectId, directory.tenantId),
  }
  if (offline) answer['refresh_token'] = await sealRefreshToken(context, order)
  if (openid) answer['id_token'] = await signIdToken(context, order, { at_hash: halfHash(accessToken) })
  return answer
}

/** Signs an id token for the application. */
export function signIdToken(
  context: EntraContext,
  order: TenantIssueOrder,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { account, application, nonce } = order
  const claims = tenantClaims(context, order)
  return signToken(context, {
    owner: 'external-id',
    claims: { ...claims, aud: application.clientId, ...(nonce === undefined ? {} : { nonce }), ...more },
    kind: 'External ID id token',
    holder: emailOf(account),
    grants: [`sign-in to ${application.title}`],
  })
}

async function sealRefreshToken(context: EntraContext, order: TenantIssueOrder): Promise<string> {
  const { account, application, authTime, confidential, directory, scope } = order
  const now = context.nowSeconds()
  const grant: TenantRefreshGrant = {
    tenantId: directory.tenantId,
    clientId: application.clientId,
    objectId: account.objectId,
    scope,
    authTime,
    confidential,
  }
  const lifetime = application.kind === 'spa' ? pageRefreshLifetimeSeconds : refreshLifetimeSeconds
  const token = await context.seal.close('refresh', grant, lifetime)
  const holder = emailOf(account)
  recordToken(context, {
    kind: 'External ID refresh token',
    holder,
    grants: [scope],
    expiresAt: now + lifetime,
    token,
  })
  return token
}

function tenantClaims(context: EntraContext, order: TenantIssueOrder): Record<string, unknown> {
  const { account, authTime, directory } = order
  const { givenName, surname } = account.properties
  return {
    ver: '2.0',
    iss: tenantIssuer(context, directory),
    sub: account.objectId,
    oid: account.objectId,
    tid: directory.tenantId,
    name: account.displayName,
    preferred_username: emailOf(account),
    email: emailOf(account),
    auth_time: authTime,
    groups: directory.groups.of(account.objectId).map(({ id }) => id),
    ...(typeof givenName === 'string' ? { given_name: givenName } : {}),
    ...(typeof surname === 'string' ? { family_name: surname } : {}),
  }
}

/** The issuer of an External ID tenant, without a slash at its end: as a tenant of `ciamlogin.com` has it. */
export function tenantIssuer(context: EntraContext, { tenantId }: Directory): string {
  return context.issuer(tenantId).slice(0, -1)
}
