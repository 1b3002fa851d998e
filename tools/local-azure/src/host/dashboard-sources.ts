/**
 * What the dashboard and the control API are shown of a running local Azure.
 */

import type { ControlClock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { RequestLog } from './request-log.ts'
import type { LocalService, ServiceName } from './service.ts'

/** Somebody who can sign in. */
export interface AccountSummary {
  readonly objectId: string
  readonly directory: 'b2c' | 'external-id'
  readonly email: string
  readonly displayName: string
  readonly enabled: boolean
  /** Whether the password is another than the one the account was made with. */
  readonly passwordChanged: boolean
  /** The names of the groups the person is in. */
  readonly groups: readonly string[]
}

/** Everything the dashboard looks at and works on. */
export interface DashboardSources {
  /** Every service but the dashboard itself. */
  readonly services: Readonly<Record<Exclude<ServiceName, 'dashboard'>, LocalService>>
  readonly clock: ControlClock
  readonly faults: Faults
  readonly requests: RequestLog
  /** Everybody, in the order they came. */
  accounts(): readonly AccountSummary[]
  /** Forgets and seeds again: one service, or all of them with tokens, faults and requests. */
  reset(service?: ServiceName): Promise<void>
}
