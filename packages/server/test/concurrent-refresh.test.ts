/**
 * One refresh token, many users of it at once, two processes, a real store over real sockets.
 */

import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { refreshTogether } from './support/concurrent-refreshes.ts'
import { bob } from './support/sign-in-page.ts'
import { refreshAt, signInAt, startTwoProcesses } from './support/two-processes.ts'

describe('two processes over one Cosmos store', () => {
  test('2, 10, 50 and 500 refreshes at once, twenty rounds of each: one successor, everybody gets it', async ({
    localAzure,
    onTestFinished,
  }) => {
    const processes = await startTwoProcesses(localAzure)
    onTestFinished(async () => {
      await Promise.all(processes.map((one) => one.close()))
    })
    const { refreshToken } = await signInAt(processes[0], bob)
    let token = await refreshTogether(processes, refreshToken, { callers: 2, rounds: 20 })
    token = await refreshTogether(processes, token, { callers: 10, rounds: 20 })
    token = await refreshTogether(processes, token, { callers: 50, rounds: 20 })
    // Two hundred rounds of each are the long run's.
    await refreshTogether(processes, token, { callers: 500, rounds: 20 })
  }, 240_000)

  test('reuse outside the grace ends the family at both within a second', async ({
    localAzure,
    onTestFinished,
  }) => {
    const processes = await startTwoProcesses(localAzure)
    onTestFinished(async () => {
      await Promise.all(processes.map((one) => one.close()))
    })
    const [one, two] = processes
    const first = await signInAt(one, bob)
    const second = await refreshAt(one, first.refreshToken)
    // Still inside the grace: the same successor, at the other process too.
    expect(await refreshAt(two, first.refreshToken)).toEqual(second)
    await Promise.all(processes.map((process) => process.setOffset(10_001)))
    const startedAtMs = performance.now()
    expect(await refreshAt(two, first.refreshToken)).toMatchObject({ status: 401 })
    expect(await refreshAt(one, second.refreshToken ?? '')).toMatchObject({ status: 401 })
    expect(performance.now() - startedAtMs).toBeLessThan(1_000)
  })
})
