/**
 * One call to the service with all its attempts: authorize, send, judge, wait, and again.
 *
 * Each attempt is signed anew, so that a long wait does not outlive the date in the signature. What may be repeated
 * depends on the call: anything but a create after every failure that can pass; a create only when the service certainly
 * did not act on it, that is after a refused connection and after 429.
 */

import { randomUUID } from 'node:crypto'
import { CommunicationIdentityError, type ServiceFailure } from '../errors.ts'
import { codeOfRefusal, type Refusal, readRefusal } from './answers.ts'
import { parseHeaders } from './arguments.ts'
import type { Authorizer } from './authorization.ts'
import { Deadline } from './deadline.ts'
import { tellResponse } from './operation-response.ts'
import type { OperationOptions } from './options.ts'
import { assertNumber, type ClientSettings } from './settings.ts'
import { unlessAborted } from './sleep.ts'
import { type TransportAnswer, wasNeverSent } from './transport.ts'

/** What is asked of the service. */
export interface ServiceCall {
  readonly method: 'DELETE' | 'GET' | 'POST'
  /** Path without query, encoded. */
  readonly path: string
  /** Instead of the connection's. */
  readonly apiVersion?: string
  readonly body?: object
  /** Send `content-type` even without a body, as Azure's client does. */
  readonly json?: boolean
  /** The statuses of success. */
  readonly success: readonly number[]
  /** Whether doing it twice could leave two of something. */
  readonly isCreate?: boolean
  /** Whether, after an attempt without an answer, "not owned" means that the attempt succeeded. */
  readonly goneIsDone?: boolean
}

/** What a connection is made of. */
export interface ServiceConnectionParts extends ClientSettings {
  readonly endpoint: string
  readonly authorize: Authorizer
}

type Outcome =
  | { readonly kind: 'answer'; readonly answer: TransportAnswer }
  | { readonly kind: 'refusal'; readonly refusal: Refusal; readonly answer: TransportAnswer }
  | { readonly kind: 'failure'; readonly error: unknown; readonly neverSent: boolean }
  /** The credential gave nothing to send with; asking it again is its own business. */
  | { readonly kind: 'unauthorized'; readonly error: unknown }

/** Sends calls to one resource. */
export class ServiceConnection {
  readonly #parts: ServiceConnectionParts
  readonly #origin: string

  constructor(parts: ServiceConnectionParts) {
    this.#parts = parts
    this.#origin = new URL(parts.endpoint).origin
  }

  /** Sends `call`; answers the text of a successful answer. */
  async send(call: ServiceCall, options?: OperationOptions | null): Promise<string> {
    const headers = this.#headers(call, parseHeaders(options?.requestOptions?.customHeaders))
    const clientRequestId = headers['x-ms-client-request-id'] ?? ''
    const request = { method: call.method, url: this.#origin + this.#path(call), requestId: clientRequestId }
    const deadline = this.#deadline(options)
    let mayHaveActed = false
    try {
      for (let attempt = 0; ; attempt += 1) {
        const outcome = await this.#attempt(call, headers, deadline)
        if (outcome.kind === 'answer') {
          tellResponse(options, request, outcome.answer)
          return outcome.answer.text
        }
        if (mayHaveActed && call.goneIsDone && isGone(outcome)) return ''
        mayHaveActed ||= isMaybeDone(outcome)
        const delayMs = this.#delay(outcome, attempt)
        const isLeft = attempt < this.#parts.maxRetries && delayMs < deadline.remainingMs
        const again = isLeft && mayRepeat(call, outcome)
        if (!again) {
          const error = toError(call, outcome, { clientRequestId, mayHaveActed })
          if (outcome.kind === 'refusal') tellResponse(options, request, outcome.answer, error)
          throw error
        }
        await deadline.wait(delayMs)
      }
    } finally {
      deadline.end()
    }
  }

  #deadline(options: OperationOptions | null | undefined): Deadline {
    const { clock, timeoutMs } = this.#parts
    const timeout = assertNumber(options?.requestOptions?.timeout ?? 0, 0, 'requestOptions.timeout')
    return new Deadline(clock, timeout || timeoutMs, options?.abortSignal)
  }

