/**
 * What every page is given: the facts of this moment, read once for each request.
 */

import type { Endpoints } from '../endpoints.ts'
import type { AccountSummary, DashboardSources } from '../host/dashboard-sources.ts'
import type { Fault } from '../host/faults.ts'
import type { LoggedRequest } from '../host/request-log.ts'
import type { Overview, ServiceName } from '../host/service.ts'
import type { IssuedToken, TokenLedger } from '../host/token-ledger.ts'

/** The services that have a state of their own. */
export type StatefulService = Exclude<ServiceName, 'dashboard'>

/** Their names, in the order they are shown. */
export const statefulServices: readonly StatefulService[] = ['entra', 'communication', 'cosmos', 'fluid']

/** What people call them. */
export const serviceTitles: Readonly<Record<ServiceName, string>> = {
  dashboard: 'Dashboard',
  entra: 'Entra and Graph',
  communication: 'Communication',
  cosmos: 'Cosmos DB',
  fluid: 'Fluid Relay',
}

/** One moment of local Azure. */
export interface View {
  readonly nowMs: number
  /** How far the clock is ahead of the machine's, in seconds. */
  readonly aheadSeconds: number
  readonly endpoints: Endpoints
  readonly accounts: readonly AccountSummary[]
  readonly tokens: readonly IssuedToken[]
  /** Newest first, without the dashboard's own. */
  readonly requests: readonly LoggedRequest[]
  readonly faults: readonly Fault[]
  overview(service: StatefulService): readonly Overview[]
  /** What people call the holder of a token: an e-mail address or a name where it is known, else what it was. */
  readonly nameOf: (holder: string) => string
}

/** How many people there are; whoever is in both directories is one. */
export function countPeople({ accounts }: View): number {
  return new Set(accounts.map(({ email }) => email)).size
}

/** Reads the moment. */
export function readView(sources: DashboardSources, tokens: TokenLedger, endpoints: Endpoints): View {
  const accounts = sources.accounts()
  const emails = new Map(accounts.map(({ objectId, email }) => [objectId, email]))
  return {
    nowMs: sources.clock.now(),
    aheadSeconds: Math.round(sources.clock.offsetMs / 1000),
    endpoints,
    accounts,
    tokens: tokens.list(),
    requests: sources.requests.list().filter(({ service }) => service !== 'dashboard'),
    faults: sources.faults.list(),
    overview: (service) => sources.services[service].overview?.() ?? [],
    nameOf: (holder) => {
      // Fluid's is a name with the id after it.
      const id = /\(([^()]+)\)$/.exec(holder)?.[1] ?? holder
      return emails.get(id) ?? sources.services.communication.nameOf?.(holder) ?? holder
    },
  }
}
