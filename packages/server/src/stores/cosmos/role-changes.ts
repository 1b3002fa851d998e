/**
 * Role changes in Cosmos DB: one document for each person and one for the admins who leave, all in one partition, so that
 * two of them can be written as one.
 */

import type { JSONObject, OperationInput } from '@azure/cosmos'
import type { LeavingAdmins, Marked, RoleChange, RoleChangeStore } from '../../accounts/role-change-store.ts'
import { serverError } from '../../errors.ts'
import type { CosmosDatabases } from './cosmos-database.ts'
import { isCosmosStatus } from './cosmos-retry.ts'

interface ValueDocument<T> {
  readonly id: string
  readonly scope: string
  readonly ttl: number
  readonly value: T
}

const scope = 'roles'
// No person has such an id: ids of people hold letters, digits and hyphens.
const leavingId = '$leaving'
const keepSeconds = 3_600

/** Makes a store of role changes in Cosmos. */
export function createCosmosRoleChangeStore(databases: CosmosDatabases): RoleChangeStore {
  const container = databases.system('RoleChanges')

  const read = async <T>(id: string): Promise<Marked<T | undefined>> => {
    const document = await container.find((changes) =>
      changes.item(id, scope).read<ValueDocument<T> & { readonly _etag: string }>(),
    )
    return { value: document?.value, mark: document?._etag }
  }

  /** The new mark, or nothing when it was written since it was read. */
  const write = async <T>(id: string, { value, mark }: Marked<T>): Promise<string | undefined> => {
    const document = documentOf(id, value)
    const accessCondition = { type: 'IfMatch', condition: mark ?? '' }
    try {
      const { etag } =
        mark === undefined
          ? await container.run((changes) => changes.items.create(document))
          : await container.change((changes) =>
              changes.item(id, scope).replace(document, { accessCondition }),
            )
      return etag
    } catch (error) {
      // It may have been our own first write, whose answer was lost: the caller reads, and knows its own.
      if (isCosmosStatus(error, 404, 409, 412)) return undefined
      throw error
    }
  }

  /** The new mark of the first, or nothing when either was written since it was read. */
  const writeBoth = async (...operations: OperationInput[]): Promise<string | undefined> => {
    const results = await container.run(
      async (changes) => (await changes.items.batch(operations, scope)).result ?? [],
    )
    const failed = results.find(({ statusCode }) => statusCode >= 400 && !refusals.has(statusCode))
    if (failed)
      throw serverError('ERR_SERVER_THROTTLED', 'cosmos is busy', { service: 'cosmos', retryAfterSeconds: 1 })
    return results.every(({ statusCode }) => statusCode < 300) ? results[0]?.eTag : undefined
  }

  return {
    change: (personId) => read<RoleChange>(personId),
    leaving: async () => {
      const { value = {}, mark } = await read<LeavingAdmins>(leavingId)
      return { value, mark }
    },
    ask: (personId, change, leaving) =>
      leaving
        ? writeBoth(operationOf(personId, change), operationOf(leavingId, leaving))
        : write(personId, change),
    leave: async (leaving) => (await write(leavingId, leaving)) !== undefined,
  }
}

// Gone, made or changed by somebody else meanwhile; 424 stands at the operation beside one that failed so.
const refusals = new Set([404, 409, 412, 424])

function documentOf<T>(id: string, value: T): ValueDocument<T> {
  return { id, scope, ttl: keepSeconds, value }
}

function operationOf(id: string, { value, mark }: Marked<RoleChange | LeavingAdmins>): OperationInput {
  const resourceBody = { ...documentOf(id, value) } as unknown as JSONObject
  return mark === undefined
    ? { operationType: 'Create', resourceBody }
    : { operationType: 'Replace', id, resourceBody, ifMatch: mark }
}
