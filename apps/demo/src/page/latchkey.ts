/** The page's way through the door. */

import { createLatchkeyClient, type Me } from '@latchkey/server/client'
import { fetchByServerClock } from './server-clock.ts'

export type Person = Me

export const latchkey = createLatchkeyClient({ fetch: fetchByServerClock })

/** Where the sign-in leads back to: the whole address, so that an invitation to a room survives. */
export function signInUrl(): string {
  return latchkey.signInUrl(`${location.pathname}${location.search}`)
}

/** Ends the session and goes back to the door. */
export async function signOut(): Promise<void> {
  await latchkey.signOut()
  location.assign('/')
}
