/**
 * The record, page after page, at local Azure and behind a gateway that refuses what Azure's refuses.
 */

import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { createMemoryStores } from '../src/index.ts'
import { systemRandom, timeOrderedUuid } from '../src/random.ts'
import { openCosmosDatabases } from '../src/stores/cosmos/cosmos-database.ts'
import { createCosmosStores } from '../src/stores/cosmos/cosmos-stores.ts'
import type { AuditEvent, AuditStore } from '../src/stores/stores.ts'
import { azureGateway } from './support/azure-gateway.ts'
import { createLocalServer } from './support/local-server.ts'
import { alice, bob } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

const beganAtMs = Date.UTC(2026, 0, 1)

/** Three a millisecond, of five people. */
function eventAt(index: number): AuditEvent {
  const atMs = beganAtMs + Math.floor(index / 3)
  const id = timeOrderedUuid(systemRandom, atMs)
  const [subject, at] = [`p${index % 5}`, new Date(atMs).toISOString()]
  const rest = { actor: '-', client: '-', outcome: 'allowed', correlationId: '-', details: {} } as const
  return { id, action: 'sign-in', subject, at, ...rest }
}

async function pagesOf(store: AuditStore, subject?: string, between = async () => undefined as unknown) {
  const pages: AuditEvent[][] = []
  let next: string | undefined
  do {
    const page = await store.list({
      pageSize: 10,
      ...(subject !== undefined && { subject }),
      ...(next !== undefined && { next }),
    })
    pages.push([...page.events])
    next = page.next
    await between()
  } while (next !== undefined)
  return pages
}

async function expectEveryPage(store: AuditStore): Promise<void> {
  const events = Array.from({ length: 30 }, (_, index) => eventAt(index))
  for (const event of events) await store.append(event)
  const newestFirst = events.toSorted((one, other) => (one.id < other.id ? 1 : -1))
  const pages = await pagesOf(store)
  expect(pages.map(({ length }) => length)).toEqual([10, 10, 10])
  expect(pages.flat()).toEqual(newestFirst)
  const times = pages.flat().map(({ at }) => at)
  expect(times).toEqual(times.toSorted().toReversed())
  expect((await pagesOf(store, 'p1')).flat()).toEqual(newestFirst.filter(({ subject }) => subject === 'p1'))
  // What is written while somebody reads on is on the first page of the next reading, and moves nothing.
  let later = 30
  const meanwhile = await pagesOf(store, undefined, () => {
    later += 3
    return store.append(eventAt(later))
  })
  expect(meanwhile.flat()).toEqual(newestFirst)
}

describe('every page of the record, newest first, none twice', () => {
  test('where one partition serves every query', async ({ localAzure }) => {
    const { settings } = createLocalServer(localAzure, {
      environment: { LATCHKEY_COSMOS_SYSTEM_DATABASE: 'paging' },
    }).latchkey
    await expectEveryPage(
      createCosmosStores(openCosmosDatabases(settings.cosmos, localAzure.clock), settings).audit,
    )
  })

  test('where the gateway refuses order across partitions', async ({ localAzure }) => {
    const { settings } = createLocalServer(localAzure, {
      environment: { LATCHKEY_COSMOS_SYSTEM_DATABASE: 'paging-azure' },
    }).latchkey
    const gateway = azureGateway()
    const databases = openCosmosDatabases(settings.cosmos, localAzure.clock, gateway)
    await expectEveryPage(createCosmosStores(databases, settings).audit)
    expect(gateway.refused.length).toBeGreaterThan(0)
  })

  test('in memory', () => expectEveryPage(createMemoryStores().audit))
})

test('no other query needs more than the gateway serves', async ({ localAzure }) => {
  const gateway = azureGateway()
  const { settings } = createLocalServer(localAzure).latchkey
  const databases = openCosmosDatabases(settings.cosmos, localAzure.clock, gateway)
  const stores = createCosmosStores(databases, settings)
  const server = createLocalServer(localAzure, { app: unlimited, ports: { stores } })
  const signIn = async (who: object) =>
    (await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } })).json
  const { accessToken: bearer } = await signIn(alice)
  await server.api('CheckAccount', { email: bob.email })
  expect((await server.api('GetUserInfo', { email: bob.email })).json.user.email).toBe(bob.email)
  const admin = { auth_token: bearer }
  for (const [name, parameters] of [
    ['CreateRolePermission', { ...admin, role: 'editor' }],
    ['UpdateRole', { ...admin, email: bob.email, role: 'editor' }],
  ] as const)
    expect(await server.api(name, parameters, 'POST')).toMatchObject({ status: 200 })
  expect((await server.call('GET', '/v1/sessions', { bearer })).json.value.length).toBe(1)
  const { accessToken: leaving } = await signIn(bob)
  expect((await server.call('DELETE', '/v1/me', { bearer: leaving })).status).toBe(204)
  expect(gateway.refused).toEqual([])
})

test('nextLink leads through every page over HTTP', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, { app: unlimited })
  for (let index = 0; index < 4; index += 1)
    await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
  const admin = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...alice } })
  const ids: string[] = []
  let link: string | undefined = '/v1/audit?pageSize=2'
  while (link !== undefined && ids.length < 1_000) {
    const { json } = await server.call('GET', link, { bearer: admin.json.accessToken })
    ids.push(...json.value.map(({ id }: AuditEvent) => id))
    link = json.nextLink && `${new URL(json.nextLink).pathname}${new URL(json.nextLink).search}`
  }
  expect(ids.length).toBeGreaterThan(5)
  expect(ids).toEqual([...new Set(ids)].toSorted().toReversed())
})

test('an event lives as long as the settings say', async ({ localAzure }) => {
  const environment = { LATCHKEY_AUDIT_DAYS: '30', LATCHKEY_COSMOS_SYSTEM_DATABASE: 'thirty-days' }
  const server = createLocalServer(localAzure, { environment })
  await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...alice } })
  const { audit } = server.latchkey.parts.stores
  const actions = async () => (await audit.list({ pageSize: 10 })).events.map(({ action }) => action)
  localAzure.clock.advanceSeconds(30 * 86_400 - 60)
  expect(await actions()).toEqual(['sign-in'])
  localAzure.clock.advanceSeconds(120)
  expect(await actions()).toEqual([])
})
