/**
 * What was typed into a page, so that it need not be typed again when the page comes back.
 */

import type { Parameters } from '../grants/form.ts'

/** The fields of the pages, but for the password, which no page repeats. */
export interface Typed {
  readonly email?: string
  readonly name?: string
  readonly givenName?: string
  readonly surname?: string
}

const names = ['email', 'name', 'givenName', 'surname'] as const

// Longer than anything that is taken; what is longer still is not carried about.
const longest = 512

/** The fields of a sent page that may stand in the next one. */
export function readTyped(form: Parameters): Typed {
  return Object.fromEntries(names.map((name) => [name, (form.get(name) ?? '').slice(0, longest)]))
}
