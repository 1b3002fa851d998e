/**
 * One HTTP request to an upstream service, with a time limit, a size limit, and errors that name the service and
 * no secret.
 */

import { isLatchkeyError } from '@latchkey/common'
import { readBounded } from './bounded-body.ts'
import { serverError } from './errors.ts'

/** The fetch that everything here goes through. */
export type Fetch = (input: string, init?: RequestInit) => Promise<Response>

/** The service to ask, and the time limit. */
export interface UpstreamOptions {
  readonly fetch: Fetch
  /** For logs and errors, for example `graph`. */
  readonly service: string
  /** Default 10,000. */
  readonly timeoutMs?: number
}

/** An answer, read whole. */
export interface UpstreamAnswer {
  readonly status: number
  readonly headers: Headers
  /** The parsed JSON, or `undefined` when the body is empty or not JSON. */
  readonly body: unknown
}

const maxAnswerBytes = 4 * 1024 * 1024

/**
 * Sends a request and reads the answer, whatever its status.
 *
 * @throws `ERR_SERVER_UPSTREAM` when the service cannot be reached, is too slow or answers too much.
 */
export async function requestUpstream(
  options: UpstreamOptions,
  url: string,
  init: RequestInit = {},
): Promise<UpstreamAnswer> {
  const { fetch, service, timeoutMs = 10_000 } = options
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await fetch(url, { redirect: 'error', ...init, signal })
    const bytes = await readBounded(response.body, maxAnswerBytes)
    if (!bytes)
      throw serverError('ERR_SERVER_UPSTREAM', `${service} answered too much`, { service, reason: 'size' })
    return { status: response.status, headers: response.headers, body: parseJson(bytes.toString('utf8')) }
  } catch (error) {
    if (isLatchkeyError(error)) throw error
    const reason = error instanceof Error ? error.name : 'unknown'
    throw serverError('ERR_SERVER_UPSTREAM', `${service} did not answer`, { service, reason })
  }
}

/** The error for an answer that is neither success nor refusal. */
export function upstreamFailure(service: string, answer: UpstreamAnswer): Error {
  const { status, headers } = answer
  const isBusy = status === 429 || status === 503
  const wait = Number(headers.get('retry-after'))
  return serverError(
    isBusy ? 'ERR_SERVER_THROTTLED' : 'ERR_SERVER_UPSTREAM',
    `${service} answered ${status}`,
    {
      service,
      upstreamStatus: status,
      ...(isBusy && { retryAfterSeconds: wait > 0 && wait <= 3_600 ? Math.ceil(wait) : 5 }),
    },
  )
}

/** A JSON object of unknown content, or an empty one. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
