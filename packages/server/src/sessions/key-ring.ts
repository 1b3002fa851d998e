/**
 * Named secrets, newest first: the first one signs, all of them verify, so that a key can be replaced without ending
 * anything that was signed with the one before.
 */

import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@latchkey/common'
import { serverError } from '../errors.ts'

/** One secret and its name. */
export interface NamedKey {
  /** 1 to 64 of `A-Z a-z 0-9 _ -`. */
  readonly kid: string
  /** At least 32 bytes. */
  readonly secret: Secret<Uint8Array>
}

/** Computes and checks MACs under named keys. */
export interface KeyRing {
  readonly currentKid: string
  /** The MAC of `message` in base64url, or `undefined` for an unknown kid. */
  mac(kid: string, message: string): string | undefined
  /** Compares in constant time. */
  verify(kid: string, message: string, mac: string): boolean
  /** The key called `kid` for sealing, 32 bytes. */
  sealingKey(kid: string): Uint8Array | undefined
}

/**
 * Makes a ring for one purpose; two purposes over the same secrets never accept each other's MACs.
 *
 * @throws `ERR_SERVER_SETTINGS` for no key at all.
 */
export function createKeyRing(keys: readonly NamedKey[], purpose: string): KeyRing {
  const [current] = keys
  if (!current) throw serverError('ERR_SERVER_SETTINGS', `There is no key for ${purpose}`)
  // A Map and not an object: a kid comes from outside and may be called __proto__.
  const derived = new Map<string, Buffer>()
  for (const { kid, secret } of keys) {
    if (!derived.has(kid))
      derived.set(kid, Buffer.from(hkdfSync('sha256', secret.reveal(), '', `latchkey ${purpose}`, 32)))
  }
  const mac = (kid: string, message: string): string | undefined => {
    const key = derived.get(kid)
    return key && createHmac('sha256', key).update(message).digest('base64url')
  }
  return {
    currentKid: current.kid,
    mac,
    verify: (kid, message, presented) => {
      const expected = mac(kid, message)
      if (expected === undefined || expected.length !== presented.length) return false
      return timingSafeEqual(Buffer.from(expected), Buffer.from(presented))
    },
    sealingKey: (kid) => derived.get(kid),
  }
}
