/**
 * The limits of B2C: 20 requests a second from one address, 200 for the tenant. Everybody here has the same address.
 *
 * @see https://learn.microsoft.com/azure/active-directory-b2c/service-limits
 */

import type { Clock } from '@latchkey/common'

const perSecond = 20

/** Counts what comes to the token and authorize endpoints. */
export class B2cThrottle {
  readonly #clock: Clock
  readonly #enabled: boolean
  #second = 0
  #count = 0

  constructor(clock: Clock, enabled: boolean) {
    this.#clock = clock
    this.#enabled = enabled
  }

  /** The answer to one request too many, or `undefined`. */
  judge(): Response | undefined {
    if (!this.#enabled) return undefined
    const second = Math.floor(this.#clock.now() / 1_000)
    if (second !== this.#second) {
      this.#second = second
      this.#count = 0
    }
    this.#count += 1
    if (this.#count <= perSecond) return undefined
    const description =
      'AADB2C90035: The service is temporarily unavailable. Please retry after a few minutes.'
    const body = { error: 'temporarily_unavailable', error_description: description }
    return Response.json(body, { status: 429, headers: { 'Retry-After': '1' } })
  }
}
