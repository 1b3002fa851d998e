/**
 * The errors of Microsoft Entra, by their numbers.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import { type EntraErrorNumber, entraErrors } from './error-table.ts'

/** An error of Entra on its way to the client. */
export class EntraError extends Error {
  readonly number: EntraErrorNumber
  readonly error: string
  readonly status: number
  readonly suberror: string | undefined

  constructor(number: EntraErrorNumber, facts: readonly string[] = [], suberror?: string) {
    const [error, status, text] = entraErrors[number]
    super(facts.reduce<string>((filled, fact, index) => filled.replace(`{${index}}`, () => fact), text))
    this.number = number
    this.error = error
    this.status = status
    this.suberror = suberror
  }

  /** The text of `error_description`. */
  describe(clock: Clock): string {
    return this.#describe(clock, randomUUID(), randomUUID())
  }

  /** The answer of an endpoint. */
  respond(clock: Clock): Response {
    const traceId = randomUUID()
    const correlationId = randomUUID()
    const body = {
      error: this.error,
      error_description: this.#describe(clock, traceId, correlationId),
      error_codes: [this.number],
      timestamp: timestampOf(clock),
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${this.number}`,
      ...(this.suberror === undefined ? {} : { suberror: this.suberror }),
    }
    return Response.json(body, { status: this.status, headers: entraHeaders() })
  }

  #describe(clock: Clock, traceId: string, correlationId: string): string {
    const ids = `Trace ID: ${traceId} Correlation ID: ${correlationId}`
    return `AADSTS${this.number}: ${this.message} ${ids} Timestamp: ${timestampOf(clock)}`
  }
}

/** The headers of every answer with a token or an error in it. */
export function entraHeaders(): Record<string, string> {
  return { 'Cache-Control': 'no-store, no-cache', Pragma: 'no-cache', 'x-ms-request-id': randomUUID() }
}

function timestampOf(clock: Clock): string {
  return `${new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ')}Z`
}
