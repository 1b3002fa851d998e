/**
 * The traces of a sign-in attempt: a span, a log line, and for a failure an event.
 */

import { isLatchkeyError } from '@latchkey/common'
import { reasonOf } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { spanNames } from '../telemetry/spans.ts'
import { note } from './audit.ts'

/** A sign-in in progress: the grant, the claimed address, and the person once proven. */
export interface Attempt {
  readonly grant: 'id_token' | 'password' | 'upstream' | 'code'
  /** A mail address. */
  readonly claimed?: string
  proven?: string
}

/** Runs a sign-in attempt and writes its span, log line and event. @throws what `work` throws. */
export async function recordAttempt<T>(
  parts: Parts,
  context: FlowContext,
  attempt: Attempt,
  work: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const { correlationId } = context
  const { grant } = attempt
  try {
    const result = await parts.inSpan(spanNames.signIn, { 'latchkey.grant': grant }, () => work(attempt))
    parts.log({ level: 'info', event: 'sign-in', correlationId, reason: grant })
    return result
  } catch (error) {
    const { client } = context
    parts.log({
      level: 'warn',
      event: 'sign-in-failed',
      correlationId,
      reason: reasonOf(error),
      ...(client !== undefined && { client }),
      ...(attempt.claimed !== undefined && { account: parts.pseudonyms.of('email', attempt.claimed) }),
    })
    await noteFailure(parts, context, attempt, error)
    throw error
  }
}

/**
 * What is on record of a failure: about whoever is proven, else about the address that was claimed, else about where it
 * came from. A malformed request is no attempt, and where our own storage failed there is nothing to write to.
 */
async function noteFailure(
  parts: Parts,
  context: FlowContext,
  { grant, claimed, proven }: Attempt,
  error: unknown,
): Promise<void> {
  const isRefused = isLatchkeyError(error, 'ERR_SERVER_GRANT', 'ERR_SERVER_TOKEN')
  const isOutage = isLatchkeyError(error, 'ERR_SERVER_UPSTREAM', 'ERR_SERVER_THROTTLED')
  if (!isRefused && !(isOutage && !ownStorage.has(error.details['service']))) return
  const entry = {
    action: 'sign-in-failed',
    outcome: isRefused ? 'refused' : 'failed',
    details: { grant, code: error.code, reason: reasonOf(error) },
    ...(proven !== undefined && { actor: proven }),
    ...(claimed !== undefined && { subject: parts.pseudonyms.of('email', claimed) }),
  } as const
  await note(parts, context, proven === undefined ? entry : { ...entry, subject: proven }, proven)
}

const ownStorage = new Set<unknown>(['cosmos', 'audit'])
