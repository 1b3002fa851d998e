/**
 * Entra and Microsoft Graph on one port, as one directory.
 */

import type { AccessTokenVerifier } from '../host/access-token-verifier.ts'
import type { AccountSummary } from '../host/dashboard-sources.ts'
import type { LocalService, ServiceHost } from '../host/service.ts'

/** The Entra service, with what its neighbours ask of it. */
export interface EntraService extends LocalService, AccessTokenVerifier {
  /** Everybody in the directories. */
  accounts(): readonly AccountSummary[]
}

/** The entra service of local Azure. */
export function createEntraService(_host: ServiceHost): EntraService {
  return {
    name: 'entra',
    fetch: () => Response.json({ error: { code: 'NotFound', message: 'No such route.' } }, { status: 404 }),
    reset: () => undefined,
    close: () => undefined,
    accounts: () => [],
    verifyAccessToken: () => Promise.resolve(undefined),
  }
}
