/**
 * The time a call has, and the wish of its caller to end it.
 */

import type { AbortSignalLike, Clock } from '@latchkey/common'
import { sleep } from './sleep.ts'

/** Ends a call when its time is over or its caller says so. */
export class Deadline {
  readonly #controller = new AbortController()
  readonly #clock: Clock
  readonly #endMs: number
  readonly #cancelTimer: () => void
  readonly #callerSignal: AbortSignalLike | undefined
  #callerReason: unknown

  constructor(clock: Clock, timeoutMs: number, callerSignal?: AbortSignalLike) {
    this.#clock = clock
    this.#endMs = clock.now() + timeoutMs
    this.#cancelTimer = clock.schedule(timeoutMs, () => this.#controller.abort())
    this.#callerSignal = callerSignal
    if (callerSignal?.aborted) this.#onCallerAbort()
    else callerSignal?.addEventListener('abort', this.#onCallerAbort)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get remainingMs(): number {
    return Math.max(this.#endMs - this.#clock.now(), 0)
  }

  /** Throws the caller's reason if it was them who ended the call. */
  throwIfCallerEnded(): void {
    if (this.#callerReason !== undefined) throw this.#callerReason
  }

  /** A part of the time, for one attempt with all it reads; to be ended. */
  attempt(timeoutMs: number): { readonly signal: AbortSignal; readonly timeoutMs: number; end(): void } {
    const { remainingMs, signal } = this
    if (timeoutMs >= remainingMs) return { signal, timeoutMs: Math.max(remainingMs, 1), end: () => undefined }
    const controller = new AbortController()
    const stop = (): void => controller.abort()
    const cancel = this.#clock.schedule(timeoutMs, stop)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    const end = (): void => {
      cancel()
      signal.removeEventListener('abort', stop)
    }
    return { signal: controller.signal, timeoutMs, end }
  }

  /** Waits; early over when the call ends, and rejecting when its caller ended it. */
  async wait(delayMs: number): Promise<void> {
    await sleep(this.#clock, delayMs, this.signal)
    this.throwIfCallerEnded()
  }

  /** Lets go of timer and signal. */
  end(): void {
    this.#cancelTimer()
    this.#callerSignal?.removeEventListener('abort', this.#onCallerAbort)
  }

  readonly #onCallerAbort = (): void => {
    const signal = this.#callerSignal
    const cause = signal instanceof AbortSignal ? (signal.reason as unknown) : undefined
    // Always by that name, as Azure's clients do, whatever the reason.
    this.#callerReason = new DOMException('The operation was aborted.', { name: 'AbortError', cause })
    this.#controller.abort()
  }
}
