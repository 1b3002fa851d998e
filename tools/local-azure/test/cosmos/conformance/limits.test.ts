import type { Container, CosmosClient } from '@azure/cosmos'
import { describe, expect } from 'vitest'
import { checkLocally, useTarget } from './target.ts'

const target = useTarget({ throttling: true })

/** A client that does not try again. */
function impatient(): CosmosClient {
  const retryOptions = {
    maxRetryAttemptCount: 0,
    fixedRetryIntervalInMilliseconds: 0,
    maxWaitTimeInSeconds: 0,
  } as never
  return target.connect({ connectionPolicy: { retryOptions } })
}

interface Refusal {
  readonly code: number
  readonly substatus: number
  readonly retryAfterInMs: number
}

/** Sends four seconds' worth at once: how many units were let through, less than how many, and what the others were answered. */
async function burst(
  units: number,
  unitsPerSecond: number,
  request: (i: number) => Promise<unknown>,
): Promise<{ used: number; most: number; refusals: Refusal[] }> {
  // Whatever was used before is worked off.
  target.advance(60)
  const began = performance.now()
  const count = Math.ceil((4 * unitsPerSecond) / units)
  const outcomes = await Promise.allSettled(Array.from({ length: count }, (_, i) => request(i)))
  const seconds = (performance.now() - began) / 1000
  const refusals = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as Refusal] : [],
  )
  const used = (count - refusals.length) * units
  return { used, most: unitsPerSecond * (1 + seconds) + units, refusals }
}

async function expectLimit(
  units: number,
  unitsPerSecond: number,
  request: (i: number) => Promise<unknown>,
): Promise<void> {
  const { used, most, refusals } = await burst(units, unitsPerSecond, request)
  expect(used).toBeGreaterThanOrEqual(unitsPerSecond)
  expect(used).toBeLessThan(most)
  expect(refusals.length).toBeGreaterThan(0)
  for (const refusal of refusals)
    expect(refusal).toMatchObject({ code: 429, substatus: 3200, retryAfterInMs: expect.any(Number) })
  const longest = Math.max(...refusals.map(({ retryAfterInMs }) => retryAfterInMs))
  expect(longest).toBeGreaterThan(0)
  target.advance(longest / 1000)
  await request(10_000)
}

async function opened(options: object, databaseOptions: object = {}): Promise<Container[]> {
  target.advance(60)
  const { database } = await target.client.databases.create({ id: target.unique('db'), ...databaseOptions })
  const names = ['a', 'b']
  for (const id of names) await database.containers.create({ id, partitionKey: '/pk', ...options })
  const client = impatient()
  const containers = names.map((id) => client.database(database.id).container(id))
  // The SDK asks about a container once, before it writes to it.
  for (const container of containers) await container.items.create({ id: 'first', pk: 'p' })
  return containers
}

const create = (container: Container | undefined, i: number): Promise<unknown> => {
  if (!container) throw new Error('no container')
  return container.items.create({ id: `i${i}`, pk: 'p' })
}

describe('throttling', () => {
  checkLocally('throttling: the metadata of an account has 240 units a second', async () => {
    const database = impatient().database(target.database.id)
    // The SDK asks about the account once, before anything else.
    await database.read()
    await expectLimit(10.29, 240, (i) => database.users.upsert({ id: `u${i}` }))
  })

  checkLocally('throttling: a container has the units it was given', async () => {
    const [container, other] = await opened({ throughput: 400 })
    await expectLimit(5.9, 400, (i) => create(container, i))
    await create(other, 0)
  })

  checkLocally('throttling: a container with autoscale has its maximum', async () => {
    const [container] = await opened({ maxThroughput: 1000 })
    await expectLimit(5.9, 1000, (i) => create(container, i))
  })

  checkLocally('throttling: containers share the throughput of their database', async () => {
    const containers = await opened({}, { throughput: 400 })
    await expectLimit(5.9, 400, (i) => create(containers[i % 2], i))
  })

  checkLocally('throttling: a container without throughput has no limit', async () => {
    const [container] = await opened({})
    const { refusals } = await burst(5.9, 400, (i) => create(container, i))
    expect(refusals).toEqual([])
  })

  checkLocally('throttling: a patient client is served in the end', async () => {
    target.advance(60)
    const { users } = target.database
    const writes = await Promise.all(Array.from({ length: 30 }, (_, i) => users.upsert({ id: `p${i}` })))
    expect(writes.every(({ statusCode }) => statusCode === 201)).toBe(true)
  })
})