  async #attempt(
    call: ServiceCall,
    base: Readonly<Record<string, string>>,
    deadline: Deadline,
  ): Promise<Outcome> {
    const { attemptTimeoutMs, authorize, clock, transport } = this.#parts
    const path = this.#path(call)
    const body = call.body === undefined ? '' : JSON.stringify(call.body)
    const { method } = call
    const origin = this.#origin
    let sending: ReturnType<Deadline['attempt']> | undefined
    try {
      const authorization = authorize({ method, url: origin + path, body })
      const headers = { ...base, ...(await unlessAborted(authorization, deadline.signal)) }
      sending = deadline.attempt(attemptTimeoutMs)
      const { signal, timeoutMs } = sending
      const answer = await transport({ origin, path, method, headers, body, timeoutMs, signal })
      if (call.success.includes(answer.status)) return { kind: 'answer', answer }
      return { kind: 'refusal', refusal: readRefusal(answer, clock.now()), answer }
    } catch (error) {
      deadline.throwIfCallerEnded()
      // That the time of the call is over says nothing of the credential.
      if (!sending && !deadline.signal.aborted) return { kind: 'unauthorized', error }
      return { kind: 'failure', error, neverSent: !sending || wasNeverSent(error) }
    } finally {
      sending?.end()
    }
  }

  #path({ apiVersion = this.#parts.apiVersion, path }: ServiceCall): string {
    // Dots alone are a path of their own; what is signed must be what is sent.
    const target = path.includes('/.') ? new URL(path, this.#origin).pathname : path
    return `${target}?api-version=${apiVersion}`
  }

  #headers(call: ServiceCall, customHeaders: Readonly<Record<string, string>>): Record<string, string> {
    return {
      accept: 'application/json',
      'user-agent': this.#parts.userAgent,
      'x-ms-client-request-id': randomUUID(),
      ...((call.body !== undefined || call.json) && { 'content-type': 'application/json' }),
      ...customHeaders,
    }
  }

  // Full jitter, so that clients that failed together do not come back together.
  #delay(outcome: Outcome, attempt: number): number {
    const { maxRetryDelayMs, random, retryDelayMs } = this.#parts
    const asked = outcome.kind === 'refusal' ? (outcome.refusal.retryAfterMs ?? 0) : 0
    return asked + random() * Math.min(retryDelayMs * 2 ** attempt, maxRetryDelayMs)
  }
}

const passingStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

function mayRepeat(call: ServiceCall, outcome: Outcome): boolean {
  if (outcome.kind === 'answer') return false
  if (call.isCreate) return !isAmbiguous(outcome) && isPassing(outcome)
  return isPassing(outcome)
}

function isPassing(outcome: Outcome): boolean {
  if (outcome.kind === 'failure') return true
  return outcome.kind === 'refusal' && passingStatuses.has(outcome.refusal.statusCode)
}

// Whether the service may have done what was asked although it did not say so.
function isAmbiguous(outcome: Outcome): boolean {
  if (outcome.kind === 'failure') return !outcome.neverSent
  return (
    outcome.kind === 'refusal' && (outcome.refusal.statusCode >= 500 || outcome.refusal.statusCode === 408)
  )
}

// What is neither the success that was asked for nor a refusal may be a success too.
function isMaybeDone(outcome: Outcome): boolean {
  return isAmbiguous(outcome) || (outcome.kind === 'refusal' && outcome.refusal.statusCode < 400)
}

function isGone(outcome: Outcome): boolean {
  return outcome.kind === 'refusal' && outcome.refusal.serviceCode === 'IdentityNotOwned'
}

function toError(
  call: ServiceCall,
  outcome: Exclude<Outcome, { kind: 'answer' }>,
  told: Pick<ServiceFailure, 'clientRequestId' | 'mayHaveActed'>,
): CommunicationIdentityError {
  if (outcome.kind === 'unauthorized') {
    const { error } = outcome
    if (!(error instanceof CommunicationIdentityError)) throw error
    return new CommunicationIdentityError(error.code, error.message, told, error.cause)
  }
  const isUnknown = call.isCreate === true && isAmbiguous(outcome)
  if (outcome.kind === 'refusal') {
    const { message, ...failure } = outcome.refusal
    const code = isUnknown ? 'ERR_IDENTITY_OUTCOME_UNKNOWN' : codeOfRefusal(outcome.refusal)
    return new CommunicationIdentityError(code, message, { ...failure, ...told })
  }
  return isUnknown
    ? new CommunicationIdentityError(
        'ERR_IDENTITY_OUTCOME_UNKNOWN',
        'The service did not answer; the user may have been created',
        told,
        outcome.error,
      )
    : new CommunicationIdentityError(
        'ERR_IDENTITY_UNAVAILABLE',
        'The service could not be reached',
        told,
        outcome.error,
      )
}
