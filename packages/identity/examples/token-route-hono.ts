/**
 * A token route on Hono for people who sign in with any OpenID Connect issuer, for example Google.
 */

import {
  CommunicationUserDirectory,
  type CommunicationUserDirectoryOptions,
  createTokenRoute,
} from '@latchkey/identity'
import { Hono } from 'hono'
import { createRemoteJWKSet, jwtVerify } from 'jose'

/** Whose id tokens count. For Google: `https://accounts.google.com`, `https://www.googleapis.com/oauth2/v3/certs`. */
export interface Issuer {
  readonly issuer: string
  readonly keySetUrl: string
  /** Your application's client id there. */
  readonly audience: string
}

/** `POST /token` with `Authorization: Bearer {id token}`. */
export function createTokenServer(
  issuer: Issuer,
  endpoint: string,
  { client, store }: Pick<CommunicationUserDirectoryOptions, 'client' | 'store'>,
): Hono {
  const keys = createRemoteJWKSet(new URL(issuer.keySetUrl))
  const directory = new CommunicationUserDirectory({ client, store })
  const route = createTokenRoute({
    directory,
    endpoint,
    authenticate: async (request) => {
      const token = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
      if (token === undefined) return undefined
      try {
        const rules = { issuer: issuer.issuer, audience: issuer.audience, algorithms: ['RS256'] }
        const { payload } = await jwtVerify(token, keys, { ...rules, requiredClaims: ['sub', 'exp'] })
        // Never the e-mail address: it can change hands.
        return { issuer: issuer.issuer, subject: payload.sub ?? '' }
      } catch {
        return undefined
      }
    },
  })
  const app = new Hono()
  app.all('/token', (context) => route(context.req.raw))
  return app
}
