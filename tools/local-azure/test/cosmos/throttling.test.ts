/**
 * Request units by the second: who pays for what, and from when on a caller must wait. The clock stands still.
 */

import { type Container, CosmosClient, type Database, type RequestOptions } from '@azure/cosmos'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createInProcessCosmos } from '../../src/cosmos/in-process.ts'
import { createTestHost, type TestHost } from '../../src/host/test-host.ts'

let host: TestHost
let client: CosmosClient
let database: Database

beforeEach(async () => {
  const clock = { now: () => 1_800_000_000_000, schedule: () => () => undefined }
  host = createTestHost({ throttling: true, clock })
  const { httpClient, endpoint, key } = createInProcessCosmos(host)
  const retryOptions = {
    maxRetryAttemptCount: 0,
    fixedRetryIntervalInMilliseconds: 0,
    maxWaitTimeInSeconds: 0,
  } as never
  client = new CosmosClient({ endpoint, key, httpClient, connectionPolicy: { retryOptions } })
  database = (await client.databases.create({ id: 'shop' })).database
})
afterEach(() => {
  client.dispose()
  host.close()
})

interface Refusal {
  readonly code: number
  readonly substatus: number
  readonly retryAfterInMs: number
  readonly headers: Record<string, string>
}

/** Repeats a request until it is answered 429: how often it was let through, and with which other outcome. */
async function repeat(
  request: () => Promise<{ readonly statusCode?: number }>,
): Promise<{ passed: number; outcomes: number[]; refusal: Refusal }> {
  const outcomes = new Set<number>()
  for (let passed = 0; passed < 2_000; passed += 1) {
    const outcome = await request().catch((error: Refusal) => error)
    if ('code' in outcome && outcome.code === 429)
      return { passed, outcomes: [...outcomes], refusal: outcome }
    outcomes.add('code' in outcome ? outcome.code : Number(outcome.statusCode))
  }
  throw new Error('Nothing was refused')
}

async function create(id: string, options: object): Promise<Container> {
  const { container } = await database.containers.create({ id, partitionKey: '/pk', ...options })
  // The SDK asks about a container once; then everything is worked off.
  await container.item('none', 'p').read()
  host.clock.advanceSeconds(60)
  return container
}

const ifMatch: RequestOptions = { accessCondition: { type: 'IfMatch', condition: '"x"' } }

describe('the throughput of a container', () => {
  let container: Container
  let next = 0
  const write = (): Promise<{ statusCode: number }> => {
    next += 1
    return container.items.create({ id: `i${next}`, pk: 'p' })
  }

  test.for<[name: string, options: object, passed: number]>([
    ['is what it was given', { throughput: 400 }, Math.ceil(400 / 5.9)],
    ['with autoscale is the maximum', { maxThroughput: 1000 }, Math.ceil(1000 / 5.9)],
  ])('%s', async ([, options, passed]) => {
    container = await create('c', options)
    const { refusal, ...counted } = await repeat(write)
    expect(counted).toEqual({ passed, outcomes: [201] })
    expect(refusal).toMatchObject({ substatus: 3200, retryAfterInMs: expect.any(Number) })
    host.clock.advanceSeconds(refusal.retryAfterInMs / 1000)
    expect((await write()).statusCode).toBe(201)
  })

  test('follows its offer', async () => {
    container = await create('c', { throughput: 400 })
    await repeat(write)
    const { offer, resource } = await container.readOffer()
    await offer?.replace({ ...resource, content: { ...resource?.content, offerThroughput: 1000 } } as never)
    expect((await repeat(write)).passed).toBe(Math.ceil(1000 / 5.9) - Math.ceil(400 / 5.9))
  })

  const refusals: [status: number, request: () => Promise<{ statusCode?: number }>][] = [
    [404, () => container.item('none', 'p').read()],
    [409, () => container.items.create({ id: 'a', pk: 'p' })],
    [412, () => container.item('a', 'p').replace({ id: 'a', pk: 'p' }, ifMatch)],
    [400, () => container.items.query('SELEC', { partitionKey: 'p' }).fetchNext() as never],
  ]
  test.for(refusals)('is used by a refusal with %d: one unit', async ([status, request]) => {
    container = await create('c', { throughput: 400 })
    expect((await container.items.create({ id: 'a', pk: 'p' })).requestCharge).toBe(5.9)
    const { passed, outcomes } = await repeat(request)
    expect({ passed, outcomes }).toEqual({ passed: Math.ceil(400 - 5.9), outcomes: [status] })
  })

  test('is not used by being asked to wait', async () => {
    container = await create('c', { throughput: 400 })
    const { refusal } = await repeat(write)
    for (let i = 0; i < 500; i += 1) await write().catch(() => undefined)
    const again = await repeat(write)
    expect(again).toMatchObject({ passed: 0, refusal: { retryAfterInMs: refusal.retryAfterInMs } })
    expect(again.refusal.headers['x-ms-request-charge']).toBe('0')
  })

  test('pays for deleting a partition key, not the metadata of the account', async () => {
    container = await create('c', { throughput: 1000 })
    for (let i = 0; i < 100; i += 1) await write()
    expect((await container.deleteAllItemsForPartitionKey('p')).headers['x-ms-request-charge']).toBe('590')
    expect((await repeat(write)).passed).toBe(0)
    expect((await database.users.create({ id: 'u' })).statusCode).toBe(201)
  })

  test('is no limit where there is none', async () => {
    container = await create('c', {})
    for (let i = 0; i < 500; i += 1) expect((await write()).statusCode).toBe(201)
  })
})

describe('the throughput of a database', () => {
  test('is shared by the containers without one of their own', async () => {
    database = (await client.databases.create({ id: 'shared', throughput: 400 })).database
    const [first, second] = [await create('a', {}), await create('b', {})]
    const own = await create('own', { throughput: 400 })
    let next = 0
    const { passed } = await repeat(() => {
      next += 1
      return (next % 2 ? first : second).items.create({ id: `i${next}`, pk: 'p' })
    })
    expect(passed).toBe(Math.ceil(400 / 5.9))
    for (const container of [first, second])
      await expect(container.item('i1', 'p').read()).rejects.toMatchObject({ code: 429 })
    expect((await own.items.create({ id: 'a', pk: 'p' })).statusCode).toBe(201)
  })
})

describe('the metadata of an account', () => {
  test.for<[status: number, units: number, request: () => Promise<{ statusCode?: number }>]>([
    [200, 1, () => database.read()],
    [404, 1, () => client.database('nope').read()],
    [409, 1, () => client.databases.create({ id: 'shop' })],
    [412, 1, () => database.delete(ifMatch)],
    [200, 10.29, () => database.users.upsert({ id: 'u' })],
  ])('has 240 units a second: %d for %d', async ([status, units, request]) => {
    await database.users.create({ id: 'u' })
    host.clock.advanceSeconds(1)
    const { passed, outcomes, refusal } = await repeat(request)
    expect({ passed, outcomes }).toEqual({ passed: Math.ceil(240 / units), outcomes: [status] })
    expect(refusal.substatus).toBe(3200)
    host.clock.advanceSeconds(refusal.retryAfterInMs / 1000)
    expect((await database.read()).statusCode).toBe(200)
  })

  test('is not used by items', async () => {
    const container = await create('c', {})
    await repeat(() => database.read())
    expect((await container.items.create({ id: 'a', pk: 'p' })).statusCode).toBe(201)
  })
})
