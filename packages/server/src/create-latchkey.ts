/**
 * Builds a server from its settings: the one place that connects ports to their implementations.
 */

import { systemClock } from '@latchkey/common'
import type { Accounts } from './accounts/accounts.ts'
import { createAppToken } from './accounts/app-token.ts'
import { createGraphAccounts } from './accounts/graph-accounts.ts'
import { createGraphClient } from './accounts/graph-client.ts'
import { roleOf } from './accounts/roles.ts'
import { serverError } from './errors.ts'
import { createAuditNotes } from './flows/audit-notes.ts'
import { createPseudonyms } from './flows/pseudonyms.ts'
import { createEntraB2C } from './identity-providers/entra-b2c.ts'
import { createExternalId } from './identity-providers/external-id.ts'
import type { IdentityProvider } from './identity-providers/identity-provider.ts'
import { createOpenIdConnect } from './identity-providers/openid-connect.ts'
import type { ProviderPorts } from './identity-providers/provider-parts.ts'
import type { Parts } from './parts.ts'
import { partsKey } from './parts-of.ts'
import type { Person } from './person.ts'
import { assertPorts, type LatchkeyPorts } from './ports.ts'
import { systemRandom } from './random.ts'
import { createResourceTokens } from './resource-tokens/resource-tokens.ts'
import { createAccessTokens } from './sessions/access-token.ts'
import { createKeyRing } from './sessions/key-ring.ts'
import { defaultSessionRules } from './sessions/session.ts'
import { type CheckAccountState, createSessions } from './sessions/sessions.ts'
import { createSigningKeys } from './sessions/signing-keys.ts'
import { assertSettings } from './settings/given-settings.ts'
import type { LatchkeySettings } from './settings/settings.ts'
import { tokenIssuerOf } from './settings/token-issuer.ts'
import { createCosmosAccounts } from './stores/cosmos/accounts.ts'
import { type CosmosDatabases, openCosmosDatabases } from './stores/cosmos/cosmos-database.ts'
import { createCosmosStores } from './stores/cosmos/cosmos-stores.ts'
import type { Stores } from './stores/stores.ts'
import { createSpans, tracedFetch } from './telemetry/spans.ts'
import { tracedHttpClient } from './telemetry/traced-http-client.ts'
import type { TokenService, TokenServiceFactory } from './tokens/token-service.ts'

/** A wired server. `createApp` puts it behind HTTP. */
export interface Latchkey {
  readonly settings: LatchkeySettings
  readonly authenticate?: (request: Request) => Promise<Person | undefined>
  /**
   * Returns the pseudonym of a network address, e-mail address or function key, to search the record and the log for.
   *
   * @example
   * ```ts
   * const name = latchkey.pseudonymOf('email', 'bob@contoso.example') // then GET /v1/audit?subject={name}
   * ```
   */
  pseudonymOf(kind: 'client' | 'email' | 'key', text: string): string
  /** Finishes interrupted work and deletes expired data. Call it from a timer, every few minutes. */
  sweep(): Promise<void>
}

/**
 * Builds a server. It sends nothing: each connection opens when it is first needed.
 *
 * @param settings - From `parseSettings`, or made by hand.
 * @param ports - Replacements for the defaults.
 * @throws `ERR_SERVER_SETTINGS`, naming the invalid setting or port.
 *
 * @example
 * ```ts
 * const latchkey = createLatchkey(parseSettings(process.env), { tokenServices: [communicationTokens(), fluidTokens({ mayOpen })] })
 * const app = createApp(latchkey)
 * ```
 */
