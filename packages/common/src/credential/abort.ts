/**
 * Waiting that a caller may give up.
 */

/** The part of an `AbortSignal` that Azure's clients agree on. */
export interface AbortSignalLike {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: (event: Event) => unknown): void
  removeEventListener(type: 'abort', listener: (event: Event) => unknown): void
}

/** The error for an aborted signal: its reason, or an `AbortError`. */
export function abortReason(signal: AbortSignalLike): unknown {
  const { reason } = signal as { reason?: unknown }
  return reason ?? new DOMException('The operation was aborted.', 'AbortError')
}

/** Settles as `promise` does, or rejects when `signal` aborts first; then `onAbort` is told. */
export async function waitFor<T>(
  promise: Promise<T>,
  signal: AbortSignalLike | undefined,
  onAbort: () => void = () => undefined,
): Promise<T> {
  if (signal === undefined) return promise
  let stop = (): void => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(abortReason(signal))
      onAbort()
    }
  })
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
