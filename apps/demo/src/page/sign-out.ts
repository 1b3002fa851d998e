import { latchkey } from './latchkey.ts'
import { announceSession } from './session-watch.ts'

/** Ends the session, here and at the identity provider, whose page leads back to the door. */
export async function signOut(): Promise<void> {
  const signOutUrl = await latchkey.signOut()
  announceSession()
  location.assign(signOutUrl ?? '/')
}
