/**
 * Waits for another process, up to a point.
 */

import type { Clock } from '@latchkey/common'
import { sleep } from '../client/sleep.ts'
import { CommunicationIdentityError } from '../errors.ts'

const firstPollMs = 25
const longestPollMs = 500

/** How the directory waits for others. */
export class Waiting {
  readonly #clock: Clock
  readonly #timeoutMs: number

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  /** Begins a wait of several turns. */
  begin(): { wait(untilMs: number): Promise<void> } {
    const giveUpMs = this.#clock.now() + this.#timeoutMs
    let pollMs = firstPollMs
    return {
      wait: async (untilMs) => {
        const nowMs = this.#clock.now()
        if (nowMs >= giveUpMs) {
          const message = 'Somebody else is making or deleting this user, or has just failed at it'
          const retryAfterMs = Math.max(untilMs - nowMs, 0)
          throw new CommunicationIdentityError('ERR_IDENTITY_BUSY', message, { retryAfterMs })
        }
        const delayMs = Math.min(pollMs, Math.max(untilMs - nowMs, 1))
        pollMs = Math.min(pollMs * 2, longestPollMs)
        await sleep(this.#clock, delayMs)
      },
    }
  }
}
