/**
 * The store contract of @latchkey/identity, on Cosmos.
 */

import { systemClock } from '@latchkey/common'
import { communicationUserStoreContract } from '@latchkey/identity/store-contract'
import { type LocalAzure, settingsOf, startLocalAzure } from '@latchkey/local-azure'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseSettings } from '../src/index.ts'
import { createCosmosCommunicationUserStore } from '../src/stores/cosmos/communication-users.ts'
import { openCosmosDatabases } from '../src/stores/cosmos/cosmos-database.ts'

let localAzure: LocalAzure

beforeAll(async () => {
  localAzure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
})
afterAll(() => localAzure.close())

async function createStore() {
  await localAzure.reset()
  const settings = parseSettings({ ...settingsOf(localAzure.endpoints), NODE_ENV: 'development' })
  return createCosmosCommunicationUserStore(openCosmosDatabases(settings.cosmos, systemClock))
}

describe('the contract', () => {
  for (const { name, run } of communicationUserStoreContract(createStore)) test(name, run)
})

describe.each(['reset', '503', 'drop-response'] as const)('a connection that says %s', (kind) => {
  test('every write is made once', async () => {
    const store = await createStore()
    const record = {
      id: 'a'.repeat(43),
      subject: { issuer: 'i', subject: 's' },
      state: 'creating' as const,
      createdAtMs: 1,
      surplus: [],
      unaccounted: [],
      writeId: 'w1',
    }
    const fault = (match: string) => localAzure.faults.add({ service: 'cosmos', match, kind, times: 1 })
    // The SDK asks for the account and the container first; the fault is for the write.
    await store.read(record.id)
    fault('POST /dbs/latchkey-system/colls/CommunicationUsers/docs')
    const inserted = await store.insert(record)
    expect(inserted?.record).toEqual(record)
    fault('PUT ')
    const next = { ...record, state: 'active' as const, writeId: 'w2' }
    const replaced = await store.replace(next, inserted?.version ?? '')
    expect(replaced?.record).toEqual(next)
    expect(await store.replace({ ...next, writeId: 'w3' }, inserted?.version ?? '')).toBeUndefined()
    fault('DELETE ')
    expect(await store.remove(record.id, replaced?.version ?? '')).toBe(true)
    expect(await store.read(record.id)).toBeUndefined()
  })
})
