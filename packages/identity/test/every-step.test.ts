/** A small run of `kill-run.ts`; `long/every-step.test.ts` is the run in full. */

import { test } from '@latchkey/local-azure/testing'
import { beforeAll, expect } from 'vitest'
import { customIdApiVersion } from '../src/index.ts'
import { buildWorker } from './crash.ts'
import { killAtEveryStep } from './kill-run.ts'

// What a process cannot do without. Whether it also deletes, lists or issues before it dies depends on what the other has
// done; `crash.test.ts` dies there, and the run in full.
const calls = ['read', 'insert', 'createUser', 'replace']
const certainSites = calls.flatMap((call) => [`before ${call}`, `after ${call}`])
let worker: string

beforeAll(async () => {
  worker = await buildWorker()
})

test('two processes, faults, and a death at every fourth step and kind of call: one user each, no orphan, nothing lost', async ({
  localAzure,
}) => {
  const run = {
    localAzure,
    worker,
    apiVersion: customIdApiVersion,
    people: 3,
    killsPerProcess: 10,
    killsPerSite: 1,
    seed: 1,
    stride: 4,
  }
  const { sites, ...result } = await killAtEveryStep(run)
  expect(result).toMatchObject({ missed: [], duplicates: 0, orphans: 0, unaccounted: 0, lostMappings: 0 })
  // Even of the one that had less to do: it looked everybody up.
  expect(result.steps).toBeGreaterThan(2 * run.people)
  expect(result.faults).toBeGreaterThan(5)
  expect(Object.keys(sites)).toEqual(expect.arrayContaining(certainSites))
}, 240_000)
