/**
 * The person a page was opened for: what it asks for later is not done as somebody who signed in in another tab.
 */

import { serverError } from '../../errors.ts'
import type { Person } from '../../person.ts'

/**
 * @throws `ERR_SERVER_UNAUTHENTICATED` when `x-latchkey-person`, an id in the form of `encodeURIComponent`, names anybody but
 *   whoever is signed in. Without the header anybody will do.
 */
export function refuseOtherPerson(request: Request, person: Person | undefined): void {
  const named = request.headers.get('x-latchkey-person')
  if (named !== null && (!person || named !== encodeURIComponent(person.id)))
    throw serverError('ERR_SERVER_UNAUTHENTICATED', 'The person of this page is no longer signed in')
}
