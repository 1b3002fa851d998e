/** Tokens for tests. */

import type { AccessToken } from '@latchkey/common'

/** A JWT with the claims given; its signature is nonsense, since nobody here verifies it. */
export function makeJwt(claims: Record<string, unknown>): string {
  const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${segment({ alg: 'RS256' })}.${segment(claims)}.c2lnbmF0dXJl`
}

/** Numbered tokens: `t1`, `t2`, and so on, each ending `lifeMs` after `nowMs`. */
export function tokenAt(nowMs: number, lifeMs: number, name: string): AccessToken {
  return { token: name, expiresOnTimestamp: nowMs + lifeMs }
}
