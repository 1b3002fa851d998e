/**
 * Where a list goes on: Cosmos' continuation as a text for addresses. It comes back from outside, so it may be anything.
 */

import { inputError } from '../../errors.ts'
import { isBadRequest } from './cosmos-retry.ts'

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
  return cursor !== undefined && isBadRequest(error) ? notOfThisList() : error
}

function notOfThisList(): Error {
  return inputError('next', 'is not of this list')
}
