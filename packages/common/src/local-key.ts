/**
 * Keys of local Azure carry a head that anybody can recognise.
 *
 * Local Azure makes its keys at random for each data folder, and every one of them begins with {@link localKeyHead}, so
 * that production settings and clients can refuse them anywhere but on this machine (rule E2 in docs/security.md).
 */

/** The first characters of every key that local Azure makes: 12 bytes of valid base64. */
export const localKeyHead = 'LatchkeyLocalKey'

/** Tells whether `key` was made by local Azure, and so must never open anything real. */
export function isLocalKey(key: string): boolean {
  return key.startsWith(localKeyHead)
}

/**
 * Tells whether `url` points at this machine: `localhost`, a name under `.localhost`, `127.0.0.0/8` or `[::1]`.
 *
 * Anything that is not a URL is not loopback.
 */
export function isLoopbackUrl(url: string | URL): boolean {
  const parsed = typeof url === 'string' ? parseUrl(url) : url
  if (parsed === undefined) return false
  const host = parsed.hostname.replace(/\.$/, '')
  if (host === 'localhost' || host.endsWith('.localhost') || host === '[::1]') return true
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

const longestUrl = 65_536

/** The URL a text is, or `undefined`; a text of more than 65,536 characters is none. */
export function parseUrl(text: string): URL | undefined {
  if (text.length > longestUrl) return undefined
  try {
    return new URL(text)
  } catch {
    // URL.parse would say so without an exception; browsers have it since the middle of 2024 only.
    return undefined
  }
}
