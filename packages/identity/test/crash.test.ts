import { test } from '@latchkey/local-azure/testing'
import { beforeAll, describe, expect } from 'vitest'
import { customIdApiVersion, type Subject } from '../src/index.ts'
import { communicationUserStoreContract } from '../src/store-contract.ts'
import { buildWorker, newStorePath, reconcileAfterwards, startWorker } from './crash.ts'
import type { Call } from './crash-worker.ts'
import { liveUsers } from './service-state.ts'
import { openSqliteStore } from './sqlite-store.ts'

const issuer = 'https://issuer.example'
let worker: string

beforeAll(async () => {
  worker = await buildWorker()
})

describe('the store of this test keeps the contract', () => {
  const makeStore = (): ReturnType<typeof openSqliteStore> => openSqliteStore(':memory:')
  for (const { name, run } of communicationUserStoreContract(makeStore)) test(name, run)
})

describe('a process that dies at any step', () => {
  test('leaves no user without an entry and no entry without a user, nor does one that dies finishing it', async ({
    localAzure,
  }) => {
    const run = async (
      crashAt: number,
    ): Promise<{ steps: number | undefined; mapped: readonly string[] }> => {
      const subject: Subject = { issuer, subject: `dies at ${crashAt}` }
      const storePath = newStorePath()
      // A user made, deleted, and made again; another that ends and is swept: every kind of step.
      const calls: Call[] = [
        ['issue', subject],
        ['visit', subject],
        ['delete', subject],
        ['reconcile'],
        ['sweep'],
        ['create', subject],
      ]
      const task = { apiVersion: customIdApiVersion, storePath, concurrency: 1 }
      const { steps } = await startWorker(localAzure, worker, { ...task, calls, crashAt }).finished
      // Whoever comes later finishes it, and dies at that.
      const finishing = { calls: calls.slice(2), crashAt: 1 + (crashAt % 17), clockAheadMs: 60_000 }
      if (crashAt > 0) await startWorker(localAzure, worker, { ...task, ...finishing }).finished
      const store = openSqliteStore(storePath)
      const { mapped, report } = await reconcileAfterwards(localAzure, store, customIdApiVersion, 180_000)
      expect({ crashAt, failed: report.failed }).toEqual({ crashAt, failed: [] })
      store.close()
      return { steps, mapped }
    }
    await localAzure.reset()
    const { steps = 0 } = await run(0)
    for (let crashAt = 1; crashAt <= steps; crashAt += 2) {
      await localAzure.reset()
      const ends = await Promise.all([run(crashAt), ...(crashAt < steps ? [run(crashAt + 1)] : [])])
      // Counted before anybody is asked for again: that would find a stray.
      expect({ crashAt, alive: liveUsers(localAzure).sort() }).toEqual({
        crashAt,
        alive: ends.flatMap(({ mapped }) => mapped).sort(),
      })
      expect(ends.map((end) => end.steps)).toEqual(ends.map(() => undefined))
    }
  }, 240_000)

  test('leaves an orphan when there is no directory: this is what the test above would find', async ({
    localAzure,
  }) => {
    await localAzure.reset()
    const storePath = newStorePath()
    const calls: ['create', Subject][] = [['create', { issuer, subject: 'naive' }]]
    // The fourth step: the service has answered, nothing is written down.
    const task = { apiVersion: customIdApiVersion, storePath, crashAt: 4, calls, concurrency: 1, naive: true }
    await startWorker(localAzure, worker, task).finished
    const store = openSqliteStore(storePath)
    const { mapped } = await reconcileAfterwards(localAzure, store, customIdApiVersion)
    store.close()
    expect([mapped.length, liveUsers(localAzure).length]).toEqual([0, 1])
  })
})

describe('two processes on one store', () => {
  test('make one user for each person, fifty callers for one of them, under faults', async ({
    localAzure,
  }) => {
    await localAzure.reset()
    const storePath = newStorePath()
    const people = Array.from({ length: 40 }, (_, index) => `person ${index}`)
    const everybody = [...people, ...Array.from({ length: 50 }, () => 'everybody’s friend')]
    const calls = everybody.map((subject): ['create', Subject] => ['create', { issuer, subject }])
    for (const kind of ['drop-response', 'reset', '503', '429', 'drop-response', 'reset'] as const) {
      const fault = { match: 'POST /identities', times: 3, retryAfterSeconds: 0 }
      localAzure.faults.add({ service: 'communication', kind, ...fault })
    }
    const task = { apiVersion: customIdApiVersion, storePath, crashAt: 0, calls, concurrency: 30 }
    const store = openSqliteStore(storePath)
    const results = await Promise.all([1, 2].map(() => startWorker(localAzure, worker, task).finished))
    localAzure.faults.clear()
    const { mapped, report } = await reconcileAfterwards(localAzure, store, customIdApiVersion)
    store.close()
    expect(report.failed).toEqual([])
    expect(liveUsers(localAzure).sort()).toEqual(mapped)
    expect(mapped).toHaveLength(41)
    // Whoever was answered a user has that user.
    for (const [, answered] of results.flatMap(({ answers }) => answers)) expect(mapped).toContain(answered)
    expect(results.map(({ answers }) => answers.length).every((count) => count > 40)).toBe(true)
  }, 120_000)
})
