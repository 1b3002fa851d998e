/**
 * Notices that the session is no longer the one a page was opened in: all tabs share one cookie, and in another of them
 * somebody signed out, or somebody else in.
 */

import { latchkey, type Person } from './latchkey.ts'

const channel = new BroadcastChannel('latchkey-session')

/** Tells the other tabs who is signed in now; without an id, nobody. */
export function announceSession(personId = ''): void {
  channel.postMessage(personId)
}

/**
 * Calls `onChange` when the session is no longer `personId`'s: after word from another tab, and after a look at the server
 * whenever somebody comes back to the page, for what no tab told. The answer ends that.
 */
export function watchSession(personId: string, onChange: (now: Person | undefined) => void): () => void {
  const controller = new AbortController()
  const { signal } = controller
  const look = (): void => {
    latchkey.me({ signal }).then(
      (person) => {
        if (person?.id !== personId && !signal.aborted) onChange(person)
      },
      // Whether anything has changed is not known then; whatever the page does next will tell.
      () => undefined,
    )
  }
  channel.addEventListener('message', ({ data }) => data !== personId && look(), { signal })
  // The last one is for pages that the browser kept whole and brings back.
  document.addEventListener('visibilitychange', () => !document.hidden && look(), { signal })
  window.addEventListener('focus', look, { signal })
  window.addEventListener('pageshow', ({ persisted }) => persisted && look(), { signal })
  return () => controller.abort()
}
