/**
 * The retries @azure/cosmos does not do.
 *
 * Sending once (`single-attempt-client.ts`), it repeats 429, and a read that met 503 once; 408, 410, 449, 503 and broken
 * connections are thrown at once, also when the write was committed. So an operation is repeated here only if doing it twice is doing it once, or if it can tell its own
 * first write apart.
 */

import { type Clock, isLatchkeyError } from '@latchkey/common'
import { serverError } from '../../errors.ts'
import { Unanswered } from './single-attempt-client.ts'

/** Repeats `operation`, which must be safe to repeat. */
export type CosmosRetry = <T>(operation: () => Promise<T>) => Promise<T>

const maxAttempts = 5
/** No new attempt begins later than this: two that got no answer at all are enough. */
const maxElapsedMs = 15_000
const transient = new Set<unknown>([408, 410, 449, 503, 'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'])

/** Makes the retry of one server. */
export function createCosmosRetry(clock: Clock, random: () => number = Math.random): CosmosRetry {
  return async (operation) => {
    const beganAtMs = clock.now()
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await operation()
      } catch (error) {
        const isLast = attempt >= maxAttempts || clock.now() - beganAtMs >= maxElapsedMs
        if (isLast || !isTransient(error)) throw cosmosFailure(error)
        const ceilingMs = Math.min(10 * 4 ** attempt, 1_000)
        await new Promise<void>((resolve) => clock.schedule(10 + random() * ceilingMs, resolve))
      }
    }
  }
}

/** The status or the network code of what the SDK threw. */
export function cosmosCode(error: unknown): unknown {
  if (error instanceof Unanswered) return error.networkCode
  if (typeof error !== 'object' || error === null) return undefined
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown }
  return code ?? (cause === error ? undefined : cosmosCode(cause))
}

/** Whether the SDK threw this status. */
export function isCosmosStatus(error: unknown, ...statuses: number[]): boolean {
  const code = cosmosCode(error)
  return statuses.some((status) => code === status)
}

/** Whether Cosmos did not understand what it was asked; retried operations throw this as ours. */
export function isBadRequest(error: unknown): boolean {
  return isLatchkeyError(error, 'ERR_SERVER_UPSTREAM') && error.details['upstreamStatus'] === 400
}

function isTransient(error: unknown): boolean {
  const code = cosmosCode(error)
  if (error instanceof Unanswered || transient.has(code)) return true
  return code === 'REQUEST_SEND_ERROR' || (error instanceof TypeError && error.message.includes('fetch'))
}

// Statuses a store understands go through; everything else becomes ours, without the SDK's text.
function cosmosFailure(error: unknown): unknown {
  if (isCosmosStatus(error, 304, 404, 409, 412)) return error
  const code = cosmosCode(error)
  const details = { service: 'cosmos', upstreamStatus: typeof code === 'number' ? code : String(code) }
  if (code === 429 || code === 503 || code === 449)
    return serverError('ERR_SERVER_THROTTLED', 'cosmos is busy', { ...details, retryAfterSeconds: 5 })
  return serverError('ERR_SERVER_UPSTREAM', 'cosmos failed', details)
}
