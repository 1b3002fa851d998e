/**
 * Signs and checks the JSON Web Tokens of Entra.
 */

import { createHash } from 'node:crypto'
import { parseCompactJws } from '@latchkey/common'
import { jwtVerify, SignJWT } from 'jose'
import type { VerifiedAccessToken } from '../host/access-token-verifier.ts'
import type { EntraContext } from './entra-context.ts'
import type { KeyOwner } from './signing-keys.ts'

/** How long access and id tokens live. */
export const tokenLifetimeSeconds = 3_600

/** What to sign, and what to tell the ledger about it. */
export interface TokenOrder {
  readonly owner: KeyOwner
  readonly claims: Readonly<Record<string, unknown>>
  readonly kind: string
  readonly holder: string
  readonly grants: readonly string[]
  readonly lifetimeSeconds?: number
}

/** Signs a token that is valid from now on, and records it. */
export async function signToken(context: EntraContext, order: TokenOrder): Promise<string> {
  const { claims, grants, holder, kind, lifetimeSeconds = tokenLifetimeSeconds, owner } = order
  const { kid, privateKey } = await context.signingKeys.current(owner)
  const now = context.nowSeconds()
  const expiresAt = now + lifetimeSeconds
  const token = await new SignJWT({ ...claims, iat: now, nbf: now, exp: expiresAt })
    .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
    .sign(privateKey)
  recordToken(context, { kind, holder, grants, expiresAt, token })
  return token
}

/** Tells the ledger of a token. */
export function recordToken(
  { host }: EntraContext,
  issued: Pick<TokenOrder, 'kind' | 'holder' | 'grants'> & {
    readonly expiresAt: number
    readonly token: string
  },
): void {
  const { expiresAt, ...rest } = issued
  host.tokens.record({
    ...rest,
    service: 'entra',
    issuedAtMs: host.clock.now(),
    expiresAtMs: expiresAt * 1_000,
  })
}

/** The hash of a token or code that an id token carries (OpenID Connect Core 3.3.2.11). */
export function halfHash(value: string): string {
  return createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url')
}

/** What a token signed by any key of this local Azure says, when it is valid now. */
export async function readToken(
  context: EntraContext,
  token: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const { header } = parseCompactJws(token)
    const key = typeof header['kid'] === 'string' ? context.signingKeys.find(header['kid']) : undefined
    if (!key) return undefined
    const currentDate = new Date(context.host.clock.now())
    const { payload } = await jwtVerify(token, key, { algorithms: ['RS256'], currentDate })
    return payload
  } catch {
    return undefined
  }
}

/** What is known of the bearer of an access token for `audience`. */
export async function verifyAccessToken(
  context: EntraContext,
  token: string,
  { audience }: { readonly audience: string },
): Promise<VerifiedAccessToken | undefined> {
  const claims = await readToken(context, token)
  if (!claims || trimSlash(String(claims['aud'])) !== trimSlash(audience)) return undefined
  const { appid, azp, exp, oid, roles, scp, tid } = claims
  const isAccessToken = scp !== undefined || Array.isArray(roles) || appid !== undefined
  if (!isAccessToken || typeof oid !== 'string' || typeof exp !== 'number') return undefined
  const tenants = Object.values(context.directories)
  const tenant =
    tenants.find(({ tenantId }) => claims['iss'] === context.issuer(tenantId)) ??
    tenants.find(({ tenantId }) => claims['iss'] === context.issuer(tenantId).slice(0, -1))
  if (!tenant) return undefined
  return {
    objectId: oid,
    tenantId: typeof tid === 'string' ? tid : tenant.tenantId,
    clientId: [azp, appid].find((claim) => typeof claim === 'string') ?? '',
    audience: String(claims['aud']),
    scopes: typeof scp === 'string' ? scp.split(' ').filter((scope) => scope !== '') : [],
    roles: Array.isArray(roles) ? roles.map(String) : [],
    expiresAtMs: exp * 1_000,
  }
}

// Azure's own clients disagree about the slash at the end of an audience.
function trimSlash(audience: string): string {
  return audience.replace(/\/$/, '')
}
