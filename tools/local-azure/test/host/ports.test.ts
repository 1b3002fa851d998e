/**
 * Ports: taken ones, and blocks that do not fit.
 */

import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { startLocalAzure } from '../../src/index.ts'

test('a taken port is named, with its service and what to do, and nothing stays bound', async () => {
  const first = await startLocalAzure({ portBase: 0, data: 'memory' })
  const taken = Number(new URL(first.endpoints.communication.endpoint).port)
  const start = startLocalAzure({ portBase: taken - 2, data: 'memory' })
  await expect(start).rejects.toMatchObject({
    code: 'ERR_LOCAL_AZURE_PORT_TAKEN',
    message: expect.stringMatching(
      new RegExp(`Port ${taken} \\(communication\\) is taken.*--port-base \\d+`),
    ),
    details: { port: taken, service: 'communication' },
  })
  await first.close()
  // The dashboard's port of the failed start is free again.
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(taken - 2, '127.0.0.1', resolve)
  })
  await new Promise((resolve) => server.close(resolve))
})

test.for([-1, 80, 65_501, 1.5, Number.NaN])('a block at %s is refused', async (portBase) => {
  await expect(startLocalAzure({ portBase, data: 'memory' })).rejects.toMatchObject({
    code: 'ERR_LOCAL_AZURE_PORT',
  })
})
