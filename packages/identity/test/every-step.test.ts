/** A small run of `kill-run.ts`; `long/every-step.test.ts` is the run in full. */

import { test } from '@latchkey/local-azure/testing'
import { beforeAll, expect } from 'vitest'
import { customIdApiVersion } from '../src/index.ts'
import { buildWorker } from './crash.ts'
import { killAtEveryStep } from './kill-run.ts'

const everySite = ['read', 'insert', 'createUser', 'replace'].flatMap((call) => [
  `before ${call}`,
  `after ${call}`,
])
let worker: string

beforeAll(async () => {
  worker = await buildWorker()
})

test('two processes, faults, and a death at every step: one user each, no orphan, nothing lost', async ({
  localAzure,
}) => {
  const run = {
    localAzure,
    worker,
    apiVersion: customIdApiVersion,
    people: 5,
    killsPerProcess: 10,
    killsPerSite: 1,
    seed: 1,
  }
  const { sites, ...result } = await killAtEveryStep(run)
  expect(result).toMatchObject({ missed: [], duplicates: 0, orphans: 0, unaccounted: 0, lostMappings: 0 })
  expect(result.steps).toBeGreaterThan(20)
  expect(result.faults).toBeGreaterThan(5)
  expect(Object.keys(sites)).toEqual(expect.arrayContaining(everySite))
}, 120_000)
