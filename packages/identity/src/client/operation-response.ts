/**
 * What a caller who asks for it is told of an answer.
 */

import type { OperationOptions } from './options.ts'
import type { TransportAnswer } from './transport.ts'

/** Where an answer came from. */
export interface OperationRequest {
  readonly method: string
  readonly url: string
  /** Sent as `x-ms-client-request-id`. */
  readonly requestId: string
}

/** The last answer of a call: a part of what Azure's clients hand to `onResponse`. */
export interface OperationResponse {
  readonly status: number
  readonly headers: {
    get(name: string): string | undefined
    has(name: string): boolean
  }
  /** May hold a token. Always a text; Azure's type leaves it open. */
  readonly bodyAsText?: string | null
  readonly request: OperationRequest
}

/** Tells `options.onResponse`, if there is one; what it throws ends the call, as with Azure's clients. */
export function tellResponse(
  options: OperationOptions | null | undefined,
  request: OperationRequest,
  { header, status, text }: TransportAnswer,
  error?: unknown,
): void {
  const onResponse = options?.onResponse
  if (!onResponse) return
  const headers = {
    get: (name: string) => header(name.toLowerCase()),
    has: (name: string) => header(name.toLowerCase()) !== undefined,
  }
  const response = { status, headers, bodyAsText: text, request }
  onResponse(response, readJson(text), ...(error === undefined ? [] : [error]))
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
