/**
 * Conditions on the etag of what a request changes: the same for every kind of resource.
 */

import { preconditionFailed } from './errors.ts'
import type { CosmosRequest } from './request.ts'

/** What the client wants to be true before anything is changed. */
export interface Preconditions {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
}

/** The conditions a request carries in its headers. */
export function preconditionsOf(request: CosmosRequest): Preconditions {
  return { ifMatch: request.header('if-match'), ifNoneMatch: request.header('if-none-match') }
}

/** Refuses with 412 when what is there, or its absence, does not meet the conditions. */
export function assertPreconditions(
  { ifMatch, ifNoneMatch }: Preconditions,
  found: { readonly etag: string } | undefined,
): void {
  if (found === undefined) {
    if (ifMatch !== undefined) throw preconditionFailed()
    return
  }
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== found.etag) throw preconditionFailed()
  if (ifNoneMatch === '*' || ifNoneMatch === found.etag) throw preconditionFailed()
}
