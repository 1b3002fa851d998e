import { describe, expect, test } from 'vitest'
import type { CommunicationUserStore } from '../src/index.ts'
import { createMemoryStore } from '../src/index.ts'
import { communicationUserStoreContract } from '../src/store-contract.ts'

describe('the memory store keeps the contract', () => {
  for (const { name, run } of communicationUserStoreContract(createMemoryStore)) test(name, run)
})

/** Stores with one fault each, and what the contract must say about it. */
const mutants: Readonly<Record<string, (store: CommunicationUserStore) => Partial<CommunicationUserStore>>> =
  {
    'inserts over an entry': (store) => ({
      insert: async (record) => {
        const old = await store.read(record.id)
        if (old) await store.remove(record.id, old.version)
        return store.insert(record)
      },
    }),
    'replaces whatever the version': (store) => ({
      replace: async (record) => {
        const old = await store.read(record.id)
        return old && store.replace(record, old.version)
      },
    }),
    'removes whatever the version': (store) => ({
      remove: async (id) => {
        const old = await store.read(id)
        return old !== undefined && store.remove(id, old.version)
      },
    }),
    'lists the expired a moment late': (store) => ({
      list: (query) => store.list(query.kind === 'expired' ? { ...query, atMs: query.atMs - 1 } : query),
    }),
    'forgets an end': (store) => ({
      insert: async (record) => {
        const { expiresAtMs: _forgotten, ...rest } = record
        return store.insert(rest)
      },
    }),
  }

describe('the contract finds a store that', () => {
  test.for(Object.keys(mutants))('%s', async (name) => {
    const broken = (): CommunicationUserStore => {
      const store = createMemoryStore()
      return { ...store, ...mutants[name]?.(store) }
    }
    const runs = communicationUserStoreContract(broken).map(({ run }) => run())
    const failed = (await Promise.allSettled(runs)).filter(({ status }) => status === 'rejected')
    expect(failed.length).toBeGreaterThan(0)
  })
})
