/**
 * Pseudonyms for what must be distinguishable but unreadable on record: networks, e-mail addresses, function keys.
 *
 * A pseudonym is a keyed hash: a value always has the same one, so that its events can be found together, and a reader of
 * the record without the key cannot guess values by trial.
 */

import { createKeyRing, type NamedKey } from '../sessions/key-ring.ts'

/** Names things. */
export interface Pseudonyms {
  /**
   * `hmac-<kind>-` and 43 of `A-Z a-z 0-9 _ -`, under the newest key: a name changes when the key is replaced.
   *
   * @example
   * ```ts
   * const name = latchkey.pseudonymOf('email', 'bob@contoso.example') // then GET /v1/audit?subject={name}
   * ```
   */
  of(kind: 'client' | 'email' | 'key', text: string): string
}

/** @param keys - Those of the refresh tokens: a key of its own is derived from the first. */
export function createPseudonyms(keys: readonly NamedKey[]): Pseudonyms {
  const ring = createKeyRing(keys, 'pseudonyms')
  return { of: (kind, text) => `hmac-${kind}-${ring.mac(ring.currentKid, `${kind}\n${text}`)}` }
}
