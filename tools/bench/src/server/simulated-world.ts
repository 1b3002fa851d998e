/**
 * A server of the real code over stores in memory and a clock that is moved, with everything counted that would leave it.
 */

import { Secret } from '@latchkey/common'
import {
  type Accounts,
  createApp,
  createLatchkey,
  createMemoryStores,
  type IdentityProvider,
  type LatchkeySettings,
  type Stores,
} from '@latchkey/server'

/** What leaves the server, by what caps it. */
export type Call = 'provider' | 'graph' | 'cosmosData' | 'cosmosMetadata'

/** One server, and the counts of the present second. */
export interface SimulatedWorld {
  readonly counts: Record<Call, number>
  nowMs: number
  /** The app itself. */
  fetch(request: Request): Response | Promise<Response>
  signIn(person: number): Promise<{ readonly accessToken: string; readonly refreshToken: string }>
  refresh(refreshToken: string): Promise<{ readonly accessToken: string; readonly refreshToken: string }>
  resourceTokens(accessToken: string): Promise<void>
}

const key = (seed: number): { kid: string; secret: Secret<Uint8Array> } => ({
  kid: `k${seed}`,
  secret: new Secret<Uint8Array>(
    Uint8Array.from({ length: 32 }, (_none, index) => (seed + index * 91) % 256),
  ),
})

const settings: LatchkeySettings = {
  environment: 'development',
  provider: {
    kind: 'b2c',
    metadataUrl: 'https://simulated.invalid/t/p/v2.0/.well-known/openid-configuration',
    clientId: 'simulated',
    credential: { kind: 'none' },
    policies: [],
  },
  roles: ['admin', 'new', 'guest'],
  cosmos: {
    endpoint: 'https://simulated.invalid',
    key: new Secret('-'),
    database: 'app',
    systemDatabase: 'system',
  },
  signingKeys: [key(1)],
  refreshKeys: [key(2)],
  accessTokenSeconds: 900,
  resourceTokenSeconds: 3_600,
  auditDays: 400,
  api: { enabled: false, tokens: 'own', allowSecretsInQuery: false },
  allowedOrigins: [],
  trustedProxies: [],
  publicUrl: 'https://simulated.invalid',
}

/** Makes the world. @param pause - Waits before and after each call to the store of sessions. */
export function createSimulatedWorld(pause?: () => Promise<void>): SimulatedWorld {
  const counts: Record<Call, number> = { provider: 0, graph: 0, cosmosData: 0, cosmosMetadata: 0 }
  const rules = [{ role: 'new', table: 'Profile', permission: 'id-read-write' as const }]
  const stores = createMemoryStores({ rolePermissions: rules })
  const counted: Stores = {
    ...stores,
    sessions: count(pause ? slow(stores.sessions, pause) : stores.sessions, counts, 'cosmosData'),
    permissions: count(stores.permissions, counts, 'cosmosMetadata'),
  }
  const unlimited = { points: Number.MAX_SAFE_INTEGER, seconds: 1 }
  const world = { nowMs: Date.UTC(2026, 10, 23, 7), counts } as SimulatedWorld
  const latchkey = createLatchkey(settings, {
    clock: { now: () => world.nowMs, schedule: () => () => undefined },
    stores: counted,
    provider: simulatedProvider(),
    accounts: simulatedAccounts(counts),
  })
  const app = createApp(latchkey, {
    limits: { signIn: unlimited, refresh: unlimited, session: unlimited, read: unlimited },
  })
  const post = async (path: string, body: object, bearer?: string): Promise<unknown> => {
    const response = await app.fetch(
      new Request(`https://simulated.invalid${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
        body: JSON.stringify(body),
      }),
    )
    if (!response.ok) throw new Error(`${path} answered ${response.status}`)
    return response.json()
  }
  return Object.assign(world, {
    fetch: (request: Request) => app.fetch(request),
    signIn: async (person: number) => {
      // The page's own sign-in: one code redeemed at the provider by whoever holds it.
      counts.provider += 1
      return (await post('/v1/sessions', { grant: 'id_token', idToken: `person-${person}` })) as never
    },
    refresh: async (refreshToken: string) => (await post('/v1/sessions/refresh', { refreshToken })) as never,
    resourceTokens: async (accessToken: string) => {
      await post('/v1/tokens/cosmos', {}, accessToken)
    },
  })
}

function simulatedProvider(): IdentityProvider {
  const identify = async (token: string) => ({
    subject: { issuer: 'simulated', subject: token },
    id: token,
    name: token,
  })
  const never = async (): Promise<never> => {
    throw new Error('Not part of the simulation')
  }
  return {
    kind: 'b2c',
    verifyIdToken: identify,
    verifyAccessToken: never,
    authorizationUrl: never,
    redeemCode: never,
    signOutUrl: never,
    subjectOf: async (id) => ({ issuer: 'simulated', subject: id }),
  }
}

function simulatedAccounts(counts: Record<Call, number>): Accounts {
  const load = async (id: string) => {
    counts.graph += 1
    return { account: { id, displayName: id, enabled: true }, groups: ['new'] }
  }
  return { load } as unknown as Accounts
}

function count<Store extends object>(store: Store, counts: Record<Call, number>, call: Call): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        counts[call] += 1
        return Reflect.apply(member, target, args)
      }
    },
  })
}

function slow<Store extends object>(store: Store, pause: () => Promise<void>): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>
      return async (...args: unknown[]) => {
        await pause()
        const result = await Reflect.apply(method, target, args)
        await pause()
        return result
      }
    },
  })
}
