/**
 * Lets every web page read what is public anyway: metadata and keys.
 */

/** Adds the header. */
export function openToPages(response: Response): Response {
  response.headers.set('Access-Control-Allow-Origin', '*')
  response.headers.set('Cache-Control', 'no-store')
  return response
}
