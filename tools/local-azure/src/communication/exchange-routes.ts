/**
 * Exchanges: an Entra token for an access token of this resource.
 *
 * Three of them: for an Entra user of an application, for a Teams user, and for a Teams Phone user who works through the
 * resource (the Teams extension, which needs an assignment first).
 */

import { createHash } from 'node:crypto'
import type { VerifiedAccessToken } from '../host/access-token-verifier.ts'
import type { AccessToken } from './access-tokens.ts'
import { entraExchangeVersions, teamsExchangeVersions, teamsExtensionVersions } from './api-versions.ts'
import { type EntraTokenVerifier, teamsAudience } from './authorization.ts'
import { denied, forbidden, invalid, invalidAccessToken } from './errors.ts'
import { formatOffsetInstant } from './instants.ts'
import type { CommunicationResource } from './resource.ts'
import type { Call, Route } from './routes.ts'
import type { TeamsAssignments } from './teams-assignments.ts'
import type { TokenScope } from './token-scopes.ts'

const longestLifeMs = 86_400_000
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Delegated scopes of Entra, and what they become. */
const clientScopes: Readonly<Record<string, TokenScope>> = {
  Chat: 'chat',
  'Chat.Join': 'chat.join',
  'Chat.Join.Limited': 'chat.join.limited',
  VoIP: 'voip',
  'VoIP.Join': 'voip.join',
}
const teamsScopes: Readonly<Record<string, TokenScope>> = {
  'Teams.ManageCalls': 'voip',
  'Teams.ManageChats': 'chat',
}
const teamsExtensionScopes: Readonly<Record<string, TokenScope>> = { 'TeamsExtension.ManageCalls': 'voip' }

/** The exchange a resource's owner does for a Teams user. */
export function teamsExchangeRoutes(
  resource: CommunicationResource,
  verifyEntraToken: EntraTokenVerifier | undefined,
): readonly Route<unknown>[] {
  const path = '/teamsUser/:exchangeAccessToken'
  return [{ method: 'POST', path, versions: teamsExchangeVersions, handle: exchange }]

  async function exchange(call: Call<unknown>): Promise<Response> {
    const { appId, token, userId } = call.json()
    if (typeof appId !== 'string' || !guid.test(appId))
      throw invalid('Provided AppId has invalid format.', 'appId')
    if (typeof userId !== 'string' || !guid.test(userId))
      throw invalid('Provided UserId has invalid format.', 'userId')
    resource.count('exchangeTokens')
    const bearer =
      typeof token === 'string' ? await verifyEntraToken?.(token, { audience: teamsAudience }) : undefined
    const scopes = translate(bearer?.scopes ?? [], teamsScopes)
    const sameApp = bearer?.clientId.toLowerCase() === appId.toLowerCase()
    const sameUser = bearer?.objectId.toLowerCase() === userId.toLowerCase()
    if (!bearer || !sameApp || !sameUser || scopes.length === 0) throw invalidAccessToken()
    const issued = await issueFor(resource, `8:orgid:${bearer.objectId}`, scopes, bearer)
    return Response.json(formatToken(issued))
  }
}

/** The exchange an Entra user of an application does. */
export function entraExchangeRoutes(resource: CommunicationResource): readonly Route<VerifiedAccessToken>[] {
  const path = '/access/entra/:exchangeAccessToken'
  const handle = async (call: Call<VerifiedAccessToken>): Promise<Response> => {
    call.json()
    resource.count('exchangeTokens')
    const scopes = translate(call.caller.scopes, clientScopes)
    if (scopes.length === 0) throw denied()
    return await answer(resource, entraUserId(resource, call.caller), scopes, call.caller)
  }
  return [{ method: 'POST', path, versions: entraExchangeVersions, handle }]
}

/** The exchange a Teams Phone user does, if assigned to the resource. */
export function teamsExtensionRoutes(
  resource: CommunicationResource,
  assignments: TeamsAssignments,
): readonly Route<VerifiedAccessToken>[] {
  const path = '/access/teamsExtension/:exchangeAccessToken'
  const handle = async (call: Call<VerifiedAccessToken>): Promise<Response> => {
    call.json()
    resource.count('exchangeTokens')
    const { caller } = call
    const scopes = translate(caller.scopes, teamsExtensionScopes)
    if (scopes.length === 0) throw denied()
    const tenantId = caller.tenantId.toLowerCase()
    const objectId = caller.objectId.toLowerCase()
    const clientId = caller.clientId.toLowerCase()
    const assignment = assignments.find(tenantId, objectId)
    const allowed =
      assignment && (assignment.clientIds.length === 0 || assignment.clientIds.includes(clientId))
    if (!allowed) throw forbidden()
    return await answer(resource, `8:acs:${resource.id}_${tenantId}_${objectId}`, scopes, caller)
  }
  return [{ method: 'POST', path, versions: teamsExtensionVersions, handle }]
}

async function answer(
  resource: CommunicationResource,
  id: string,
  scopes: readonly TokenScope[],
  bearer: VerifiedAccessToken,
): Promise<Response> {
  const issued = await issueFor(resource, id, scopes, bearer)
  return Response.json({ identity: { id }, accessToken: formatToken(issued) })
}

async function issueFor(
  resource: CommunicationResource,
  id: string,
  scopes: readonly TokenScope[],
  { expiresAtMs }: VerifiedAccessToken,
): Promise<AccessToken> {
  resource.identities.ensure(id)
  // Never longer than the token it is given for.
  const lifetimeMs = Math.min(expiresAtMs - resource.host.clock.now(), longestLifeMs)
  const issued = await resource.tokens.issue(id, scopes, lifetimeMs)
  resource.identities.noteToken(id)
  return issued
}

// The same person is the same user each time.
function entraUserId(resource: CommunicationResource, { objectId, tenantId }: VerifiedAccessToken): string {
  const hex = createHash('sha256').update(`${tenantId}/${objectId}`).digest('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)]
  return `8:acs:${resource.id}_${parts.join('-')}`
}

function translate(
  delegated: readonly string[],
  known: Readonly<Record<string, TokenScope>>,
): readonly TokenScope[] {
  return delegated.flatMap((scope) => (Object.hasOwn(known, scope) ? (known[scope] ?? []) : []))
}

function formatToken({ expiresAtMs, token }: AccessToken): object {
  return { token, expiresOn: formatOffsetInstant(expiresAtMs) }
}
