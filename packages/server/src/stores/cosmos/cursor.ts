/**
 * Where a list goes on: Cosmos' continuation as a text for addresses. It comes back from outside, so it may be anything.
 */

import { isLatchkeyError } from '@latchkey/common'
import { inputError } from '../../errors.ts'

/** The continuation as a cursor; `undefined` at the end of the list. */
export function writeCursor(continuation: string | undefined): string | undefined {
  return continuation ? Buffer.from(continuation).toString('base64url') : undefined
}

/** @throws `ERR_SERVER_INPUT` for what cannot be a continuation: it travels in a header. */
export function readCursor(cursor: string): string {
  const continuation = Buffer.from(cursor, 'base64url').toString()
  if (!/^[ -~]+$/.test(continuation)) throw notOfThisList()
  return continuation
}

/** What a list throws: its own query is sound, so what Cosmos does not understand is the cursor. */
export function cursorFailure(error: unknown, cursor: string | undefined): unknown {
  const isCursor = cursor !== undefined && isLatchkeyError(error) && error.details['upstreamStatus'] === 400
  return isCursor ? notOfThisList() : error
}

function notOfThisList(): Error {
  return inputError('next', 'is not of this list')
}
