/**
 * The refresh token: `rt1.<kid>.<sid>.<generation>.<mac>`.
 *
 * The MAC covers every field and the client id, so a made-up token is refused before any I/O, and the successor of a
 * token is a function of (sid, generation): whoever asks twice gets the same one, and nothing secret is stored.
 */

import type { KeyRing } from './key-ring.ts'

/** What a refresh token states once its MAC has been checked. */
export interface RefreshToken {
  readonly sid: string
  readonly generation: number
}

const form = /^rt1\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{22})\.(\d{1,9})\.([A-Za-z0-9_-]{43})$/

/** Whether a text claims to be one of our refresh tokens, and not one of the identity provider's. */
export function isOwnRefreshToken(text: string): boolean {
  return text.startsWith('rt1.')
}

/** Writes the refresh token of one generation of one session, under the newest key. */
export function formatRefreshToken(ring: KeyRing, token: RefreshToken, clientId: string): string {
  const { currentKid } = ring
  return `${head(currentKid, token)}.${ring.mac(currentKid, covered(currentKid, token, clientId))}`
}

/** Reads a refresh token, or answers `undefined` for anything that we did not sign for this client. */
export function parseRefreshToken(ring: KeyRing, text: string, clientId: string): RefreshToken | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const [, kid = '', sid = '', digits = '', mac = ''] = match
  const token = { sid, generation: Number(digits) }
  // A generation with leading zeros would be a second spelling of the same token.
  if (String(token.generation) !== digits) return undefined
  return ring.verify(kid, covered(kid, token, clientId), mac) ? token : undefined
}

function head(kid: string, { sid, generation }: RefreshToken): string {
  return `rt1.${kid}.${sid}.${generation}`
}

function covered(kid: string, token: RefreshToken, clientId: string): string {
  return `${head(kid, token)}\n${clientId}`
}
