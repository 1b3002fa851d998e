/**
 * Where to go after signing in: a path of this origin, and nothing that a browser could take for another one.
 */

/** The path, or `/` for anything else. */
export function parseReturnTo(input: string | null | undefined): string {
  if (!input || input.length > 2_048) return '/'
  // Browsers take a backslash for a slash and drop control characters, so neither may be there.
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(input)) return '/'
  const base = 'https://origin.invalid'
  const url = URL.parse(input, base)
  return url?.origin === base ? `${url.pathname}${url.search}${url.hash}` : '/'
}
