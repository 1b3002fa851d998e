/**
 * Where to go after signing in: a path of this origin, and nothing that a browser could take for another one.
 */

const base = 'https://origin.invalid'
// Browsers take a backslash for a slash and drop control characters, so neither may be there.
const localPath = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/

/** The path, or `/` for anything else. */
export function parseReturnTo(input: string | null | undefined): string {
  if (!input || input.length > 2_048) return '/'
  if (!localPath.test(input)) return '/'
  const url = URL.parse(input, base)
  if (url?.origin !== base) return '/'
  const path = `${url.pathname}${url.search}${url.hash}`
  // Taking out the dots of `/.//host` leaves `//host`, so what comes out is judged as what came in.
  return localPath.test(path) ? path : '/'
}
