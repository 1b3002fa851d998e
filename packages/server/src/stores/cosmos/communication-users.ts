/**
 * The map from people to Communication Services users, in Cosmos DB: partition key `/id`, every change conditional.
 *
 * Passes the store contract of @latchkey/identity.
 */

import type {
  CommunicationUserQuery,
  CommunicationUserRecord,
  CommunicationUserStore,
  StoredCommunicationUser,
} from '@latchkey/identity'
import type { CosmosDatabases } from './cosmos-database.ts'
import { isCosmosStatus } from './cosmos-retry.ts'

interface UserDocument {
  readonly id: string
  /** Apart from the document's own fields, so that absent ones stay absent. */
  readonly record: CommunicationUserRecord
}

/** Makes the store. */
export function createCosmosCommunicationUserStore(databases: CosmosDatabases): CommunicationUserStore {
  const container = databases.system('CommunicationUsers')

  const read = async (id: string): Promise<StoredCommunicationUser | undefined> => {
    const document = await container.find((users) =>
      users.item(id, id).read<UserDocument & { _etag: string }>(),
    )
    return document && toStored(document)
  }

  /** After a refusal that may be of our own repeated write: the entry if it is ours. */
  const readOwn = async ({ id, writeId }: CommunicationUserRecord) => {
    const stored = await read(id)
    return stored?.record.writeId === writeId ? stored : undefined
  }

  return {
    read,

    insert: async (record) => {
      try {
        const { resource } = await container.run((users) => users.items.create(toDocument(record)))
        return resource && toStored(resource)
      } catch (error) {
        if (isCosmosStatus(error, 409)) return readOwn(record)
        throw error
      }
    },

    replace: async (record, version) => {
      const accessCondition = { type: 'IfMatch', condition: version }
      try {
        const { resource } = await container.change((users) =>
          users.item(record.id, record.id).replace(toDocument(record), { accessCondition }),
        )
        return resource && toStored(resource as UserDocument & { _etag: string })
      } catch (error) {
        if (isCosmosStatus(error, 412)) return readOwn(record)
        if (isCosmosStatus(error, 404)) return undefined
        throw error
      }
    },

    remove: async (id, version) => {
      const accessCondition = { type: 'IfMatch', condition: version }
      // Whether an attempt failed without saying what it did.
      let isUnclear = false
      try {
        await container.change((users) =>
          users
            .item(id, id)
            .delete({ accessCondition })
            .catch((error: unknown) => {
              isUnclear ||= !isCosmosStatus(error, 404, 412)
              throw error
            }),
        )
        return true
      } catch (error) {
        // Gone after such an attempt means that it took the entry away and its answer was lost.
        if (isCosmosStatus(error, 404)) return isUnclear
        if (isCosmosStatus(error, 412)) return false
        throw error
      }
    },

    list: async function* (query) {
      let continuationToken: string | undefined
      do {
        const page = await container.run((users) =>
          users.items
            .query<UserDocument & { _etag: string }>(conditionOf(query), {
              maxItemCount: 100,
              ...(continuationToken !== undefined && { continuationToken }),
            })
            .fetchNext(),
        )
        yield* (page.resources ?? []).map(toStored)
        continuationToken = page.continuationToken || undefined
      } while (continuationToken !== undefined)
    },
  }
}

function conditionOf(query: CommunicationUserQuery): {
  readonly query: string
  readonly parameters: { readonly name: string; readonly value: number }[]
} {
  if (query.kind === 'all') return { query: 'SELECT * FROM c', parameters: [] }
  if (query.kind === 'expired')
    return {
      query: 'SELECT * FROM c WHERE c.record.expiresAtMs <= @atMs',
      parameters: [{ name: '@atMs', value: query.atMs }],
    }
  return {
    query:
      "SELECT * FROM c WHERE c.record.state != 'active' OR ARRAY_LENGTH(c.record.surplus) > 0 OR ARRAY_LENGTH(c.record.unaccounted) > 0",
    parameters: [],
  }
}

function toDocument(record: CommunicationUserRecord): UserDocument {
  return { id: record.id, record }
}

function toStored(document: UserDocument & { readonly _etag: string }): StoredCommunicationUser {
  return { record: document.record, version: document._etag }
}
