/**
 * Base64 (RFC 4648 section 4) and base64url without padding (section 5), the same in Node, browsers and edge runtimes.
 *
 * Decoding is canonical: only the one text that encoding would produce is accepted, since two spellings of one value
 * would let a token pass a list of used ones (docs/security.md, checklist item 19).
 */

const utf8 = /* @__PURE__ */ new TextEncoder()

// Spreading a large array into one call overflows the stack.
const chunkBytes = 8_192

const plus = 0x2b
const slash = 0x2f
const dash = 0x2d
const underscore = 0x5f

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

/** Decodes canonical base64 with padding, or returns `undefined`. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return decode(text, text.length - padding, plus, slash)
}

/** Decodes canonical base64url without padding, or returns `undefined`. */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  return decode(text, text.length, dash, underscore)
}

function decode(
  text: string,
  length: number,
  code62: number,
  code63: number,
): Uint8Array<ArrayBuffer> | undefined {
  if (length % 4 === 1) return undefined
  const bytes = new Uint8Array((length * 3) >>> 2)
  let bits = 0
  let bitCount = 0
  let at = 0
  for (let index = 0; index < length; index += 1) {
    const value = readDigit(text.charCodeAt(index), code62, code63)
    if (value < 0) return undefined
    bits = ((bits << 6) | value) & 0xfff
    bitCount += 6
    if (bitCount >= 8) {
      bitCount -= 8
      bytes[at] = bits >>> bitCount
      at += 1
    }
  }
  // Bits that are left over say nothing; canonically they are zero.
  return (bits & ((1 << bitCount) - 1)) === 0 ? bytes : undefined
}

function readDigit(code: number, code62: number, code63: number): number {
  if (code >= 97 && code <= 122) return code - 71
  if (code >= 65 && code <= 90) return code - 65
  if (code >= 48 && code <= 57) return code + 4
  if (code === code62) return 62
  return code === code63 ? 63 : -1
}

/** The bytes of a binary string, as `atob` returns it. */
export function readBinary(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at)
  return bytes
}

/** Reads bytes as strict UTF-8 without a byte order mark, or returns `undefined`. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.startsWith('\uFEFF') ? undefined : text
  } catch {
    return undefined
  }
}
