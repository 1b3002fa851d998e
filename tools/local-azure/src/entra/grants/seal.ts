/**
 * Codes, refresh tokens and half-finished sign-ins as encrypted tokens: a JWE of five segments, as B2C hands out.
 *
 * Whatever comes out of {@link Seal.open} was put in by {@link Seal.close}: nothing is stored, so that it survives a
 * restart with the key alone.
 */

import { createHash, randomUUID } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import { CompactEncrypt, compactDecrypt } from 'jose'

/** What a sealed token is for; one cannot be used as another. */
export type SealUse = 'code' | 'refresh' | 'transaction' | 'continuation' | 'verification'

/** What every sealed token holds. */
export interface Sealed {
  readonly id: string
  /** In seconds since the Unix epoch. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** In milliseconds: a grant of the same second as a revocation may be older or newer than it. */
  readonly issuedAtMs: number
}

const protectedHeader = { alg: 'dir', enc: 'A256GCM', kid: 'emulator-cpimcore', ver: '1.0', ser: '1.0' }

/** Seals and opens. */
export class Seal {
  readonly #secret: () => string
  readonly #clock: Clock

  constructor(secret: () => string, clock: Clock) {
    this.#secret = secret
    this.#clock = clock
  }

  /** Seals `payload` for `lifetimeSeconds` from now. */
  async close<T extends object>(use: SealUse, payload: T, lifetimeSeconds: number): Promise<string> {
    const issuedAtMs = this.#clock.now()
    const issuedAt = Math.floor(issuedAtMs / 1_000)
    const sealed: Sealed = { id: randomUUID(), issuedAt, issuedAtMs, expiresAt: issuedAt + lifetimeSeconds }
    const text = JSON.stringify({ ...payload, ...sealed })
    return new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader(protectedHeader)
      .encrypt(this.#key(use))
  }

  /** What was sealed, expired or not; `undefined` for a text that was not sealed here for this use. */
  async open<T extends object>(use: SealUse, text: string): Promise<(T & Sealed) | undefined> {
    try {
      const { plaintext } = await compactDecrypt(text, this.#key(use), {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      })
      // The encryption is authenticated: this is what close() was given.
      return JSON.parse(new TextDecoder().decode(plaintext)) as T & Sealed
    } catch {
      return undefined
    }
  }

  #key(use: SealUse): Uint8Array {
    return createHash('sha256').update(`${use}:${this.#secret()}`).digest()
  }
}
