/**
 * Where errors that nobody foresaw are printed: what the host collects from stderr.
 */

import type { LatchkeyPorts } from '@latchkey/server'

/** Prints an error with its stack and its causes, behind the id that its answer carried. */
export const printUnexpectedError: NonNullable<LatchkeyPorts['onUnexpectedError']> = (
  error,
  correlationId,
) => {
  console.error(`Unexpected error in request ${correlationId}:`, error)
}
