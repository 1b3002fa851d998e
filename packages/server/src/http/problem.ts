/**
 * Errors as problem+json (RFC 9457). Nothing of a foreign error's text gets out.
 */

import { isLatchkeyError, type LatchkeyError } from '@latchkey/common'
import { errorAnswers, type ServerErrorCode } from '../errors.ts'

const ours = Object.keys(errorAnswers) as ServerErrorCode[]

/** The error as one of this package, or `undefined` when it is somebody else's. */
export function asServerError(error: unknown): LatchkeyError<ServerErrorCode> | undefined {
  return isLatchkeyError(error, ...ours) ? error : undefined
}

/** The answer to an error under /v1 and /auth. */
export function problemResponse(error: unknown, correlationId: string, path: string): Response {
  const known = asServerError(error)
  const answer = errorAnswers[known?.code ?? 'ERR_SERVER_INTERNAL']
  const parameter = known?.code === 'ERR_SERVER_INPUT' ? known.details['parameter'] : undefined
  const body = {
    type: `urn:latchkey:problem:${answer.code}`,
    title: answer.title,
    status: answer.status,
    code: answer.code,
    ...(parameter !== undefined && { detail: `${parameter}: ${known?.message}` }),
    instance: path,
    correlationId,
  }
  return new Response(JSON.stringify(body), {
    status: answer.status,
    headers: { 'content-type': 'application/problem+json', ...headersOf(known, answer.code) },
  })
}

/** What belongs to an error beside its body: how to authenticate, when to come back, what is allowed. */
export function headersOf(
  error: LatchkeyError<ServerErrorCode> | undefined,
  code: string,
): Record<string, string> {
  if (!error) return {}
  const { retryAfterSeconds, allow } = error.details
  const { status } = errorAnswers[error.code]
  return {
    ...(typeof retryAfterSeconds === 'number' && { 'retry-after': String(retryAfterSeconds) }),
    ...(typeof allow === 'string' && { allow }),
    ...((status === 401 || error.code === 'ERR_SERVER_FORBIDDEN') && {
      'www-authenticate': `Bearer error="${code}"`,
    }),
  }
}
