/**
 * Fetches one token, and tries again for a while when that fails.
 */

import type { Clock } from '@latchkey/common'
import { FluidTokenFetchError } from './fetch-error.ts'

/** How long to try. */
export interface Persistence {
  readonly clock: Clock
  /** How long one attempt may take. */
  readonly timeoutMs: number
  /** How long after the beginning another attempt may still begin. */
  readonly giveUpAfterMs: number
  /** A number from 0 to 1, for waits that differ between clients. */
  readonly random: () => number
}

const firstWaitMs = 500
const longestWaitMs = 8_000

/**
 * Answers what `attempt` answers, in the end.
 *
 * Not tried again: what the server refused for good, that is an error with `canRetry: false` or with a `status` of 400
 * to 499 other than 408, 425 and 429.
 */
export async function fetchPersistently<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  persistence: Persistence,
): Promise<T> {
  const { clock, giveUpAfterMs, random } = persistence
  const startedAtMs = clock.now()
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      return await attemptInTime(attempt, persistence)
    } catch (error) {
      // Half of the wait is left to chance: clients that lost one server must not come back as one.
      const jitteredMs = waitMs * (0.5 + random() / 2)
      if (isFinal(error)) throw new FluidTokenFetchError('ERR_FLUID_TOKEN_FETCH_REFUSED', false, error)
      if (clock.now() - startedAtMs + jitteredMs > giveUpAfterMs) throw asFetchError(error)
      await new Promise<void>((resolve) => clock.schedule(jitteredMs, resolve))
    }
  }
}

function attemptInTime<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  persistence: Persistence,
): Promise<T> {
  const abort = new AbortController()
  return new Promise((resolve, reject) => {
    const cancel = persistence.clock.schedule(persistence.timeoutMs, () => {
      abort.abort()
      reject(new FluidTokenFetchError('ERR_FLUID_TOKEN_FETCH_TIMEOUT', true))
    })
    // Inside a promise, so that an attempt which throws at once is a failure like any other.
    Promise.resolve(abort.signal).then(attempt).then(resolve, reject).finally(cancel)
  })
}

function isFinal(error: unknown): boolean {
  const { canRetry, status } = Object(error) as { canRetry?: unknown; status?: unknown }
  if (typeof canRetry === 'boolean') return !canRetry
  return (
    typeof status === 'number' &&
    status >= 400 &&
    status < 500 &&
    status !== 408 &&
    status !== 425 &&
    status !== 429
  )
}

function asFetchError(error: unknown): FluidTokenFetchError {
  return error instanceof FluidTokenFetchError
    ? error
    : new FluidTokenFetchError('ERR_FLUID_TOKEN_FETCH', true, error)
}
