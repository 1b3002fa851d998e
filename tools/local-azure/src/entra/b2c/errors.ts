/**
 * The errors of Azure AD B2C, by their codes.
 *
 * The code stands only in `error_description`, in front of a text of three lines.
 *
 * @see https://learn.microsoft.com/azure/active-directory-b2c/error-codes
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import { type B2cErrorCode, b2cErrors } from './error-table.ts'

/** An error of B2C on its way to the client. */
export class B2cError extends Error {
  readonly code: B2cErrorCode
  /** The OAuth error. */
  readonly error: string

  constructor(code: B2cErrorCode, ...facts: readonly string[]) {
    const [error, text] = b2cErrors[code]
    super(facts.reduce<string>((filled, fact, index) => filled.replace(`{${index}}`, () => fact), text))
    this.code = code
    this.error = error
  }

  /** The three lines of `error_description`. */
  describe(clock: Clock): string {
    const timestamp = new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ')
    return `${this.code}: ${this.message}\r\nCorrelation ID: ${randomUUID()}\r\nTimestamp: ${timestamp}Z\r\n`
  }
}

/** The headers of every answer of the token endpoint. */
export function gatewayHeaders(): Record<string, string> {
  return {
    'Cache-Control': 'no-store, must-revalidate, no-cache',
    Pragma: 'no-cache',
    'X-Frame-Options': 'DENY',
    'x-ms-gateway-requestid': randomUUID(),
  }
}

/** The answer of the token endpoint: always 400. */
export function b2cErrorResponse(error: B2cError, clock: Clock): Response {
  const body = { error: error.error, error_description: error.describe(clock) }
  return Response.json(body, { status: 400, headers: gatewayHeaders() })
}
