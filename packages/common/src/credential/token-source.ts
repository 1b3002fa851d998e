/**
 * A token that stays fresh: fetched once for everybody who waits, before it ends, and again after a failure.
 */

import type { Cancel } from '../clock.ts'
import type { AbortSignalLike } from './abort.ts'
import { abortReason, waitFor } from './abort.ts'
import type { AccessToken } from './access-token.ts'
import { parseAccessToken, readHolder } from './access-token.ts'
import { backoffMs, nextRefreshDelayMs, refreshDelayMs } from './refresh-delay.ts'
import type { RefreshSchedule } from './refresh-options.ts'
import { startRefreshTimer } from './refresh-timer.ts'
import { disposed, expired, otherHolder, timedOut } from './token-errors.ts'

/**
 * Fetches a token.
 *
 * `keep` is the present token while it need not be replaced yet; a source that asks every time may answer it. `forget`
 * gives up the present token, so that nobody gets it even if the fetching fails.
 */
export type FetchToken = (
  signal: AbortSignal,
  keep: AccessToken | undefined,
  forget: () => void,
) => Promise<string | AccessToken>

/** What a {@link TokenSource} is made from. */
export interface TokenSourceOptions {
  readonly fetch: FetchToken
  readonly schedule: RefreshSchedule
  readonly token?: AccessToken | undefined
  /** Whether `fetch` is asked even while the present token is fresh. */
  readonly asksEveryTime?: boolean
  /** How long `fetch` may take while there is no valid token. Default: as long as at any time. */
  readonly signInTimeoutMs?: number
}

interface Flight {
  readonly token: Promise<AccessToken>
  readonly controller: AbortController
  /** Who waits for it; a refresh in the background counts as one that never gives up. */
  waiting: number
}

// A caller that asks in a loop must not make a loop of refreshes out of a token that is about to end.
const shortestPauseMs = 1_000

/** Hands out one token to many callers and replaces it in time. */
export class TokenSource {
  readonly #options: TokenSourceOptions
  readonly #schedule: RefreshSchedule
  #token: AccessToken | undefined
  #holder: string | undefined
  /** From when on a caller sets off a refresh. */
  #staleMs = Number.NEGATIVE_INFINITY
  /** Whether the timer wants another token, however good the present one is. */
  #wanted = false
  #failures = 0
  #flight: Flight | undefined
  #cancelTimer: Cancel = () => undefined
  #disposed = false

  constructor(options: TokenSourceOptions) {
    this.#options = options
    this.#schedule = options.schedule
    if (options.token !== undefined) this.#keep(options.token)
    // A token that was kept somewhere may be at its end already.
    this.#startTimer(options.token === undefined ? 0 : refreshDelayMs(options.token, this.#schedule))
  }

  /** The present token while nobody needs to be asked for another. */
  get fresh(): AccessToken | undefined {
    return !this.#options.asksEveryTime && this.#schedule.clock.now() < this.#staleMs
      ? this.#token
      : undefined
  }

  /** Fetches a token, together with everybody else who waits for one. */
  async refresh(signal: AbortSignalLike | undefined): Promise<AccessToken> {
    const flight = this.#flight ?? this.#takeOff()
    flight.waiting += 1
    return waitFor(flight.token, signal, () => {
      flight.waiting -= 1
      if (flight.waiting === 0) this.#giveUp(flight, signal && abortReason(signal))
    })
  }

