/**
 * Rate limits: token buckets in memory, by client address, account, session and function key.
 *
 * They bound one process. They stop floods and guessing and are not for fairness: with n processes, a client gets n times
 * the limit (docs/scale.md).
 */

import { serverError } from '../errors.ts'
import type { Random } from '../random.ts'
import { type Limit, TokenBuckets } from './token-buckets.ts'

/** What a limit protects. */
export type LimitName =
  | 'signIn'
  | 'account'
  | 'refresh'
  | 'session'
  | 'checkAccount'
  | 'functionKey'
  | 'read'
  | 'admin'
  | 'open'

/** The limits, by what they protect. */
export const defaultLimits: Readonly<Record<LimitName, Limit>> = {
  /** Passwords, id tokens and sign-in pages, by address. */
  signIn: { points: 60, seconds: 60 },
  /** Passwords, by account. */
  account: { points: 10, seconds: 300 },
  /** Refreshes, by address. */
  refresh: { points: 600, seconds: 60 },
  /** Refreshes, by session. */
  session: { points: 60, seconds: 60 },
  /** CheckAccount, by address: each may make an account. */
  checkAccount: { points: 60, seconds: 60 },
  /** Every call under /api, by function key: a key that got out cannot take the whole server. */
  functionKey: { points: 3_000, seconds: 60 },
  /** Tokens and profiles, by address. */
  read: { points: 1_200, seconds: 60 },
  /** Admin acts, by address. */
  admin: { points: 300, seconds: 60 },
  /** Health, keys and documents, by address. */
  open: { points: 1_200, seconds: 60 },
}

/** Spends points. */
export interface RateLimits {
  /** @throws `ERR_SERVER_RATE_LIMITED` with `details.retryAfterSeconds`. */
  spend(limit: LimitName, key: string): Promise<void>
}

/** Makes the limits of one app; `changes` replaces single ones. */
export function createRateLimits(
  { random }: { readonly random: Random },
  changes: Partial<Record<LimitName, Limit>> = {},
): RateLimits {
  const limits: Readonly<Record<LimitName, Limit>> = { ...defaultLimits, ...changes }
  const buckets = new Map(Object.entries(limits).map(([name, limit]) => [name, new TokenBuckets(limit)]))
  return {
    spend: async (limit, key) => {
      const waitSeconds = buckets.get(limit)?.take(key) ?? 0
      if (waitSeconds === 0) return
      // Later by a chance of their own, so that those who were refused together do not come back together.
      const spread = Math.min(Math.max(Math.ceil(limits[limit].seconds / 4), 2), 10)
      const retryAfterSeconds = Math.ceil(waitSeconds) + (random.token(2).charCodeAt(0) % (spread + 1))
      throw serverError('ERR_SERVER_RATE_LIMITED', 'Too many requests', { limit, retryAfterSeconds })
    },
  }
}
