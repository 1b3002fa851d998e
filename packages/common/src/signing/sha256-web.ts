/**
 * SHA-256 and HMAC-SHA-256 by WebCrypto, for browsers and edge runtimes. The import `#sha256` chooses between this file and
 * `sha256-node.ts`.
 */

import { encodeBase64 } from '../base64.ts'

/** Makes and checks message authentication codes under one key. */
export interface Mac {
  /** The code of `text` (as UTF-8), in base64. */
  sign(text: string): string | Promise<string>
  /** Compares in constant time. */
  verify(text: string, code: Uint8Array<ArrayBuffer>): boolean | Promise<boolean>
}

// The name CryptoKey is a type in browsers' declarations and a value in Node's.
type ImportedKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const algorithm = { name: 'HMAC', hash: 'SHA-256' }
const utf8 = new TextEncoder()

/** The hash of some bytes, or of a text as UTF-8, in base64. */
export async function hashBase64(data: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof data === 'string' ? utf8.encode(data) : data
  return encodeBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

/** Prepares a key, once for all its uses. */
export function createMac(key: Uint8Array<ArrayBuffer>): Mac {
  let imported: Promise<ImportedKey> | undefined
  const ready = (): Promise<ImportedKey> => {
    imported ??= crypto.subtle.importKey('raw', key, algorithm, false, ['sign', 'verify'])
    return imported
  }
  return {
    sign: async (text) => {
      const code = await crypto.subtle.sign('HMAC', await ready(), utf8.encode(text))
      return encodeBase64(new Uint8Array(code))
    },
    verify: async (text, code) => crypto.subtle.verify('HMAC', await ready(), code, utf8.encode(text)),
  }
}
