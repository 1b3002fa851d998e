/**
 * The refresh token: `rt1.<kid>.<sid>.<generation>.<holder>.<mac>`.
 *
 * The MAC covers every field and the client id, so a made-up token is refused before any I/O, and the successor of a
 * token is a function of (sid, generation): whoever asks twice gets the same one, and nothing secret is stored. The
 * holder is who the session is of, in which role: what is to be done for them can be done before the token is used up.
 */

import type { KeyRing } from './key-ring.ts'

/** What a refresh token states once its MAC has been checked. */
export interface RefreshToken {
  readonly sid: string
  readonly generation: number
  readonly personId: string
  /** The session's role in this generation; it changes with the generation only. */
  readonly role: string
}

const form =
  /^rt1\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{22})\.(\d{1,9})\.([A-Za-z0-9_-]{1,2048})\.([A-Za-z0-9_-]{43})$/

/** Whether a text claims to be one of our refresh tokens, and not one of the identity provider's. */
export function isOwnRefreshToken(text: string): boolean {
  return text.startsWith('rt1.')
}

/** Writes the refresh token of one generation of one session, under the newest key. */
export function formatRefreshToken(ring: KeyRing, token: RefreshToken, clientId: string): string {
  const { currentKid: kid } = ring
  const { sid, generation, personId, role } = token
  const holder = Buffer.from(JSON.stringify([role, personId])).toString('base64url')
  const head = `rt1.${kid}.${sid}.${generation}.${holder}`
  return `${head}.${ring.mac(kid, covered(head, clientId))}`
}

/** Reads a refresh token, or returns `undefined` for anything that we did not sign for this client. */
export function parseRefreshToken(ring: KeyRing, text: string, clientId: string): RefreshToken | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const [, kid = '', sid = '', digits = '', holder = '', mac = ''] = match
  const head = text.slice(0, -mac.length - 1)
  return ring.verify(kid, covered(head, clientId), mac)
    ? { sid, generation: Number(digits), ...readHolder(holder) }
    : undefined
}

function covered(head: string, clientId: string): string {
  return `${head}\n${clientId}`
}

// Ours, as the MAC has shown.
function readHolder(holder: string): Pick<RefreshToken, 'personId' | 'role'> {
  const [role, personId] = JSON.parse(Buffer.from(holder, 'base64url').toString('utf8')) as [string, string]
  return { personId, role }
}
