/**
 * 200 people, two processes on one store, fifty callers for one person, every fault the service knows, and kill -9 at
 * random moments; then users are counted at the service.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { startLocalAzure } from '@latchkey/local-azure'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { customIdApiVersion, type Subject } from '../../src/index.ts'
import { buildWorker, newStorePath, reconcileAfterwards, startWorker, type WorkerResult } from '../crash.ts'
import { keepFaulting, seeded } from '../kill-run.ts'
import { openSqliteStore } from '../sqlite-store.ts'

const issuer = 'https://issuer.example'
const rounds = Number(process.env['CHAOS_ROUNDS'] ?? 5)
let localAzure: LocalAzure
let worker: string

beforeAll(async () => {
  localAzure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  worker = await buildWorker()
})
afterAll(() => localAzure.close())

interface Outcome {
  readonly kills: number
  readonly results: readonly WorkerResult[]
  readonly storePath: string
}

/** Two workers, each killed some times and started again, under faults; at last both once more, undisturbed. */
async function chaos(apiVersion: string, random: () => number): Promise<Outcome> {
  const storePath = newStorePath()
  openSqliteStore(storePath).close()
  const people = Array.from({ length: 199 }, (_, index) => `person ${index}`)
  const everybody = [...people, ...Array.from({ length: 50 }, () => 'the fiftyfold')]
  const calls = everybody
    .toSorted(() => random() - 0.5)
    .map((subject): ['create', Subject] => ['create', { issuer, subject }])
  const results: WorkerResult[] = []
  let kills = 0
  const stopFaults = keepFaulting(localAzure, random)
  const task = { apiVersion, storePath, crashAt: 0, calls, concurrency: 60, attemptTimeoutMs: 400 }
  const process = async (): Promise<void> => {
    for (let lives = 5; lives > 0; lives -= 1) {
      const running = startWorker(localAzure, worker, task)
      const killer = setTimeout(() => running.kill(), 80 + random() * 400)
      const result = await running.finished
      clearTimeout(killer)
      results.push(result)
      if (result.steps === undefined) kills += 1
    }
  }
  await Promise.all([process(), process()])
  stopFaults()
  // However slow the machine is, everybody gets somebody in the end: no lease stands, nothing fails, and no attempt is
  // given up while the service is still at it, which could make somebody after the count, in the next round.
  const last = { ...task, clockAheadMs: 60_000, attemptTimeoutMs: 10_000 }
  results.push(...(await Promise.all([1, 2].map(() => startWorker(localAzure, worker, last).finished))))
  return { kills, results, storePath }
}

describe.for([customIdApiVersion, '2023-10-01'])('with api-version %s', (apiVersion) => {
  test.for(Array.from({ length: rounds }, (_, index) => index + 1))('round %i', async (seed) => {
    await localAzure.reset()
    const { kills, results, storePath } = await chaos(apiVersion, seeded(seed))
    const store = openSqliteStore(storePath)
    const { lost, mapped, orphans, report } = await reconcileAfterwards(
      localAzure,
      store,
      apiVersion,
      120_000,
    )
    const answered = new Map<string, Set<string>>()
    for (const [subject, user] of results.flatMap(({ answers }) => answers)) {
      answered.set(subject, (answered.get(subject) ?? new Set()).add(user))
    }
    let unaccounted = 0
    for await (const { record } of store.list({ kind: 'all' })) unaccounted += record.unaccounted.length
    store.close()
    console.log({ seed, kills, people: mapped.length, orphans: orphans.length, unaccounted, report })
    expect(report.failed).toEqual([])
    expect(mapped).toHaveLength(200)
    expect(new Set(mapped).size).toBe(mapped.length)
    // Nobody was ever answered two users, and what was answered is what is kept and what lives.
    expect([...answered.values()].filter((users) => users.size > 1)).toEqual([])
    for (const users of answered.values()) for (const user of users) expect(mapped).toContain(user)
    expect(lost).toEqual([])
    // What nobody can find is at least accounted for.
    expect(orphans.length).toBeLessThanOrEqual(unaccounted)
    expect(report.unaccounted).toBe(unaccounted)
    if (apiVersion === customIdApiVersion) expect([orphans, unaccounted]).toEqual([[], 0])
  })
})
