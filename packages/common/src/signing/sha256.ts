/**
 * What `#sha256` stands for: SHA-256 and HMAC-SHA-256 of the runtime, by node:crypto or by WebCrypto.
 */

/** A value, or a promise of it: WebCrypto only promises. */
export type Awaitable<T> = T | Promise<T>

/** Makes and checks message authentication codes under one key. */
export interface Mac {
  /** The code of `text` (as UTF-8), in base64. */
  sign(text: string): Awaitable<string>
  /** Compares in constant time. */
  verify(text: string, code: Uint8Array<ArrayBuffer>): Awaitable<boolean>
}

/** The hash of some bytes, or of a text as UTF-8, in base64. */
export type HashBase64 = (data: Uint8Array<ArrayBuffer> | string) => Awaitable<string>

/** Prepares a key, once for all its uses. */
export type CreateMac = (key: Uint8Array<ArrayBuffer>) => Mac
