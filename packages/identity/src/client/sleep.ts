/**
 * Waiting that somebody waits for.
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
