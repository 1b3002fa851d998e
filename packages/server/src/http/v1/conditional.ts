/**
 * Entity tags (RFC 9110 section 8.8.3): whoever replaces something says which version they have seen.
 */

import { createHash } from 'node:crypto'
import { serverError } from '../../errors.ts'

/** The tag of a version. */
export function entityTag(...parts: readonly string[]): string {
  return `"${createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 27)}"`
}

/**
 * The tags of If-Match, as they stand; `*` stands for any version.
 *
 * @throws `ERR_SERVER_PRECONDITION_REQUIRED` without the header.
 */
export function readIfMatch({ headers }: Request): readonly string[] {
  const header = headers.get('if-match')
  if (header === null)
    throw serverError('ERR_SERVER_PRECONDITION_REQUIRED', 'The header If-Match is required')
  return header.split(',').map((one) => one.trim())
}

/**
 * Insists that If-Match names the present version.
 *
 * @param isMade - Whether the change that is asked for is there already, as after an answer that was lost: RFC 9110
 *   section 13.1.1 lets it be confirmed under the tag of before.
 * @throws `ERR_SERVER_PRECONDITION` when it names another version.
 */
export function requireMatch(ifMatch: readonly string[], tag: string, isMade = false): void {
  if (!isMade && !ifMatch.includes(tag) && !ifMatch.includes('*'))
    throw serverError('ERR_SERVER_PRECONDITION', 'The state has changed since')
}
