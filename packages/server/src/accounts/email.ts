/**
 * E-mail addresses, read once at the edge. They are how people are found, never who they are.
 */

import { inputError } from '../errors.ts'

// One part of the local name: RFC 5322 atext without the quote-prone characters nobody needs in a sign-in name, plus
// the apostrophe, which real names have.
const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Reads an address: at most 254 characters, local part at most 64, an ASCII domain of at least two labels; answers it in
 * invariant lower case.
 *
 * @throws `ERR_SERVER_INPUT`.
 */
export function parseEmail(input: unknown, parameter = 'email'): string {
  if (typeof input !== 'string' || input === '') throw inputError(parameter, 'The email is missing')
  if (input.length > 254) throw inputError(parameter, 'The email is not valid')
  const email = input.trim().toLowerCase()
  const at = email.lastIndexOf('@')
  const local = email.slice(0, Math.max(at, 0))
  const labels = email.slice(at + 1).split('.')
  const isValid =
    local.length <= 64 &&
    localPart.test(local) &&
    labels.length > 1 &&
    labels.every((part) => label.test(part))
  if (!isValid || /^\d+$/.test(labels.at(-1) ?? '')) throw inputError(parameter, 'The email is not valid')
  return email
}

/**
 * Reads an address as clients of the original send it: one inner space is a plus sign that nobody encoded.
 *
 * @throws `ERR_SERVER_INPUT`.
 */
export function parseLegacyEmail(input: unknown): string {
  return parseEmail(typeof input === 'string' ? input.trim().replace(/^(\S+) (\S+)$/, '$1+$2') : input)
}
