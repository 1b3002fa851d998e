/**
 * The static header that a page of another origin cannot add without being asked first (RFC 10017 section 6.1.3.3).
 */

import { serverError } from '../../errors.ts'

/** @throws `ERR_SERVER_CSRF` without `x-latchkey: 1`. */
export function refuseWithoutCsrfHeader(request: Request): void {
  if (request.headers.get('x-latchkey') !== '1')
    throw serverError('ERR_SERVER_CSRF', 'The header x-latchkey: 1 is missing')
}
