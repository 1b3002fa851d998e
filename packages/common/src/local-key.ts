/**
 * Keys of local Azure have a recognisable prefix.
 *
 * Local Azure makes random keys for each data folder. All begin with {@link localKeyHead}, so that production settings
 * and clients can refuse them anywhere but on this machine (rule E2).
 */

/** The first characters of every key that local Azure makes: 12 bytes of valid base64. */
export const localKeyHead = 'LatchkeyLocalKey'

/** Checks whether `key` was made by local Azure, and so must never open anything real. */
export function isLocalKey(key: string): boolean {
  return key.startsWith(localKeyHead)
}

/**
 * Checks whether `url` is sure to point at this machine, whoever connects: `localhost`, `127.0.0.0/8` or `[::1]`, also as
 * IPv4 in IPv6. What is kept on this machine (keys of local Azure, secrets over plain http) may go there.
 *
 * Not `name.localhost`, for which Node asks DNS; not `0.0.0.0` and `[::]`, which are addresses to listen on. Anything that
 * is not a URL is not loopback. To refuse whatever may be this machine, ask {@link isLocalUrl}.
 */
export function isLoopbackUrl(url: string | URL): boolean {
  const host = hostOf(url)
  return /^(localhost|\[::1\]|127(\.\d{1,3}){3}|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/.test(host)
}

/**
 * Checks whether `url` may point at this machine: {@link isLoopbackUrl}, a name under `.localhost`, which browsers look for
 * nowhere else, `0.0.0.0` and `[::]`, at which most systems reach themselves. Production is configured with none of
 * them, and a page from one of them is a page of this machine.
 */
export function isLocalUrl(url: string | URL): boolean {
  return isLoopbackUrl(url) || /(\.localhost|^0\.0\.0\.0|^\[::(ffff:0:0)?\])$/.test(hostOf(url))
}

// As URL writes it: in lower case, IPv4 in four parts, IPv6 at its shortest.
function hostOf(url: string | URL): string {
  const parsed = typeof url === 'string' ? parseUrl(url) : url
  return parsed?.hostname.replace(/\.$/, '') ?? ''
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
