/**
 * The certified oidc-provider with rotating refresh tokens, behind a port of this machine.
 */

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A running provider. */
export interface RunningProvider {
  /** A refresh token of a new sign-in. */
  signIn(): Promise<string>
  /** Refreshes; answers the successor, or `undefined` when refused. */
  refresh(refreshToken: string): Promise<string | undefined>
  close(): void
}

interface Model {
  save(): Promise<string>
}
interface Grant extends Model {
  addOIDCScope(scope: string): void
}
interface Provider {
  readonly Grant: new (grant: object) => Grant
  readonly RefreshToken: new (token: object) => Model
  readonly Client: { find(id: string): Promise<unknown> }
  listen(port: number, host: string, ready: () => void): Server
}

/** The package, as far as it is used here. */
export interface OidcProviderModule {
  readonly default: new (issuer: string, configuration: object) => Provider
}

const clientId = 'bench'
const clientSecret = 'bench-client-secret-of-some-length'

/** Starts the provider over a store in memory. @param pause - Waits before and after each call to the store. */
export async function startProvider(
  { default: ProviderClass }: OidcProviderModule,
  pause: () => Promise<void>,
): Promise<RunningProvider> {
  const provider = new ProviderClass('http://127.0.0.1', {
    adapter: (name: string) => createAdapter(name, pause),
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: ['https://bench.invalid/callback'],
      },
    ],
    findAccount: async (_context: unknown, accountId: string) => ({
      accountId,
      claims: async () => ({ sub: accountId }),
    }),
    features: { devInteractions: { enabled: false } },
    rotateRefreshToken: true,
    // Stated so that it does not print a notice for each.
    ttl: { AccessToken: 900, Grant: 86_400, IdToken: 900, RefreshToken: 86_400 },
  })
  const server = await new Promise<Server>((resolve) => {
    const listening = provider.listen(0, '127.0.0.1', () => resolve(listening))
  })
  const { port } = server.address() as AddressInfo
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
  return {
    signIn: async () => {
      const grant = new provider.Grant({ clientId, accountId: 'ann' })
      grant.addOIDCScope('openid offline_access')
      const token = new provider.RefreshToken({
        accountId: 'ann',
        client: await provider.Client.find(clientId),
        grantId: await grant.save(),
        scope: 'openid offline_access',
        gty: 'authorization_code',
      })
      return token.save()
    },
    refresh: async (refreshToken) => {
      const response = await fetch(`http://127.0.0.1:${port}/token`, {
        method: 'POST',
        headers: { authorization },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
      })
      const answer = (await response.json()) as { readonly refresh_token?: string }
      return response.ok ? answer.refresh_token : undefined
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

// As its interface asks for it: consume marks a stored entry, and the entry is read again by whoever finds it.
function createAdapter(name: string, pause: () => Promise<void>): object {
  const entries = new Map<string, Record<string, unknown>>()
  const key = (id: string): string => `${name}:${id}`
  return {
    upsert: async (id: string, payload: Record<string, unknown>) => {
      await pause()
      entries.set(key(id), payload)
    },
    find: async (id: string) => {
      await pause()
      const entry = entries.get(key(id))
      return entry && { ...entry }
    },
    consume: async (id: string) => {
      await pause()
      const entry = entries.get(key(id))
      if (entry) entry['consumed'] = Math.floor(Date.now() / 1000)
    },
    destroy: async (id: string) => {
      await pause()
      entries.delete(key(id))
    },
    revokeByGrantId: async (grantId: string) => {
      await pause()
      for (const [id, entry] of entries) if (entry['grantId'] === grantId) entries.delete(id)
    },
  }
}
