/**
 * A bad token of the provider's where a grant is asked for is a bad request and not a missing credential: 400 under
 * /api, `invalid_grant` under /v1.
 */

import { isLatchkeyError } from '@latchkey/common'
import { grantError, reasonOf } from '../errors.ts'

/** Turns `ERR_SERVER_TOKEN` into `ERR_SERVER_GRANT`. */
export async function asGrantRefusal<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw isLatchkeyError(error, 'ERR_SERVER_TOKEN') ? grantError(reasonOf(error)) : error
  }
}