  /** Ends the timer and whatever is under way, and forgets the token. */
  dispose(): void {
    this.#disposed = true
    this.#cancelTimer()
    this.#token = undefined
    this.#staleMs = Number.NEGATIVE_INFINITY
    if (this.#flight !== undefined) this.#giveUp(this.#flight, disposed())
  }

  #takeOff(): Flight {
    const controller = new AbortController()
    const flight: Flight = { token: this.#fly(controller), controller, waiting: 0 }
    // Somebody who waits sees the rejection; in the background nobody does.
    flight.token.catch(() => undefined)
    this.#flight = flight
    return flight
  }

  #giveUp(flight: Flight, reason: unknown): void {
    if (this.#flight === flight) this.#flight = undefined
    flight.controller.abort(reason)
  }

  async #fly(controller: AbortController): Promise<AccessToken> {
    const { clock } = this.#schedule
    const { signInTimeoutMs = this.#schedule.timeoutMs } = this.#options
    const timeoutMs = this.#valid === undefined ? signInTimeoutMs : this.#schedule.timeoutMs
    const cancelTimeout = clock.schedule(timeoutMs, () => controller.abort(timedOut()))
    try {
      // Nothing may be decided before takeOff has noted this flight.
      await Promise.resolve()
      const token = await this.#fetch(controller.signal)
      // Given up at the last moment: what came is nobody's.
      if (!this.#land(controller)) throw controller.signal.reason
      this.#failures = 0
      const isNew = token !== this.#token
      if (isNew) this.#keep(token)
      if (isNew || this.#wanted) this.#startTimer()
      return token
    } catch (error) {
      if (!this.#land(controller)) throw error
      return this.#fail(error)
    } finally {
      cancelTimeout()
    }
  }

  async #fetch(signal: AbortSignal): Promise<AccessToken> {
    const { clock, opaqueSeconds } = this.#schedule
    const keep = !this.#wanted && clock.now() < this.#staleMs ? this.#token : undefined
    const forget = (): void => {
      this.#token = undefined
    }
    const answer = await waitFor(this.#options.fetch(signal, keep, forget), signal)
    signal.throwIfAborted()
    if (keep !== undefined && answer === keep) return keep
    // A copy, so that the same object answered twice still counts as an answer.
    const token = { ...parseAccessToken(answer, clock.now(), opaqueSeconds) }
    if (token.expiresOnTimestamp <= clock.now()) throw expired()
    // A source that asks every time follows the sign-in behind it, also to another user.
    const holder = this.#options.asksEveryTime ? undefined : readHolder(token.token, 'skypeid')
    if (this.#holder !== undefined && holder !== undefined && holder !== this.#holder) throw otherHolder()
    return token
  }

  // Whether the flight was still the one that counts; one that was given up changes nothing any more.
  #land(controller: AbortController): boolean {
    if (this.#flight?.controller !== controller) return false
    this.#flight = undefined
    return true
  }

  #fail(error: unknown): AccessToken {
    const { clock, onError } = this.#schedule
    this.#failures += 1
    try {
      onError(error)
    } catch {
      // What the listener throws is nobody's business here.
    }
    if (this.#disposed) throw disposed()
    this.#startTimer()
    const token = this.#valid
    if (token === undefined) throw error
    const pausedMs = Math.min(
      clock.now() + backoffMs(this.#failures, this.#schedule.random),
      token.expiresOnTimestamp,
    )
    this.#staleMs = Math.max(this.#staleMs, pausedMs)
    return token
  }

  #keep(token: AccessToken): void {
    const { clock, minimumRemainingMs } = this.#schedule
    const nowMs = clock.now()
    const lifeMs = token.expiresOnTimestamp - nowMs
    const staleMs = token.expiresOnTimestamp - Math.min(minimumRemainingMs, Math.max(lifeMs / 2, 0))
    this.#token = token
    this.#holder ??= readHolder(token.token, 'skypeid')
    this.#staleMs = Math.min(Math.max(staleMs, nowMs + shortestPauseMs), token.expiresOnTimestamp)
  }

  get #valid(): AccessToken | undefined {
    const token = this.#token
    return token !== undefined && token.expiresOnTimestamp > this.#schedule.clock.now() ? token : undefined
  }

  get #delayMs(): number {
    if (this.#failures > 0) return backoffMs(this.#failures, this.#schedule.random)
    return this.#token === undefined ? 0 : nextRefreshDelayMs(this.#token, this.#schedule)
  }

  #startTimer(delayMs = this.#delayMs): void {
    this.#cancelTimer()
    this.#wanted = false
    if (!this.#schedule.proactive || this.#disposed) return
    this.#cancelTimer = startRefreshTimer(this.#schedule, delayMs, () => {
      this.#wanted = true
      // No caller's giving up ends a refresh that the credential itself wants.
      const flight = this.#flight ?? this.#takeOff()
      flight.waiting += 1
    })
  }
}
