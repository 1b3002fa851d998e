/**
 * The refusals of Azure Communication Services, with the codes and words the service itself uses.
 *
 * Identity codes come from recordings of the real service, chat codes from its published contract.
 */

import { LatchkeyError } from '@latchkey/common'

/** Every code the service answers with. */
export type CommunicationErrorCode =
  | 'ApiVersionUnspecified'
  | 'BadRequest'
  | 'Denied'
  | 'Forbidden'
  | 'IdentityNotOwned'
  | 'InvalidAccessToken'
  | 'MethodNotAllowed'
  | 'NotFound'
  | 'PayloadTooLarge'
  | 'TooManyRequests'
  | 'Unauthorized'
  | 'UnsupportedApiVersion'
  | 'UnsupportedMediaType'
  | 'ValidationError'

const statuses: Readonly<Record<CommunicationErrorCode, number>> = {
  ApiVersionUnspecified: 400,
  BadRequest: 400,
  Denied: 401,
  Forbidden: 403,
  IdentityNotOwned: 401,
  InvalidAccessToken: 401,
  MethodNotAllowed: 405,
  NotFound: 404,
  PayloadTooLarge: 413,
  TooManyRequests: 429,
  Unauthorized: 401,
  UnsupportedApiVersion: 400,
  UnsupportedMediaType: 415,
  ValidationError: 400,
}

/** What a refusal may say besides its code and message. */
export interface CommunicationErrorOptions {
  /** The property that was wrong, as the service names it. */
  readonly target?: string
  /** Extra headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A refusal that becomes an answer with the service's error envelope. */
export class CommunicationError extends LatchkeyError<CommunicationErrorCode> {
  override readonly name = 'CommunicationError'
  readonly #options: CommunicationErrorOptions

  constructor(code: CommunicationErrorCode, message: string, options: CommunicationErrorOptions = {}) {
    super(message, { code })
    this.#options = options
  }

  /** The answer. */
  toResponse(): Response {
    const { headers = {}, target } = this.#options
    const error = { code: this.code, message: this.message, ...(target === undefined ? {} : { target }) }
    return Response.json({ error }, { status: statuses[this.code], headers })
  }
}

/** 400 of the identity operations. */
export function invalid(message: string, target: string): CommunicationError {
  return new CommunicationError('ValidationError', message, { target })
}

/** 400 of the chat operations. */
export function badRequest(message: string, target: string): CommunicationError {
  return new CommunicationError('BadRequest', message, { target })
}

/** 401 of an identity operation whose signature or Entra token does not open the resource. */
export function denied(): CommunicationError {
  return new CommunicationError('Denied', 'Denied by the resource provider.')
}

/** 401 of a chat operation. */
export function unauthorized(): CommunicationError {
  return new CommunicationError('Unauthorized', 'Request is not authorized.')
}

/** 403 of a chat operation. */
export function forbidden(): CommunicationError {
  return new CommunicationError('Forbidden', 'User is not allowed to perform specified action.')
}

/** 401 for an id that is not, or no longer, one of this resource. */
export function identityNotOwned(): CommunicationError {
  return new CommunicationError('IdentityNotOwned', "Provided identity doesn't belong to the resource.")
}

/** 401 of the exchanges for an Entra token that does not qualify. */
export function invalidAccessToken(): CommunicationError {
  return new CommunicationError('InvalidAccessToken', 'Provided access token is not valid.')
}

/** 404 of whatever is asked for by id. */
export function notFound(what: string): CommunicationError {
  return new CommunicationError('NotFound', `${what} was not found.`)
}
