/**
 * Proof Key for Code Exchange (RFC 7636).
 */

import { createHash } from 'node:crypto'

/** How a code was bound to whoever asked for it. */
export interface CodeChallenge {
  readonly challenge: string
  readonly method: 'plain' | 'S256'
}

/** Tells whether a verifier has the form of RFC 7636 section 4.1. */
export function isCodeVerifier(verifier: string): boolean {
  return /^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)
}

/** Tells whether a challenge could have come from a verifier. */
export function isCodeChallenge({ challenge, method }: CodeChallenge): boolean {
  return method === 'S256' ? /^[A-Za-z0-9_-]{43}$/.test(challenge) : isCodeVerifier(challenge)
}

/** Tells whether `verifier` is what `challenge` was made from. */
export function matchesChallenge(verifier: string, { challenge, method }: CodeChallenge): boolean {
  const actual = method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier
  return actual === challenge
}
