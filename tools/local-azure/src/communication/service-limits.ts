/**
 * The request limits of Azure Communication Services, per operation and window.
 *
 * Figures: https://learn.microsoft.com/azure/communication-services/concepts/service-limits
 */

import type { Clock } from '@latchkey/common'
import { CommunicationError } from './errors.ts'

/** So many requests in so many seconds. */
export interface Limit {
  readonly requests: number
  readonly windowSeconds: number
}

interface Window {
  readonly endsAtMs: number
  used: number
}

/** The identity operations that are counted, each over the whole resource. */
export type IdentityOperation =
  | 'createIdentity'
  | 'deleteIdentity'
  | 'issueAccessToken'
  | 'revokeAccessTokens'
  | 'createUserAndToken'
  | 'exchangeTokens'

/** Their limits. */
export const identityLimits: Readonly<Record<IdentityOperation, Limit>> = {
  createIdentity: { requests: 1_000, windowSeconds: 30 },
  deleteIdentity: { requests: 500, windowSeconds: 30 },
  issueAccessToken: { requests: 1_000, windowSeconds: 30 },
  revokeAccessTokens: { requests: 500, windowSeconds: 30 },
  createUserAndToken: { requests: 1_000, windowSeconds: 30 },
  exchangeTokens: { requests: 500, windowSeconds: 30 },
}

// More windows than this and the ended ones are forgotten.
const manyWindows = 10_000

/** Counts requests and refuses those over the limit. */
export class ServiceLimits {
  readonly #clock: Clock
  readonly #enabled: boolean
  readonly #windows = new Map<string, Window>()

  constructor(clock: Clock, enabled: boolean) {
    this.#clock = clock
    this.#enabled = enabled
  }

  /**
   * Counts one request of `operation` within `scope`.
   *
   * @throws {@link CommunicationError} `TooManyRequests`, with `Retry-After` in whole seconds.
   */
  count(operation: string, scope: string, ...limits: readonly Limit[]): void {
    if (!this.#enabled) return
    const now = this.#clock.now()
    if (this.#windows.size > manyWindows) this.#forgetEnded(now)
    const windows = limits.map((limit) => ({ limit, window: this.#window(operation, scope, limit, now) }))
    const full = windows.filter(({ limit, window }) => window.used >= limit.requests)
    if (full.length > 0) {
      const waitMs = Math.max(...full.map(({ window }) => window.endsAtMs - now))
      const headers = { 'retry-after': String(Math.max(Math.ceil(waitMs / 1000), 1)) }
      throw new CommunicationError('TooManyRequests', 'Rate limit exceeded.', { headers })
    }
    for (const { window } of windows) window.used += 1
  }

  /** Forgets every count. */
  reset(): void {
    this.#windows.clear()
  }

  #window(operation: string, scope: string, limit: Limit, now: number): Window {
    const key = `${operation} ${limit.windowSeconds} ${scope}`
    const known = this.#windows.get(key)
    if (known && known.endsAtMs > now) return known
    const fresh = { endsAtMs: now + limit.windowSeconds * 1000, used: 0 }
    this.#windows.set(key, fresh)
    return fresh
  }

  #forgetEnded(now: number): void {
    for (const [key, window] of this.#windows) if (window.endsAtMs <= now) this.#windows.delete(key)
  }
}
