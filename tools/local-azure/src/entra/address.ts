/**
 * Reads from a request which tenant and policy it is meant for.
 */

import { findPolicy, type Policy } from './b2c/policies.ts'
import type { DirectoryName } from './directory/account.ts'
import type { Directory } from './directory/directory.ts'
import type { EntraContext } from './entra-context.ts'

/** Where a request goes. */
export interface EntraAddress {
  readonly directory: Directory
  /** Set for an address of B2C. */
  readonly policy?: Policy
  readonly origin: string
  readonly tenant: string
  readonly inQuery: boolean
  /** What comes after tenant and policy, without a slash in front. */
  readonly path: string
}

/** The tenant and the policy of an address; `undefined` when there is no such tenant or policy. */
export function parseAddress(context: EntraContext, url: URL): EntraAddress | undefined {
  const segments = url.pathname.split('/').filter((segment) => segment !== '')
  // The issuer is an address too: what discovery from it finds is the tenant's own metadata.
  if (/^(tfp|emulator)$/i.test(segments[0] ?? '')) segments.shift()
  const tenant = segments.shift() ?? ''
  const directory = findDirectory(context, tenant)
  if (!directory) return undefined
  const common = { directory, origin: url.origin, tenant }
  const isInPath = segments[0]?.toLowerCase().startsWith('b2c_1') === true
  const name = isInPath ? segments.shift() : (url.searchParams.get('p') ?? undefined)
  const path = segments.join('/').toLowerCase()
  if (name === undefined) return { ...common, inQuery: false, path }
  const policy = directory.name === 'b2c' ? findPolicy(name) : undefined
  return policy && { ...common, policy, inQuery: !isInPath, path }
}

function findDirectory({ directories }: EntraContext, tenant: string): Directory | undefined {
  const asked = tenant.toLowerCase()
  const names: readonly DirectoryName[] = ['b2c', 'external-id']
  return names
    .map((name) => directories[name])
    .find(
      ({ domain, tenantId }) =>
        asked === tenantId || asked === domain || `${asked}.onmicrosoft.com` === domain,
    )
}
