/**
 * The static header that a page of another origin cannot add without being asked first (RFC 10017 section 6.1.3.3).
 */

import { serverError } from '../../errors.ts'

/** Whether a request has `x-latchkey: 1`. */
export function hasCsrfHeader(request: Request): boolean {
  return request.headers.get('x-latchkey') === '1'
}

/** @throws `ERR_SERVER_CSRF` without the header. */
export function refuseWithoutCsrfHeader(request: Request): void {
  if (!hasCsrfHeader(request)) throw serverError('ERR_SERVER_CSRF', 'The header x-latchkey: 1 is missing')
}
