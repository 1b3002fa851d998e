/**
 * How long a credential waits before it fetches the next token.
 */

import type { AccessToken } from './access-token.ts'
import type { RefreshSchedule } from './refresh-options.ts'

// A refresher that answers the same short-lived token again must not be asked in a loop.
const shortestDelayMs = 5_000
const firstBackoffMs = 2_000
const longestBackoffMs = 300_000

/**
 * The wait before a proactive refresh: a random moment just before the window at the token's end, so that tokens issued
 * together are not refreshed together; but at least half of what is left of the token's life.
 */
export function refreshDelayMs(token: AccessToken, schedule: RefreshSchedule): number {
  const { clock, jitterMs, random, windowMs } = schedule
  const remainingMs = token.expiresOnTimestamp - clock.now()
  const spreadMs = Math.min(jitterMs, remainingMs / 10)
  const earliestMs = Math.max(remainingMs / 2, remainingMs - windowMs - spreadMs)
  return earliestMs + (1 - random()) * spreadMs
}

/** The same for a token that a refresher has answered. */
export function nextRefreshDelayMs(token: AccessToken, schedule: RefreshSchedule): number {
  return Math.max(refreshDelayMs(token, schedule), shortestDelayMs)
}

/** The wait after so many failures in a row: doubled each time, up to five minutes, less a random part of up to a half. */
export function backoffMs(failures: number, random: () => number): number {
  return Math.min(firstBackoffMs * 2 ** (failures - 1), longestBackoffMs) * (1 - random() / 2)
}
