/**
 * The header `Authorization: Bearer`, which is there and well-formed, or not there at all.
 */

import { serverError, tokenError } from '../errors.ts'

/**
 * The bearer token of a request; `undefined` without the header.
 *
 * @throws `ERR_SERVER_UNAUTHENTICATED` for any other scheme, `ERR_SERVER_TOKEN` for any other spelling or spacing: whoever
 *   shows something is never taken for a guest. RFC 9110 takes a scheme in any case; one spelling is all that every client of ours sends.
 */
export function readBearer({ headers }: Request): string | undefined {
  const authorization = headers.get('authorization')
  if (authorization === null) return undefined
  const token = /^Bearer ([A-Za-z0-9_.-]+)$/.exec(authorization)?.[1]
  if (token !== undefined) return token
  if (/^bearer(\s|$)/i.test(authorization)) throw tokenError('malformed')
  throw serverError('ERR_SERVER_UNAUTHENTICATED', 'The scheme is Bearer')
}

/** @throws `ERR_SERVER_CREDENTIALS_TWICE` for a header beside the credential in a body (RFC 6750 section 2). */
export function refuseAuthorization({ headers }: Request): void {
  if (headers.has('authorization'))
    throw serverError('ERR_SERVER_CREDENTIALS_TWICE', 'The credential is in the body, and nowhere else')
}
