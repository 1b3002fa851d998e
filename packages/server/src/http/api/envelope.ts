/**
 * The shapes of the original API: `success` in every answer, and a line of text for an error.
 */

import { z } from 'zod'
import type { Account } from '../../accounts/accounts.ts'
import { errorAnswers, type ServerErrorCode } from '../../errors.ts'
import type { UpstreamTokens } from '../../identity-providers/identity-provider.ts'
import type { IssuedPermission } from '../../resource-tokens/resource-tokens.ts'
import type { IssuedSession } from '../../sessions/sessions.ts'
import { asServerError, headersOf } from '../problem.ts'
import { apiStatusOf } from './api-status.ts'

/** A token as the original answers it: every field a text. */
export interface TokenEnvelope {
  readonly access_token: string
  readonly refresh_token: string
  readonly resource: string | null
  readonly not_before: string
  readonly expires_on: string
  readonly expires_in: string
}

/** `{ "success": true, … }`. */
export function succeed(data: object = {}): Response {
  return Response.json({ success: true, ...data })
}

/** `{ "success": false, "error": … }`. */
export function failApi(error: unknown): Response {
  const known = asServerError(error)
  const status = apiStatusOf(known?.code ?? 'ERR_SERVER_INTERNAL')
  return Response.json(
    { success: false, error: textOf(known) },
    { status, headers: headersOf(known, status) },
  )
}

// What is wrong with a parameter or a credential, in the words of the function; everything else in one for all.
const saidByFunction = new Set<ServerErrorCode>([
  'ERR_SERVER_INPUT',
  'ERR_SERVER_GRANT',
  'ERR_SERVER_TOKEN',
  'ERR_SERVER_UNAUTHENTICATED',
])

function textOf(error: ReturnType<typeof asServerError>): string {
  if (error?.code === 'ERR_SERVER_FORBIDDEN') return 'Insufficient privileges'
  if (error && saidByFunction.has(error.code)) return error.message
  return errorAnswers[error?.code ?? 'ERR_SERVER_INTERNAL'].title
}

/** Our own tokens in the original's shape. */
export function tokenOfSession(issued: IssuedSession, nowMs: number): TokenEnvelope {
  const expiresOn = Math.floor(issued.accessTokenExpiresOn.getTime() / 1000)
  const now = Math.floor(nowMs / 1000)
  return {
    access_token: issued.accessToken,
    refresh_token: issued.refreshToken,
    resource: null,
    not_before: String(now),
    expires_on: String(expiresOn),
    expires_in: String(expiresOn - now),
  }
}

/** B2C's tokens in the original's shape. */
export function tokenOfUpstream(tokens: UpstreamTokens, nowMs: number): TokenEnvelope {
  return {
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    resource: tokens.resource ?? null,
    not_before: String(tokens.notBefore ?? Math.floor(nowMs / 1000)),
    expires_on: String(tokens.expiresOn),
    expires_in: String(tokens.expiresIn),
  }
}

/** An account in the shape of the original's ADUser. */
export function userOf(account: Account): object {
  return {
    objectId: account.id,
    accountEnabled: account.enabled,
    userType: account.userType ?? null,
    signInNames: account.email === undefined ? [] : [{ type: 'emailAddress', value: account.email }],
    country: account.country ?? null,
    streetAddress: account.streetAddress ?? null,
    passwordPolicies: account.passwordPolicies ?? null,
  }
}

/** A permission as Cosmos' own REST API writes it, with what the original's clients had to guess. */
export function permissionOf(permission: IssuedPermission): object {
  const { system } = permission
  return {
    id: permission.container,
    resource: system.resource,
    permissionMode: permission.mode === 'all' ? 'All' : 'Read',
    _token: permission.token,
    _etag: system.etag,
    _ts: system.timestampSeconds,
    _self: system.self,
    _rid: system.rid,
    resourcePartitionKey: [permission.partition],
    partitionKey: permission.partition,
    expiresAt: permission.expiresOn.toISOString(),
  }
}

/** The schema of {@link TokenEnvelope}. */
export const tokenSchema: z.ZodType = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  resource: z.string().nullable(),
  not_before: z.string(),
  expires_on: z.string(),
  expires_in: z.string(),
})

/** The schema of {@link userOf}. */
export const userSchema: z.ZodType = z.object({
  objectId: z.string(),
  accountEnabled: z.boolean(),
  userType: z.string().nullable(),
  signInNames: z.array(z.object({ type: z.literal('emailAddress'), value: z.string() })),
  country: z.string().nullable(),
  streetAddress: z.string().nullable(),
  passwordPolicies: z.string().nullable(),
})

/** The schema of {@link permissionOf}. */
export const permissionSchema: z.ZodType = z.object({
  id: z.string().describe('The container'),
  resource: z.string(),
  permissionMode: z.enum(['Read', 'All']),
  _token: z.string(),
  _etag: z.string(),
  _ts: z.number(),
  _self: z.string(),
  _rid: z.string(),
  resourcePartitionKey: z.array(z.string()),
  partitionKey: z.string(),
  expiresAt: z.iso.datetime(),
})
