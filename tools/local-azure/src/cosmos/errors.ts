/**
 * The refusals of the Cosmos service, with the status, code and substatus the real one answers.
 */

/** Extra headers of a refusal. */
export interface CosmosErrorOptions {
  readonly substatus?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Stands in the answer in place of the message, in the service's own form. */
  readonly detail?: unknown
}

/** A refusal: thrown anywhere, turned into an answer in one place. */
export class CosmosError extends Error {
  override readonly name: string = 'CosmosError'
  readonly status: number
  readonly code: string
  readonly substatus: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly detail: unknown

  constructor(status: number, code: string, message: string, options: CosmosErrorOptions = {}) {
    super(message)
    this.status = status
    this.code = code
    this.substatus = options.substatus
    this.headers = options.headers ?? {}
    this.detail = options.detail ?? { Errors: [message] }
  }
}

export function badRequest(message: string, substatus?: number): CosmosError {
  return new CosmosError(400, 'BadRequest', message, substatus === undefined ? {} : { substatus })
}

export function unauthorized(message: string): CosmosError {
  return new CosmosError(401, 'Unauthorized', message)
}

export function forbidden(message: string, substatus?: number): CosmosError {
  return new CosmosError(403, 'Forbidden', message, substatus === undefined ? {} : { substatus })
}

export function notFound(): CosmosError {
  const message = 'Resource Not Found. Learn more: https://aka.ms/cosmosdb-tsg-not-found'
  return new CosmosError(404, 'NotFound', message, { substatus: 0 })
}

export function methodNotAllowed(): CosmosError {
  return new CosmosError(405, 'MethodNotAllowed', 'The requested verb is not supported.')
}

export function conflict(message = 'Resource with specified id or name already exists.'): CosmosError {
  return new CosmosError(409, 'Conflict', message)
}

export function preconditionFailed(): CosmosError {
  const message = 'Operation cannot be performed because one of the specified precondition is not met.'
  return new CosmosError(412, 'PreconditionFailed', message)
}

export function tooLarge(): CosmosError {
  return new CosmosError(413, 'RequestEntityTooLarge', 'Request size is too large')
}

/** What this service leaves out on purpose: said loudly, with a code of its own. */
export function notImplemented(what: string): CosmosError {
  return new CosmosError(501, 'NotImplemented', `${what}: not part of local Azure, see docs/cosmos.md`)
}

/** Too much for now: `retryAfterMs` says when to come back. */
export function tooManyRequests(message: string, retryAfterMs: number): CosmosError {
  const headers = { 'x-ms-retry-after-ms': String(retryAfterMs), 'x-ms-request-charge': '0' }
  return new CosmosError(429, 'TooManyRequests', message, { substatus: 3200, headers })
}
