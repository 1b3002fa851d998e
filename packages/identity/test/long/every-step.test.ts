/**
 * 200 people, two processes on one store, fifty callers for one person, faults at the service, and kill -9 at every
 * numbered step of a process; then users are counted at the service. It takes half an hour on two cores, a busy machine an
 * hour; with `KILL_RUN_PEOPLE=40` a tenth of that. Without custom ids there are thirty people.
 */

import { startLocalAzure } from '@latchkey/local-azure'
import { expect, test } from 'vitest'
import { customIdApiVersion } from '../../src/index.ts'
import { buildWorker } from '../crash.ts'
import { killAtEveryStep } from '../kill-run.ts'

test.for([customIdApiVersion, '2023-10-01'])('with api-version %s', async (apiVersion) => {
  const people = Number(process.env['KILL_RUN_PEOPLE'] ?? (apiVersion === customIdApiVersion ? 200 : 30))
  const localAzure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  const worker = await buildWorker()
  const startedMs = Date.now()
  const onRound = (line: string): void => void process.stderr.write(`${line}\n`)
  const run = {
    localAzure,
    worker,
    apiVersion,
    people,
    killsPerProcess: 12,
    killsPerSite: 3,
    seed: 1,
    onRound,
  }
  const result = await killAtEveryStep(run)
  await localAzure.close()
  const minutes = Math.round((Date.now() - startedMs) / 6_000) / 10
  console.log(JSON.stringify({ apiVersion, people, minutes, ...result }))
  expect(result).toMatchObject({ missed: [], duplicates: 0, lostMappings: 0, unreported: 0 })
  if (apiVersion === customIdApiVersion) expect(result).toMatchObject({ orphans: 0, unaccounted: 0 })
})
