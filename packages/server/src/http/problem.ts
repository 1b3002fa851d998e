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
    headers: { 'content-type': 'application/problem+json', ...headersOf(known, answer.status) },
  })
}

/**
 * What belongs to an error beside its body: how to authenticate, when to come back, what is allowed.
 *
 * @param status - That of the answer, which is not the same on every surface.
 */
export function headersOf(
  error: LatchkeyError<ServerErrorCode> | undefined,
  status: number,
): Record<string, string> {
  if (!error) return {}
  const { retryAfterSeconds, allow } = error.details
  const challenge = challengeOf(error.code, status)
  return {
    ...(typeof retryAfterSeconds === 'number' && { 'retry-after': String(retryAfterSeconds) }),
    ...(typeof allow === 'string' && { allow }),
    ...(challenge !== undefined && { 'www-authenticate': challenge }),
  }
}

// RFC 6750 section 3.1: what is wrong with a token is said to whoever has shown one, and to nobody else.
function challengeOf(code: ServerErrorCode, status: number): string | undefined {
  if (code === 'ERR_SERVER_FORBIDDEN') return 'Bearer error="insufficient_scope"'
  if (status !== 401) return undefined
  return code === 'ERR_SERVER_TOKEN' ? 'Bearer error="invalid_token"' : 'Bearer'
}
