/**
 * What web pages may read: everybody's what is public anyway, those of this machine the tokens of their people.
 */

import { allowReading, answerPreflight } from '../host/cross-origin.ts'
import { plainRequestOf } from '../host/plain-request.ts'

/** Lets every page read an answer: metadata and keys. */
export function openToPages(response: Response): Response {
  response.headers.set('Access-Control-Allow-Origin', '*')
  response.headers.set('Cache-Control', 'no-store')
  return response
}

/** Lets pages of this machine ask an endpoint and read its answer, as Azure lets registered single-page applications. */
export async function openToLocalPages(
  request: Request,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  const plain = plainRequestOf(request, { target: request.url })
  const preflight = answerPreflight(plain)
  if (preflight) return preflight
  const response = await answer()
  allowReading(plain, response)
  return response
}
