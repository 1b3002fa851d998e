/**
 * The value of the session cookie: `bs1.<kid>.<sid>.<mac>`. It names a session and carries nothing else.
 */

import type { KeyRing } from './key-ring.ts'

const form = /^bs1\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/

/** Writes the cookie's value for a session. */
export function formatBrowserToken(ring: KeyRing, sid: string): string {
  const head = `bs1.${ring.currentKid}.${sid}`
  return `${head}.${ring.mac(ring.currentKid, head)}`
}

/** The session a cookie names, or `undefined` for anything we did not sign. */
export function parseBrowserToken(ring: KeyRing, text: string): string | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const [, kid = '', sid = '', mac = ''] = match
  return ring.verify(kid, `bs1.${kid}.${sid}`, mac) ? sid : undefined
}
