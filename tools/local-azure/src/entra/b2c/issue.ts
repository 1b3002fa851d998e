/**
 * Makes the tokens of B2C for a person.
 */

import type { Application } from '../applications.ts'
import { type Account, emailOf } from '../directory/account.ts'
import type { EntraContext } from '../entra-context.ts'
import { halfHash, recordToken, signToken, tokenLifetimeSeconds } from '../tokens.ts'
import { keyOwnerOf, type Policy, policyClaim } from './policies.ts'
import type { RequestedScopes } from './scopes.ts'

/** How long a refresh token lives; one of a web page lives a day. */
export const refreshLifetimeSeconds = 1_209_600
export const pageRefreshLifetimeSeconds = 86_400

/** What a refresh token of B2C stands for. */
export interface RefreshGrant {
  readonly policy: string
  readonly clientId: string
  readonly objectId: string
  readonly scope: string
  /** Whether the client proved itself with a secret, and so has to again. */
  readonly confidential: boolean
  readonly authTime: number
  readonly passwordGrant: boolean
}

/** Whom to make tokens for, and which. */
export interface IssueOrder {
  readonly policy: Policy
  readonly application: Application
  readonly account: Account
  readonly scopes: RequestedScopes
  readonly authTime: number
  /** Whether the person gave the password to the client instead of to a page. */
  readonly passwordGrant: boolean
  readonly confidential: boolean
  readonly nonce?: string
  readonly newUser?: boolean
}

/** Issued tokens, with their times in seconds. */
export interface IssuedTokens {
  readonly accessToken?: string
  readonly idToken?: string
  readonly refreshToken?: string
  readonly notBefore: number
  readonly expiresIn: number
  readonly refreshExpiresIn: number
}

/** Which of the tokens are wanted besides what the scopes say. */
export interface Wanted {
  readonly idToken: boolean
  readonly refreshToken: boolean
  /** The code issued beside the tokens, for `c_hash`. */
  readonly code?: string
}

/** Makes the tokens that scopes and wishes allow. */
export async function issueTokens(
  context: EntraContext,
  order: IssueOrder,
  wanted: Wanted,
): Promise<IssuedTokens> {
  const { account, application, policy, scopes } = order
  const owner = keyOwnerOf(policy)
  const holder = emailOf(account)
  const claims = claimsOf(context, order)
  const now = context.nowSeconds()
  const isPage = application.kind === 'spa'
  const refreshExpiresIn = isPage ? pageRefreshLifetimeSeconds : refreshLifetimeSeconds
  let accessToken: string | undefined
  if (scopes.resource !== undefined) {
    const access = { ...claims, aud: scopes.resource, azp: application.clientId, scp: scopes.names.join(' ') }
    const grants = [`resource ${scopes.resource}`, ...scopes.names]
    accessToken = await signToken(context, {
      owner,
      claims: access,
      kind: 'B2C access token',
      holder,
      grants,
    })
  }
  let idToken: string | undefined
  if (scopes.openid && wanted.idToken) {
    const hashes = {
      ...(accessToken === undefined ? {} : { at_hash: halfHash(accessToken) }),
      ...(wanted.code === undefined ? {} : { c_hash: halfHash(wanted.code) }),
    }
    const identity = { ...claims, aud: application.clientId, ...hashes }
    const grants = [`sign-in to ${application.title}`]
    idToken = await signToken(context, { owner, claims: identity, kind: 'B2C id token', holder, grants })
  }
  let refreshToken: string | undefined
  if (scopes.offline && wanted.refreshToken) {
    refreshToken = await context.seal.close('refresh', grantOf(order), refreshExpiresIn)
    const expiresAt = now + refreshExpiresIn
    const grants = [scopes.text, policy.name]
    recordToken(context, { kind: 'B2C refresh token', holder, grants, expiresAt, token: refreshToken })
  }
  return {
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(idToken === undefined ? {} : { idToken }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
    notBefore: now,
    expiresIn: tokenLifetimeSeconds,
    refreshExpiresIn,
  }
}

function grantOf(order: IssueOrder): RefreshGrant {
  return {
    policy: order.policy.name,
    clientId: order.application.clientId,
    objectId: order.account.objectId,
    scope: order.scopes.text,
    confidential: order.confidential,
    authTime: order.authTime,
    passwordGrant: order.passwordGrant,
  }
}

function claimsOf(context: EntraContext, order: IssueOrder): Record<string, unknown> {
  const { account, authTime, newUser, nonce, passwordGrant, policy } = order
  const { tenantId } = context.directories.b2c
  const { givenName, surname, ...others } = account.properties
  const isCustom = policy.kind === 'custom-policy'
  const extensions = Object.entries(others).filter(([name]) => name.startsWith('extension_'))
  return {
    ver: '1.0',
    iss: context.issuer(tenantId),
    // What the password policy of the original puts here; the person is in `oid`.
    sub: isCustom && passwordGrant ? 'Not supported currently. Use oid claim.' : account.objectId,
    oid: account.objectId,
    tid: tenantId,
    auth_time: authTime,
    idp: 'LocalAccount',
    name: account.displayName,
    ...(typeof givenName === 'string' ? { given_name: givenName } : {}),
    ...(typeof surname === 'string' ? { family_name: surname } : {}),
    ...(isCustom ? { email: emailOf(account) } : { emails: [emailOf(account)] }),
    ...Object.fromEntries(extensions),
    ...(nonce === undefined ? {} : { nonce }),
    ...(newUser ? { newUser: true } : {}),
    ...policyClaim(policy),
  }
}
