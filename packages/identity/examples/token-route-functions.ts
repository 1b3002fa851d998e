/**
 * A token route on Azure Functions for people who sign in with Azure AD B2C; people of one policy may also make calls.
 */

import { app } from '@azure/functions'
import {
  CommunicationUserDirectory,
  type CommunicationUserDirectoryOptions,
  createTokenRoute,
} from '@latchkey/identity'
import { createRemoteJWKSet, jwtVerify } from 'jose'

/** The application in the B2C tenant. */
export interface B2CApplication {
  /** From the policy's discovery document: `issuer` and `jwks_uri`. */
  readonly issuer: string
  readonly keySetUrl: string
  readonly clientId: string
  /** The policies whose tokens count, in lower case. */
  readonly policies: readonly string[]
}

/** Registers `POST /api/token`, to be called with `Authorization: Bearer {B2C id token}`. */
export function registerTokenFunction(
  b2c: B2CApplication,
  endpoint: string,
  { client, store }: Pick<CommunicationUserDirectoryOptions, 'client' | 'store'>,
): void {
  const keys = createRemoteJWKSet(new URL(b2c.keySetUrl))
  const route = createTokenRoute({
    directory: new CommunicationUserDirectory({ client, store }),
    endpoint,
    allowedScopes: () => ['chat', 'voip'],
    authenticate: async (request) => {
      const token = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
      if (token === undefined) return undefined
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: b2c.issuer,
          audience: b2c.clientId,
          algorithms: ['RS256'],
        })
        const { acr, tfp = acr } = payload
        const policy = typeof tfp === 'string' ? tfp.toLowerCase() : ''
        if (!b2c.policies.includes(policy) || payload.sub === undefined) return undefined
        return { issuer: b2c.issuer, subject: payload.sub }
      } catch {
        return undefined
      }
    },
  })
  app.http('token', {
    methods: ['POST'],
    authLevel: 'anonymous',
    handler: async (request) => {
      const { body, headers, method, url } = request
      // As a stream: the route reads no more of it than it may be long.
      const response = await route(new Request(url, { method, headers, body, duplex: 'half' }))
      return { status: response.status, headers: response.headers, body: await response.text() }
    },
  })
}
