/**
 * The limits of Graph's directory service, in resource units for each application.
 *
 * @see https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits
 */

import type { Clock } from '@latchkey/common'
import { GraphError } from './errors.ts'

// A small tenant: 3,500 resource units in 10 seconds, 3,000 writes in 2 minutes 30 seconds.
const unitLimit = 3_500
const unitWindowMs = 10_000
const writeLimit = 3_000
const writeWindowMs = 150_000

interface Usage {
  units: number
  unitsFromMs: number
  writes: number
  writesFromMs: number
}

/** Counts what applications do. */
export class GraphThrottle {
  readonly #clock: Clock
  readonly #enabled: boolean
  readonly #usage = new Map<string, Usage>()

  constructor(clock: Clock, enabled: boolean) {
    this.#clock = clock
    this.#enabled = enabled
  }

  /** Counts a request. @throws {@link GraphError} 429 with Retry-After */
  count(clientId: string, method: string, collection: 'users' | 'groups'): void {
    if (!this.#enabled) return
    const now = this.#clock.now()
    const usage = this.#usage.get(clientId) ?? { units: 0, unitsFromMs: now, writes: 0, writesFromMs: now }
    this.#usage.set(clientId, usage)
    if (now >= usage.unitsFromMs + unitWindowMs) Object.assign(usage, { units: 0, unitsFromMs: now })
    if (now >= usage.writesFromMs + writeWindowMs) Object.assign(usage, { writes: 0, writesFromMs: now })
    const isWrite = method !== 'GET'
    if (usage.units >= unitLimit) throw busy(usage.unitsFromMs + unitWindowMs - now)
    if (isWrite && usage.writes >= writeLimit) throw busy(usage.writesFromMs + writeWindowMs - now)
    // Making a user costs four units in a B2C tenant; reading a group three.
    usage.units +=
      method === 'POST' && collection === 'users' ? 4 : isWrite ? 2 : collection === 'groups' ? 3 : 1
    if (isWrite) usage.writes += 1
  }

  clear(): void {
    this.#usage.clear()
  }
}

function busy(waitMs: number): GraphError {
  const headers = { 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1_000))) }
  return new GraphError(429, 'TooManyRequests', 'Too many requests.', { headers })
}
