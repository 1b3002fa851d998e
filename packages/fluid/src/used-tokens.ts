/**
 * The memory of tokens that may be used once.
 */

import { type Clock, systemClock } from '@latchkey/common'
import { assertClock } from './given.ts'

/** Where used tokens are remembered; with several processes it must be one place for all of them. */
export interface UsedTokens {
  /**
   * Marks a token as used, in one atomic step: returns true to exactly one caller.
   *
   * @param id - Made of the tenant and the token's `jti`, never of its text, which has several spellings.
   * @param expiresOn - From when it may be forgotten.
   */
  useOnce(id: string, expiresOn: Date): Promise<boolean>
}

/** Remembers used tokens in this process, and forgets them when they expire. @throws `ERR_FLUID_CLOCK` */
export function createMemoryUsedTokens(clock: Pick<Clock, 'now'> = systemClock): UsedTokens {
  assertClock(clock)
  const expiries = new Map<string, number>()
  const forgetExpired = (): void => {
    const nowMs = clock.now()
    // In order of arrival, and all live about equally long: the first that is still good ends the search.
    for (const [id, expiresAtMs] of expiries) {
      if (expiresAtMs > nowMs) return
      expiries.delete(id)
    }
  }
  return {
    useOnce: async (id, expiresOn) => {
      forgetExpired()
      if (expiries.has(id)) return false
      expiries.set(id, expiresOn.getTime())
      return true
    },
  }
}
