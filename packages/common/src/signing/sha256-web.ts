/**
 * SHA-256 and HMAC-SHA-256 by WebCrypto, for browsers and edge runtimes. The import `#sha256` chooses between this file and
 * `sha256-node.ts`.
 */

import { encodeBase64 } from '../base64.ts'
import type { CreateMac, HashBase64 } from './sha256.ts'

// The name CryptoKey is a type in browsers' declarations and a value in Node's.
type ImportedKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const algorithm = { name: 'HMAC', hash: 'SHA-256' }
const utf8 = /* @__PURE__ */ new TextEncoder()

export const hashBase64: HashBase64 = async (data) => {
  const bytes = typeof data === 'string' ? utf8.encode(data) : data
  return encodeBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

export const createMac: CreateMac = (key) => {
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
