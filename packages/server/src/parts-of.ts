/**
 * The inside of a wired server, for `createApp` and for tests: no part of the public type, so that it can change.
 */

import { serverError } from './errors.ts'
import type { Parts } from './parts.ts'

/** Where a server keeps its parts. */
export const partsKey: unique symbol = Symbol('parts')

/** The parts of what `createLatchkey` answered. @throws `ERR_SERVER_SETTINGS` for anything else. */
export function partsOf(latchkey: object): Parts {
  const { [partsKey]: parts } = Object(latchkey) as { readonly [partsKey]?: Parts }
  if (parts) return parts
  throw serverError('ERR_SERVER_SETTINGS', 'latchkey must be what createLatchkey answered', {
    variable: 'latchkey',
  })
}
