/**
 * Who may open which live document. Teams put their own rule here.
 */

import type { Person } from '@latchkey/server'
import type { DocumentAccess } from '@latchkey/server/fluid'

/**
 * The rule until there is another: everybody who is signed in may make documents, and may change the ones whose id they
 * were told; guests may not. The relay makes ids that cannot be guessed.
 */
export function mayOpenDocument({ role }: Person): DocumentAccess {
  return role === 'guest' ? 'none' : 'write'
}
