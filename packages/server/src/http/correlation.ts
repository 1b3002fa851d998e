/**
 * By what a call is found again: in its answer, in the log and on record.
 */

import type { FlowContext } from '../parts.ts'
import type { Random } from '../random.ts'

/** Our own id of a call, and the one that the caller gave it. */
export type CorrelationIds = Pick<FlowContext, 'correlationId' | 'callerCorrelationId'>

/**
 * A new id for a call, which nobody else can choose: two acts on record never share one, nor does an act take another's.
 * What the caller sends as X-Correlation-Id, up to 64 of `A-Z a-z 0-9 -`, is kept beside it; anything else is not.
 */
export function correlationOf(random: Random, request: Request): CorrelationIds {
  const correlationId = random.uuid()
  const given = request.headers.get('x-correlation-id') ?? ''
  return /^[A-Za-z0-9-]{1,64}$/.test(given)
    ? { correlationId, callerCorrelationId: given }
    : { correlationId }
}
