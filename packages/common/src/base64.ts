/**
 * Base64 (RFC 4648 section 4) and base64url without padding (section 5), the same in Node, browsers and edge runtimes.
 *
 * Decoding is canonical: only the one text that encoding would produce is accepted, since two spellings of one value
 * would let a token pass a list of used ones (docs/security.md, checklist item 19).
 */

const utf8 = new TextEncoder()
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// Spreading a large array into one call overflows the stack.
const chunkBytes = 8_192

/** Encodes bytes, or the UTF-8 bytes of a text, as base64 with padding. */
export function encodeBase64(data: Uint8Array | string): string {
  const bytes = typeof data === 'string' ? utf8.encode(data) : data
  let binary = ''
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    binary += String.fromCharCode(...bytes.subarray(at, at + chunkBytes))
  }
  return btoa(binary)
}

/** Encodes bytes, or the UTF-8 bytes of a text, as base64url without padding. */
export function encodeBase64Url(data: Uint8Array | string): string {
  return encodeBase64(data).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Decodes canonical base64 with padding, or answers `undefined`. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  return encodeBase64(bytes) === text ? bytes : undefined
}

/** Decodes canonical base64url without padding, or answers `undefined`. */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined
  const padding = '='.repeat((4 - (text.length % 4)) % 4)
  return decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/') + padding)
}

/** Reads bytes as strict UTF-8 without a byte order mark, or answers `undefined`. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    const text = strictUtf8.decode(bytes)
    return text.startsWith('\uFEFF') ? undefined : text
  } catch {
    return undefined
  }
}
