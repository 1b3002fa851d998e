/**
 * The rules of ids and the size of items.
 */

import { badRequest, tooLarge } from './errors.ts'

/** The most bytes an id may have. */
export const maxIdBytes = 1023
/** The most bytes an item may have, and the operations of a batch together. */
export const maxItemBytes: number = 2 * 1024 * 1024

/** Reads the id of a database, container, user or permission. Throws 400. */
export function parseResourceId(input: unknown): string {
  const id = parseId(input)
  if (/[/\\?#]/.test(id) || id.endsWith(' ')) {
    throw badRequest(
      "The input name is invalid. Ensure to provide a unique non-empty string without '/', '\\', '?', '#' or a trailing space.",
    )
  }
  if (id.length > 255) throw badRequest('The input name is invalid. Ensure it is less than 256 characters.')
  return id
}

/** Reads the id of an item. Throws 400. */
export function parseItemId(input: unknown): string {
  const id = parseId(input)
  if (/[/\\]/.test(id)) throw badRequest("The id of an item holds no '/' and no '\\'.")
  return id
}

function parseId(input: unknown): string {
  if (typeof input !== 'string' || input === '') {
    throw badRequest("The input content is invalid because the required properties - 'id; ' - are missing")
  }
  // A surrogate without its other half is no character: in a column it would be the same U+FFFD as every other one.
  if (/\p{Surrogate}/u.test(input)) throw badRequest('The id is not well-formed Unicode.')
  if (input.length > maxIdBytes / 3 && Buffer.byteLength(input) > maxIdBytes) {
    throw badRequest(`The id is longer than ${maxIdBytes} bytes.`)
  }
  return input
}

/** Refuses an item, or all operations of a batch together, of more than {@link maxItemBytes}. Throws 413. */
export function assertSize(text: string): void {
  if (text.length > maxItemBytes / 3 && Buffer.byteLength(text) > maxItemBytes) throw tooLarge()
}
