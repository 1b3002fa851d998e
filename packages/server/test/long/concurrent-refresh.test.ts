import { test } from '@latchkey/local-azure/testing'
import { refreshTogether } from '../support/concurrent-refreshes.ts'
import { bob } from '../support/sign-in-page.ts'
import { signInAt, startTwoProcesses } from '../support/two-processes.ts'

test.for([2, 10, 50, 500])(
  '%d refreshes at once, 200 rounds',
  async (callers, { localAzure, onTestFinished }) => {
    const processes = await startTwoProcesses(localAzure)
    onTestFinished(async () => {
      await Promise.all(processes.map((one) => one.close()))
    })
    const { refreshToken } = await signInAt(processes[0], bob)
    await refreshTogether(processes, refreshToken, { callers, rounds: 200 })
  },
)
