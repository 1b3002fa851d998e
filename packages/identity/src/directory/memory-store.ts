/**
 * A store that lives as long as the process: for tests, and for one process that may forget.
 */

import { randomUUID } from 'node:crypto'
import type { CommunicationUserStore, StoredCommunicationUser } from './user-store.ts'
import { matchesQuery } from './user-store.ts'

/** Makes an empty store in memory. */
export function createMemoryStore(): CommunicationUserStore {
  const entries = new Map<string, StoredCommunicationUser>()
  const put = (record: StoredCommunicationUser['record']): StoredCommunicationUser => {
    const stored = { record: structuredClone(record), version: randomUUID() }
    entries.set(record.id, stored)
    return structuredClone(stored)
  }
  return {
    read: async (id) => structuredClone(entries.get(id)),
    insert: async (record) => (entries.has(record.id) ? undefined : put(record)),
    replace: async (record, version) =>
      entries.get(record.id)?.version === version ? put(record) : undefined,
    remove: async (id, version) => entries.get(id)?.version === version && entries.delete(id),
    list: async function* (query) {
      for (const id of [...entries.keys()]) {
        const stored = entries.get(id)
        if (stored && matchesQuery(stored.record, query)) yield structuredClone(stored)
      }
    },
  }
}
