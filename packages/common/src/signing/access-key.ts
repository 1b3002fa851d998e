/**
 * Access keys of Azure Communication Services: base64 text whose bytes key the HMAC.
 */

import { decodeBase64 } from '../base64.ts'
import { LatchkeyError } from '../errors.ts'
import { redacted, redactInspection } from '../secret.ts'

/** Why a text is not an access key. */
export type AccessKeyErrorCode = 'ERR_ACCESS_KEY'

// Real ones have 88 characters.
const longestKey = 1_024

/** Something that holds a key and may change it; `AzureKeyCredential` is one. */
export interface KeyCredential {
  readonly key: string
}

/**
 * Decodes an access key.
 *
 * @throws {@link LatchkeyError} `ERR_ACCESS_KEY` for an empty key or one that is not canonical base64.
 */
export function parseAccessKey(key: string): Uint8Array<ArrayBuffer> {
  const usable = typeof key === 'string' && key !== '' && key.length <= longestKey
  const bytes = usable ? decodeBase64(key) : undefined
  if (bytes === undefined) {
    throw new LatchkeyError<AccessKeyErrorCode>('The access key must be base64 and not empty', {
      code: 'ERR_ACCESS_KEY',
    })
  }
  return bytes
}

/** A key that can be exchanged while clients use it, and that prints as `[redacted]`. */
export class AccessKeyCredential implements KeyCredential {
  #key: string

  /** @throws {@link LatchkeyError} `ERR_ACCESS_KEY`. */
  constructor(key: string) {
    parseAccessKey(key)
    this.#key = key
    redactInspection(this)
  }

  get key(): string {
    return this.#key
  }

  /**
   * Replaces the key; the next request is signed with the new one.
   *
   * @throws {@link LatchkeyError} `ERR_ACCESS_KEY`.
   */
  update(newKey: string): void {
    parseAccessKey(newKey)
    this.#key = newKey
  }

  toString(): string {
    return redacted
  }

  toJSON(): string {
    return redacted
  }
}
