/**
 * What a token lets its bearer do, in the words of the service.
 */

import { fluidError } from './errors.ts'

/**
 * A permission on one document. `doc:read` reads. `doc:write` edits, creates, and needs `doc:read`. `summary:write` stores
 * summaries, from which a document is loaded, and needs both.
 *
 * Editors need all three: a connected client stores the summaries, so that without `summary:write` there never are any.
 * The service also knows `doc:delete` and `token:revoke`, which belong on a server and are not signed here.
 */
export type FluidScope = 'doc:read' | 'doc:write' | 'summary:write'

/** Every scope a token of this package can have, in the order in which tokens list them. */
export const fluidScopes: readonly FluidScope[] = ['doc:read', 'doc:write', 'summary:write']

/** Checks whether `value` is one of these scopes. */
export function isFluidScope(value: unknown): value is FluidScope {
  return value === 'doc:read' || value === 'doc:write' || value === 'summary:write'
}

// The index is a set of scopes, one bit each.
const scopeSets: readonly (readonly FluidScope[])[] = Array.from({ length: 8 }, (_, bits) =>
  fluidScopes.filter((_scope, place) => bits & (1 << place)),
)

/**
 * Reads the scopes of a token that is to be made: without repeats, in the service's order.
 *
 * Every route of the service needs `doc:read`, and creating a document also `doc:write`. The service would refuse a token
 * without them later, in the client, with less information.
 *
 * @throws `ERR_FLUID_SCOPES`
 */
export function parseScopes(value: unknown, isForCreation: boolean): readonly FluidScope[] {
  if (!Array.isArray(value)) throw refusal('scopes must be an array')
  let bits = 0
  for (const scope of value) {
    if (!isFluidScope(scope)) throw refusal('scopes may hold only doc:read, doc:write and summary:write')
    bits |= 1 << fluidScopes.indexOf(scope)
  }
  if (bits === 0) throw refusal('scopes must not be empty')
  if ((bits & 1) === 0) throw refusal('scopes must hold doc:read: the service asks for it everywhere')
  if (isForCreation && (bits & 2) === 0)
    throw refusal('A token without documentId creates: it needs doc:write')
  return scopeSets[bits] ?? []
}

function refusal(message: string): Error {
  return fluidError('ERR_FLUID_SCOPES', message)
}
