/**
 * What the code of one resource type is given, and what it gives back.
 */

import type { ServiceHost } from '../host/service.ts'
import type { Access } from './authorization/access.ts'
import type { ResourceTokens } from './authorization/resource-token.ts'
import type { Operation } from './operation.ts'
import type { Address, CosmosRequest } from './request.ts'
import type { Catalog } from './store/catalog.ts'
import type { Items } from './store/items.ts'
import type { Offers } from './store/offers.ts'
import type { Scans } from './store/scans.ts'
import type { Users } from './store/users.ts'

/** The state of the account. */
export interface State {
  readonly host: ServiceHost
  readonly catalog: Catalog
  readonly items: Items
  readonly scans: Scans
  readonly users: Users
  readonly offers: Offers
  readonly tokens: ResourceTokens
}

/** A request that may be carried out. */
export interface Exchange {
  readonly state: State
  readonly request: CosmosRequest
  readonly address: Address
  readonly operation: Operation
  readonly access: Access
}

/** The outcome of an exchange. */
export interface Reply {
  readonly status: number
  /** JSON text; empty for none. */
  readonly body: string
  readonly charge: number
  readonly headers?: Readonly<Record<string, string>>
}
