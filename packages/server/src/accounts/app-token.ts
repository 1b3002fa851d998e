/**
 * The server's own token for Microsoft Graph: client credentials by secret, or the machine's managed identity.
 *
 * msal-node gets the token; keeping it and asking once for all who wait is done here, because twenty simultaneous cold
 * calls of msal-node send twenty requests.
 */

import { type Clock, isLatchkeyError } from '@latchkey/common'
import { serverError } from '../errors.ts'
import { msalConfiguration, msalNetwork } from '../identity-providers/authorization-code.ts'
import type { GraphSettings } from '../settings/settings.ts'
import { PerishableCache } from '../single-flight.ts'
import { asObject, type Fetch } from '../upstream-request.ts'

/** Returns a token that is good for some minutes at least. */
export interface AppToken {
  get(): Promise<string>
  /** Forgets the token, because Graph refused it. */
  forget(): void
}

/** What the token is for: Graph of the cloud it is in, named by where it is. */
function resourceOf({ endpoint }: GraphSettings): string {
  return new URL(endpoint).origin
}

/** Makes the source of the app token. */
export function createAppToken(
  settings: GraphSettings,
  ports: { readonly fetch: Fetch; readonly clock: Clock },
): AppToken {
  const cache = new PerishableCache<string>(ports.clock, 1)
  const acquire = settings.clientSecret ? byClientSecret : byManagedIdentity
  return {
    get: () =>
      cache.get('', async () => {
        const { token, lifetimeMs } = await acquire(settings, ports.fetch)
        // Renewed at four fifths of its life, so that no request carries one that ends on the way.
        return { value: token, keepUntilMs: ports.clock.now() + lifetimeMs * 0.8 }
      }),
    forget: () => cache.clear(),
  }
}

interface Acquired {
  readonly token: string
  readonly lifetimeMs: number
}

async function byClientSecret(settings: GraphSettings, fetch: Fetch): Promise<Acquired> {
  const { ConfidentialClientApplication } = await import('@azure/msal-node')
  const { clientId, clientSecret, tokenEndpoint, tenantId } = settings
  if (!clientSecret || clientId === undefined)
    throw serverError('ERR_SERVER_SETTINGS', 'There is no secret for Graph')
  const configuration = msalConfiguration(
    {
      clientId,
      credential: { kind: 'secret', secret: clientSecret },
      authority: `https://${new URL(tokenEndpoint).host}/${tenantId}`,
      protocol: 'entra',
      fetch,
    },
    {
      issuer: `${new URL(tokenEndpoint).origin}/${tenantId}/v2.0`,
      authorizationEndpoint: tokenEndpoint.replace(/token$/, 'authorize'),
      tokenEndpoint,
      jwksUri: tokenEndpoint.replace(/oauth2\/v2\.0\/token$/, 'discovery/v2.0/keys'),
    },
  )
  const result = await new ConfidentialClientApplication(configuration)
    .acquireTokenByClientCredential({ scopes: [`${resourceOf(settings)}/.default`] })
    .catch((error: unknown) => {
      throw appTokenFailure(error)
    })
  return acquired(result?.accessToken, result?.expiresOn)
}

async function byManagedIdentity(settings: GraphSettings, fetch: Fetch): Promise<Acquired> {
  const { clientId } = settings
  const { ManagedIdentityApplication } = await import('@azure/msal-node')
  const application = new ManagedIdentityApplication({
    ...(clientId !== undefined && { managedIdentityIdParams: { userAssignedClientId: clientId } }),
    system: { networkClient: msalNetwork(fetch) },
  })
  const result = await application
    .acquireToken({ resource: resourceOf(settings) })
    .catch((error: unknown) => {
      throw appTokenFailure(error)
    })
  return acquired(result.accessToken, result.expiresOn)
}

function acquired(token: string | undefined, expiresOn: Date | null | undefined): Acquired {
  if (!token) throw serverError('ERR_SERVER_UPSTREAM', 'Entra answered without a token')
  // msal-node reckons the end with the machine's clock, so the life is reckoned with it too.
  const lifetimeMs = expiresOn ? expiresOn.getTime() - Date.now() : 3_600_000
  return { token, lifetimeMs: Math.max(lifetimeMs, 60_000) }
}

// Whatever Entra says against the server itself is nobody's wrong password.
function appTokenFailure(error: unknown): Error {
  if (isLatchkeyError(error)) return error
  const { errorCode } = asObject(error)
  const reason = typeof errorCode === 'string' ? errorCode : 'unknown'
  return serverError('ERR_SERVER_UPSTREAM', 'Entra gave no token for Graph', { service: 'entra', reason })
}
