/**
 * A permission's token, recorded for the dashboard.
 */

import type { State } from '../exchange.ts'
import { parseKey } from '../partition-key.ts'
import type { CosmosPermission, CosmosUser } from '../store/users.ts'
import { parseTarget } from './permission-grant.ts'

export interface MintOptions {
  readonly user: CosmosUser
  readonly permission: CosmosPermission
  readonly seconds: number
}

/** Makes a new token for a permission. One whose container is gone opens nothing. */
export function mintToken(state: State, options: MintOptions): string {
  const { user, permission, seconds } = options
  const { resource, key } = permission
  const databaseId = resource.replace(/^\//, '').split('/')[1] ?? ''
  const target = parseTarget(resource, databaseId)
  const container = target && state.catalog.findContainer(databaseId, target.container)
  const grant = {
    mode: permission.mode.toLowerCase() === 'all' ? ('all' as const) : ('read' as const),
    containerRid: container?.rid ?? '',
    item: target?.item,
    key: key === null ? undefined : parseKey(JSON.parse(key)),
  }
  const token = state.tokens.mint(grant, permission.rid, seconds)
  const now = state.host.clock.now()
  state.host.tokens.record({
    service: 'cosmos',
    kind: 'Cosmos resource token',
    holder: user.id,
    grants: [`${grant.mode} ${resource}${key === null ? '' : ` ${key}`}`],
    issuedAtMs: now,
    expiresAtMs: now + seconds * 1000,
    token,
  })
  return token
}