export function createLatchkey(settings: LatchkeySettings, ports: LatchkeyPorts = {}): Latchkey {
  assertSettings(settings)
  assertPorts(ports)
  const { clock = systemClock, random = systemRandom, log = () => undefined } = ports
  const inSpan = createSpans(ports.tracer)
  const fetch = tracedFetch(ports.fetch ?? ((input, init) => globalThis.fetch(input, init)), inSpan)
  const databases = ports.stores
    ? undefined
    : openCosmosDatabases(settings.cosmos, clock, tracedHttpClient(inSpan))
  const stores = ports.stores ?? storesIn(databases, settings)
  const provider = ports.provider ?? createProvider(settings, { fetch, clock })
  const accounts = ports.accounts ?? createAccounts(settings, stores, { fetch, clock })
  const signingKeys = createSigningKeys(settings.signingKeys)
  const accessTokens = createAccessTokens({
    keys: signingKeys,
    issuer: tokenIssuerOf(settings),
    lifetimeSeconds: settings.accessTokenSeconds,
    clock,
    random,
  })
  const rules = { ...defaultSessionRules, ...ports.sessionRules }
  const sessions = createSessions({
    store: stores.sessions,
    ring: createKeyRing(settings.refreshKeys, 'refresh token'),
    browserRing: createKeyRing(settings.refreshKeys, 'browser session'),
    accessTokens,
    rules,
    clock,
    random,
    clientId: settings.publicUrl,
    checkAccount: accountState(accounts, settings),
  })
  const parts: Parts = {
    settings,
    clock,
    random,
    log,
    ...(ports.onUnexpectedError && { onUnexpectedError: ports.onUnexpectedError }),
    inSpan,
    provider,
    accounts,
    sessions,
    accessTokens,
    signingKeys,
    sealRing: createKeyRing(settings.refreshKeys, 'sign-in cookie'),
    resourceTokens: createResourceTokens({
      permissions: stores.permissions,
      rolePermissions: stores.rolePermissions,
      lifetimeSeconds: settings.resourceTokenSeconds,
      roles: settings.roles,
      clock,
    }),
    stores,
    auditNotes: createAuditNotes({ store: stores.audit, clock, random, log }),
    pseudonyms: createPseudonyms(settings.refreshKeys),
    tokenServices: createTokenServices(ports.tokenServices ?? [], {
      settings,
      clock,
      random,
      fetch,
      databases,
    }),
  }
  const latchkey: Latchkey & { readonly [partsKey]: Parts } = {
    settings,
    [partsKey]: parts,
    ...(ports.authenticate && { authenticate: ports.authenticate }),
    pseudonymOf: (kind, text) => parts.pseudonyms.of(kind, text),
    sweep: async () => {
      for (const service of parts.tokenServices.values()) await service.sweep?.()
    },
  }
  return latchkey
}

function storesIn(databases: CosmosDatabases | undefined, settings: LatchkeySettings): Stores {
  if (!databases) throw serverError('ERR_SERVER_SETTINGS', 'There is no storage')
  const stores = createCosmosStores(databases, settings)
  return settings.graph ? stores : { ...stores, accounts: createCosmosAccounts(databases) }
}

function createProvider(settings: LatchkeySettings, ports: ProviderPorts): IdentityProvider {
  const { provider } = settings
  if (provider.kind === 'b2c') return createEntraB2C(provider, ports)
  return provider.kind === 'external-id'
    ? createExternalId(provider, ports, settings.api.tokens === 'upstream')
    : createOpenIdConnect(provider, ports)
}

function createAccounts(settings: LatchkeySettings, stores: Stores, ports: ProviderPorts): Accounts {
  const { graph } = settings
  if (graph) {
    const appToken = createAppToken(graph, ports)
    const client = createGraphClient({ endpoint: graph.endpoint, appToken, ...ports })
    return createGraphAccounts({ graph: client, domain: graph.domain ?? graph.tenantId, clock: ports.clock })
  }
  if (!stores.accounts)
    throw serverError('ERR_SERVER_SETTINGS', 'There is neither a directory nor a store of accounts')
  return stores.accounts
}

function accountState(accounts: Accounts, settings: LatchkeySettings): CheckAccountState {
  return async ({ id }) => {
    const loaded = await accounts.load(id)
    if (!loaded?.account.enabled) return undefined
    const { signInsValidFromMs = null } = loaded.account
    return { role: roleOf(loaded.groups, settings.roles), signInsValidFromMs }
  }
}

function createTokenServices(
  factories: readonly TokenServiceFactory[],
  context: Parameters<TokenServiceFactory>[0],
): ReadonlyMap<string, TokenService> {
  const services = new Map<string, TokenService>()
  for (const factory of factories) {
    const service = factory(context)
    const isTaken = services.has(service.name) || service.name === 'cosmos'
    if (isTaken || !/^[a-z0-9-]{1,32}$/.test(service.name))
      throw serverError('ERR_SERVER_SETTINGS', 'A token service needs a name of its own', {
        name: service.name,
      })
    services.set(service.name, service)
  }
  return services
}
