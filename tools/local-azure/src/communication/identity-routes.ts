/**
 * The identity operations a resource's owner may do: users and their access tokens.
 */

import { customIdVersions, identityVersions, tokenExpiryVersions } from './api-versions.ts'
import { identityNotOwned, invalid } from './errors.ts'
import type { Identity } from './identities.ts'
import { formatOffsetInstant } from './instants.ts'
import type { CommunicationResource } from './resource.ts'
import type { Call, Route } from './routes.ts'
import { parseTokenScopes, type TokenScope } from './token-scopes.ts'

const minuteMs = 60_000
const shortestMinutes = 60
const longestMinutes = 1_440
const longestCustomId = 256

/** A token as the identity operations answer it. */
export interface WireToken {
  readonly token: string
  readonly expiresOn: string
}

/** The operations on users. */
export function identityRoutes(resource: CommunicationResource): readonly Route<unknown>[] {
  return [
    { method: 'POST', path: '/identities', versions: identityVersions, handle: createIdentity },
    { method: 'GET', path: '/identities/{id}', versions: customIdVersions, handle: describeIdentity },
    { method: 'DELETE', path: '/identities/{id}', versions: identityVersions, handle: deleteIdentity },
    {
      method: 'POST',
      path: '/identities/{id}/:issueAccessToken',
      versions: identityVersions,
      handle: issueToken,
    },
    {
      method: 'POST',
      path: '/identities/{id}/:revokeAccessTokens',
      versions: identityVersions,
      handle: revokeTokens,
    },
  ]

  async function createIdentity(call: Call<unknown>): Promise<Response> {
    const body = call.json()
    const wanted = body['createTokenWithScopes']
    const withToken = Array.isArray(wanted) ? wanted.length > 0 : wanted !== undefined && wanted !== null
    const scopes = withToken ? parseTokenScopes(wanted, 'createTokenWithScopes') : []
    const lifetimeMs = parseLifetimeMs(body['expiresInMinutes'], call.apiVersion)
    const customId = customIdVersions.includes(call.apiVersion) ? parseCustomId(body['customId']) : undefined
    resource.count(withToken ? 'createUserAndToken' : 'createIdentity')
    const { created, identity } = resource.identities.create(customId)
    const accessToken = withToken ? await issue(identity, scopes, lifetimeMs) : undefined
    const answer = { identity: { id: identity.id }, ...(accessToken ? { accessToken } : {}) }
    return Response.json(answer, { status: created ? 201 : 200 })
  }

  function describeIdentity(call: Call<unknown>): Response {
    const { customId, id, lastTokenIssuedAtMs } = owned(call)
    return Response.json({
      id,
      ...(customId === undefined ? {} : { customId }),
      ...(lastTokenIssuedAtMs === undefined
        ? {}
        : { lastTokenIssuedAt: formatOffsetInstant(lastTokenIssuedAtMs) }),
    })
  }

  function deleteIdentity(call: Call<unknown>): Response {
    resource.count('deleteIdentity')
    resource.deleteIdentity(owned(call).id)
    return new Response(null, { status: 204 })
  }

  async function issueToken(call: Call<unknown>): Promise<Response> {
    const body = call.json()
    const scopes = parseTokenScopes(body['scopes'], 'scopes')
    const lifetimeMs = parseLifetimeMs(body['expiresInMinutes'], call.apiVersion)
    resource.count('issueAccessToken')
    return Response.json(await issue(owned(call), scopes, lifetimeMs))
  }

  function revokeTokens(call: Call<unknown>): Response {
    resource.count('revokeAccessTokens')
    resource.revokeTokens(owned(call).id)
    return new Response(null, { status: 204 })
  }

  function owned(call: Call<unknown>): Identity {
    const identity = resource.identities.find(call.parameters['id'] ?? '')
    if (!identity) throw identityNotOwned()
    return identity
  }

  async function issue(
    identity: Identity,
    scopes: readonly TokenScope[],
    lifetimeMs: number,
  ): Promise<WireToken> {
    const { expiresAtMs, token } = await resource.tokens.issue(identity.id, scopes, lifetimeMs)
    resource.identities.noteToken(identity.id)
    return { token, expiresOn: formatOffsetInstant(expiresAtMs) }
  }
}

function parseLifetimeMs(value: unknown, apiVersion: string): number {
  if (value === undefined || value === null || !tokenExpiryVersions.includes(apiVersion))
    return longestMinutes * minuteMs
  const whole = typeof value === 'number' && Number.isInteger(value)
  if (whole && value >= shortestMinutes && value <= longestMinutes) return value * minuteMs
  const shown = typeof value === 'number' ? String(value) : 'of another type'
  const range = `[${shortestMinutes}, ${longestMinutes}]`
  throw invalid(
    `ExpiresInMinutes value ${shown} is invalid. Value must be within the ${range} interval.`,
    'ExpiresInMinutes',
  )
}

function parseCustomId(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && value !== '' && value.length <= longestCustomId) return value
  throw invalid(`CustomId must be a text of 1 to ${longestCustomId} characters.`, 'customId')
}
