/** The page's way through the door. */

import { createLatchkeyClient, type Me } from '@latchkey/server/client'
import { fetchByServerClock } from './server-clock.ts'

export type Person = Me

export const latchkey = createLatchkeyClient({ fetch: fetchByServerClock })

/** Where the sign-in leads back to: the whole address, so that an invitation to a room survives. */
export function signInUrl(): string {
  return latchkey.signInUrl(`${location.pathname}${location.search}`)
}
