/**
 * The credential that a function is called with, and what is said when it is not good.
 */

import { isLatchkeyError } from '@latchkey/common'
import { serverError } from '../../errors.ts'
import { readBearer } from '../bearer.ts'

// What is wrong with a credential, as the original says it. Of a password it is not said whether there is an account.
const refusals = {
  auth_token: 'auth_token is invalid',
  refresh_token: 'refresh_token is invalid',
  id_token: 'id_token is invalid or expired',
  password: 'The email or password is wrong',
  authorization: 'The access token is invalid',
} as const

/** Where a credential stands. */
export type Credential = keyof typeof refusals

/**
 * Which credential a request comes with. With two of them, which one counts would depend on the function; a header that
 * is no bearer token counts nowhere.
 */
export function readCredential(
  request: Request,
  parameters: Readonly<Record<string, unknown>>,
): Credential | undefined {
  const named = (Object.keys(refusals) as Credential[]).filter((name) =>
    name === 'authorization' ? request.headers.has(name) : !isBlank(parameters[name]),
  )
  if (named.length > 1)
    throw serverError('ERR_SERVER_CREDENTIALS_TWICE', 'More than one credential in one request')
  readBearer(request)
  return named[0]
}

/** Whether a parameter says nothing: the original takes an empty one for none. */
export function isBlank(value: unknown): boolean {
  return String(value ?? '').trim() === ''
}

/** The refusal of a credential in the words of the original; any other error as it is. */
export function inTheWordsOf(credential: Credential | undefined, error: unknown): unknown {
  if (!credential || !isLatchkeyError(error, 'ERR_SERVER_GRANT', 'ERR_SERVER_TOKEN')) return error
  return serverError(error.code, refusals[credential], error.details)
}
