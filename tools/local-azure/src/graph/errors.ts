/**
 * The errors of Microsoft Graph.
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '@latchkey/common'

/** What of a request an error is about. */
export interface ErrorDetail {
  readonly code: string
  readonly target: string
  readonly message?: string
}

/** An error of Graph on its way to the client. */
export class GraphError extends Error {
  readonly status: number
  readonly code: string
  readonly details: readonly ErrorDetail[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    message: string,
    more: {
      readonly details?: readonly ErrorDetail[]
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.details = more.details ?? []
    this.headers = more.headers ?? {}
  }

  /** The answer; `clientRequestId` is repeated as Graph does. */
  respond(clock: Clock, clientRequestId: string | null): Response {
    const requestId = randomUUID()
    const innerError = {
      date: new Date(clock.now()).toISOString().slice(0, 19),
      'request-id': requestId,
      'client-request-id': clientRequestId ?? requestId,
    }
    const details = this.details.length > 0 ? { details: this.details } : {}
    const error = { code: this.code, message: this.message, ...details, innerError }
    return Response.json(
      { error },
      {
        status: this.status,
        headers: { ...this.headers, 'request-id': requestId, 'Cache-Control': 'no-cache' },
      },
    )
  }
}

/** 400 `Request_BadRequest`. */
export function badRequest(message: string, details: readonly ErrorDetail[] = []): GraphError {
  return new GraphError(400, 'Request_BadRequest', message, { details })
}

/** 400 `Request_UnsupportedQuery`. */
export function unsupportedQuery(message = 'Unsupported Query.'): GraphError {
  return new GraphError(400, 'Request_UnsupportedQuery', message)
}

/** 404 `Request_ResourceNotFound`. */
export function notFound(id: string): GraphError {
  const message = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`
  return new GraphError(404, 'Request_ResourceNotFound', message)
}

/** 403 `Authorization_RequestDenied`. */
export function denied(): GraphError {
  return new GraphError(
    403,
    'Authorization_RequestDenied',
    'Insufficient privileges to complete the operation.',
  )
}
