/**
 * What Fluid's own server code says of a token: the functions the service runs, with expiry checks on.
 */

import { verifyStorageToken, verifyToken } from '@fluidframework/server-services-utils'
import jsonwebtoken from 'jsonwebtoken'
import { documentId, primary, tenantId } from './fixtures.ts'

// The tenant manager of the service, as riddler implements it: jsonwebtoken.verify with the tenant's key.
const tenantManager = {
  verifyToken: async (_tenant: string, token: string): Promise<void> => {
    jsonwebtoken.verify(token, primary)
  },
} as unknown as Parameters<typeof verifyToken>[3]

const options: Parameters<typeof verifyToken>[4] = {
  requireDocumentId: true,
  requireTokenExpiryCheck: true,
  maxTokenLifetimeSec: 3600,
  ensureSingleUseToken: false,
  singleUseTokenCache: undefined,
  enableTokenCache: false,
  tokenCache: undefined,
  revokedTokenChecker: undefined,
}

/** What `verifyToken` of server-services-utils says, the way the socket and the orderer routes use it. */
export async function fluidAccepts(
  token: string,
  scopes: readonly string[] = ['doc:read'],
): Promise<boolean> {
  try {
    await verifyToken(tenantId, documentId, token, tenantManager, options, [...scopes])
    return true
  } catch {
    return false
  }
}

/** As {@link fluidAccepts} for a token that creates: alfred checks it without a document. */
export async function fluidAcceptsCreation(token: string): Promise<boolean> {
  try {
    const scopes = ['doc:read', 'doc:write']
    await verifyToken(tenantId, '', token, tenantManager, { ...options, requireDocumentId: false }, scopes)
    return true
  } catch {
    return false
  }
}

const config = {
  get: (key: string) => ({ 'auth:maxTokenLifetimeSec': 3600, 'auth:enableTokenExpiration': true })[key],
} as unknown as Parameters<typeof verifyStorageToken>[1]

/** The status the express middleware `verifyStorageToken` answers, or `undefined` when it lets the request pass. */
export function fluidStorageStatus(token: string, scopes: readonly string[]): Promise<number | undefined> {
  const handler = verifyStorageToken(tenantManager, config, [...scopes])
  const request = {
    params: { tenantId, id: documentId },
    body: {},
    header: (name: string) => (name === 'Authorization' ? `Basic ${token}` : undefined),
  }
  return new Promise((resolve) => {
    const response = {
      status: (code: number) => ({ json: () => resolve(code) }),
    }
    const handle = handler as unknown as (request: unknown, response: unknown, next: () => void) => void
    handle(request, response, () => resolve(undefined))
  })
}
