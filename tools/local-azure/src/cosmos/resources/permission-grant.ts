/**
 * What a client asks a permission to say.
 */

import { badRequest } from '../errors.ts'
import type { State } from '../exchange.ts'
import type { Json, JsonObject } from '../json.ts'
import { parseItemId } from '../limits.ts'
import { parseKey } from '../partition-key.ts'
import type { Container } from '../store/container.ts'
import type { PermissionGrant } from '../store/users.ts'

/** The longest resource link, in characters. */
const maxLinkLength = 255

/** Where a permission's resource link leads. */
export interface PermissionTarget {
  readonly container: string
  /** The item it is for, or none for the whole container. */
  readonly item?: string | undefined
}

/** Reads a permission. Throws 400. */
export function parseGrant(state: State, databaseId: string, id: string, body: JsonObject): PermissionGrant {
  const { permissionMode: mode, resource, resourcePartitionKey } = body
  if (typeof mode !== 'string' || !/^(read|all)$/i.test(mode)) {
    throw badRequest(`The input permissionMode is invalid: it is 'Read' or 'All'.`)
  }
  if (typeof resource !== 'string') throw badRequest('The input Resource link is missing.')
  const target = parseTarget(resource, databaseId)
  if (!target) {
    throw badRequest(
      `The input Resource link '${resource.slice(0, 300)}' is invalid. Ensure it names a container or an item of this database, and is lesser than '256' characters.`,
    )
  }
  if (target.item !== undefined) parseItemId(target.item)
  const container = state.catalog.findContainer(databaseId, target.container)
  if (!container) throw badRequest(`The input Resource link '${resource}' names nothing that exists.`)
  const key = parsePartitionKey(resourcePartitionKey, container, target)
  return { id, mode, resource: resource.replace(/^\/|\/$/g, ''), key }
}

function parsePartitionKey(
  input: Json | undefined,
  container: Container,
  target: PermissionTarget,
): string | null {
  const { length } = container.definition.partitionKey.paths
  const key = input === undefined || input === null ? undefined : parseKey(input)
  if (key && (key.components === 0 || key.components > length)) {
    throw badRequest('Partition key supplied is not valid: it does not fit the container.')
  }
  if (target.item !== undefined && key?.components !== length) {
    throw badRequest(
      'A permission on an item needs the whole resourcePartitionKey: every partition key may hold an item of that id, and without it the permission would open them all.',
    )
  }
  return key?.text ?? null
}

/** Takes a resource link apart; `undefined` when it is not one of `databaseId`'s containers or items. */
export function parseTarget(resource: string, databaseId: string): PermissionTarget | undefined {
  if (resource.length > maxLinkLength) return undefined
  const [dbs, database, colls, container, docs, item, ...more] = resource.replace(/^\/|\/$/g, '').split('/')
  if (dbs !== 'dbs' || database !== databaseId || colls !== 'colls' || !container || more.length > 0)
    return undefined
  if (docs === undefined) return { container }
  return docs === 'docs' && item ? { container, item } : undefined
}
