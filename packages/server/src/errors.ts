/**
 * Every error this package throws on purpose, and its HTTP form.
 */

import type { ErrorDetails } from '@latchkey/common'
import { isLatchkeyError, LatchkeyError } from '@latchkey/common'

/** The codes of this package. */
export type ServerErrorCode =
  | 'ERR_SERVER_SETTINGS'
  | 'ERR_SERVER_INPUT'
  | 'ERR_SERVER_TOKEN_IN_QUERY'
  | 'ERR_SERVER_CREDENTIALS_TWICE'
  | 'ERR_SERVER_UNAUTHENTICATED'
  | 'ERR_SERVER_TOKEN'
  | 'ERR_SERVER_GRANT'
  | 'ERR_SERVER_FORBIDDEN'
  | 'ERR_SERVER_CSRF'
  | 'ERR_SERVER_NOT_FOUND'
  | 'ERR_SERVER_NO_PASSWORD_RESET'
  | 'ERR_SERVER_METHOD'
  | 'ERR_SERVER_CONFLICT'
  | 'ERR_SERVER_ACCOUNT_EXISTS'
  | 'ERR_SERVER_LAST_ADMIN'
  | 'ERR_SERVER_PRECONDITION'
  | 'ERR_SERVER_PRECONDITION_REQUIRED'
  | 'ERR_SERVER_BODY_TOO_LARGE'
  | 'ERR_SERVER_CONTENT_TYPE'
  | 'ERR_SERVER_RATE_LIMITED'
  | 'ERR_SERVER_UPSTREAM'
  | 'ERR_SERVER_THROTTLED'
  | 'ERR_SERVER_PERSON_ID'
  | 'ERR_SERVER_PERSON_ROLE'
  | 'ERR_SERVER_INTERNAL'

/** What a client sees of a code. */
export interface ErrorAnswer {
  readonly status: number
  /** The `code` of problem+json. */
  readonly code: string
  readonly title: string
}

/** Code to wire; a new code without a line here does not compile. */
export const errorAnswers: Readonly<Record<ServerErrorCode, ErrorAnswer>> = {
  ERR_SERVER_SETTINGS: { status: 500, code: 'internal_error', title: 'Internal error' },
  ERR_SERVER_INPUT: { status: 400, code: 'invalid_request', title: 'The request is not valid' },
  ERR_SERVER_TOKEN_IN_QUERY: {
    status: 400,
    code: 'token_in_query',
    title: 'Secrets are not accepted in the query string',
  },
  ERR_SERVER_CREDENTIALS_TWICE: {
    status: 400,
    code: 'invalid_request',
    title: 'More than one credential in one request',
  },
  ERR_SERVER_UNAUTHENTICATED: { status: 401, code: 'invalid_token', title: 'Sign in first' },
  ERR_SERVER_TOKEN: { status: 401, code: 'invalid_token', title: 'The token is not valid' },
  ERR_SERVER_GRANT: { status: 401, code: 'invalid_grant', title: 'The grant is not valid' },
  ERR_SERVER_FORBIDDEN: { status: 403, code: 'insufficient_scope', title: 'Not allowed' },
  ERR_SERVER_CSRF: { status: 403, code: 'csrf_header_missing', title: 'The header x-latchkey: 1 is missing' },
  ERR_SERVER_NOT_FOUND: { status: 404, code: 'not_found', title: 'Not found' },
  ERR_SERVER_NO_PASSWORD_RESET: {
    status: 404,
    code: 'no_password_reset',
    title: 'There is no page to set a new password at',
  },
  ERR_SERVER_METHOD: { status: 405, code: 'method_not_allowed', title: 'Method not allowed' },
  ERR_SERVER_CONFLICT: {
    status: 409,
    code: 'conflict',
    title: 'The request conflicts with the present state',
  },
  ERR_SERVER_ACCOUNT_EXISTS: { status: 409, code: 'account_exists', title: 'The account exists' },
  ERR_SERVER_LAST_ADMIN: { status: 409, code: 'last_admin', title: 'The last admin cannot be removed' },
  ERR_SERVER_PRECONDITION: { status: 412, code: 'precondition_failed', title: 'The state has changed since' },
  ERR_SERVER_PRECONDITION_REQUIRED: {
    status: 428,
    code: 'precondition_required',
    title: 'The header If-Match is required',
  },
  ERR_SERVER_BODY_TOO_LARGE: { status: 413, code: 'body_too_large', title: 'The body is too large' },
  ERR_SERVER_CONTENT_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    title: 'The content type is not supported',
  },
  ERR_SERVER_RATE_LIMITED: { status: 429, code: 'rate_limited', title: 'Too many requests' },
  ERR_SERVER_UPSTREAM: { status: 502, code: 'upstream_failed', title: 'A service behind this one failed' },
  ERR_SERVER_THROTTLED: {
    status: 503,
    code: 'upstream_throttled',
    title: 'A service behind this one is busy',
  },
  ERR_SERVER_PERSON_ID: {
    status: 500,
    code: 'unusable_person_id',
    title: 'Whoever proves identities here answered an id that cannot be used',
  },
  ERR_SERVER_PERSON_ROLE: {
    status: 500,
    code: 'unusable_person_role',
    title: 'Whoever proves identities here answered a role that is not configured',
  },
  ERR_SERVER_INTERNAL: { status: 500, code: 'internal_error', title: 'Internal error' },
}

/** Makes an error of this package. */
export function serverError(
  code: ServerErrorCode,
  message: string,
  details: ErrorDetails = {},
  cause?: unknown,
): LatchkeyError<ServerErrorCode> {
  return new LatchkeyError(message, cause === undefined ? { code, details } : { code, details, cause })
}

/** The error for a parameter that is missing or malformed; never holds its value. */
export function inputError(parameter: string, message: string): LatchkeyError<ServerErrorCode> {
  return serverError('ERR_SERVER_INPUT', message, { parameter })
}

/** The error for an invalid token; `reason` and `details` go to logs and the record, never to the client. */
export function tokenError(reason: string, details: ErrorDetails = {}): LatchkeyError<ServerErrorCode> {
  return serverError('ERR_SERVER_TOKEN', 'The token is not valid', { ...details, reason })
}

/** The error for a refused sign-in or refresh: one text for every reason. */
export function grantError(reason: string, details: ErrorDetails = {}): LatchkeyError<ServerErrorCode> {
  return serverError('ERR_SERVER_GRANT', 'The grant is not valid', { ...details, reason })
}

/** The error for a known person without permission; `person` goes to the record. */
export function forbiddenError(person: string): LatchkeyError<ServerErrorCode> {
  return serverError('ERR_SERVER_FORBIDDEN', 'Not allowed', { person })
}

/** The code of an error of this family or of jose, as one word for logs. */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown'
  if (isLatchkeyError(error)) return String(error.details['reason'] ?? error.code)
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' ? code : 'unknown'
}
