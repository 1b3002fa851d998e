/**
 * Waiting that somebody waits for, and that can end early.
 */

import type { Clock } from '@latchkey/common'

const longMs = 2 ** 31 - 1

/**
 * Waits for `delayMs`, or until `signal` is aborted; never rejects.
 *
 * A clock's own callbacks do not keep a process alive, and should not. A wait in the middle of a call must: a script that
 * awaits the call would otherwise end before the call does.
 */
export async function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return
  const hold = setInterval(() => undefined, longMs)
  let stop = (): void => undefined
  await new Promise<void>((resolve) => {
    const cancel = clock.schedule(delayMs, resolve)
    stop = () => {
      cancel()
      resolve()
    }
    signal?.addEventListener('abort', stop)
  })
  signal?.removeEventListener('abort', stop)
  clearInterval(hold)
}

/** Settles as `promise` does, or rejects when `signal` is aborted first. What is no promise is answered as it is. */
export async function unlessAborted<T>(promise: T | Promise<T>, signal: AbortSignal): Promise<T> {
  if (!(promise instanceof Promise)) return promise
  let stop = (): void => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason)
  })
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
