/**
 * Ports: taken ones, and blocks that do not fit.
 */

import { createServer, type Server } from 'node:net'
import { expect, test } from 'vitest'
import { startLocalAzure } from '../../src/index.ts'

test('a taken port is named, with its service and what to do, and nothing stays bound', async () => {
  const base = await freeBlock()
  const taken = await bind(base + 2)
  await expect(startLocalAzure({ portBase: base, data: false })).rejects.toMatchObject({
    code: 'ERR_LOCAL_AZURE_PORT_TAKEN',
    message: expect.stringMatching(
      new RegExp(`Port ${base + 2} \\(communication\\) is taken.*--port-base \\d+`),
    ),
    details: { port: base + 2, service: 'communication' },
  })
  // The dashboard's port of the failed start is free again.
  const dashboard = await bind(base)
  await Promise.all([taken, dashboard].map((server) => new Promise((resolve) => server.close(resolve))))
})

/** A block nobody uses now, below the ports the system gives away. */
async function freeBlock(): Promise<number> {
  const base = 20_000 + (process.pid % 100) * 100
  for (let candidate = base; candidate < base + 10_000; candidate += 100) {
    const ports = [0, 1, 2, 3, 4, 11, 12, 13].map((offset) => candidate + offset)
    const servers = await Promise.allSettled(ports.map(bind))
    const bound = servers.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    await Promise.all(bound.map((server) => new Promise((resolve) => server.close(resolve))))
    if (bound.length === ports.length) return candidate
  }
  throw new Error('No free block of ports')
}

function bind(port: number): Promise<Server> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

test.for([-1, 80, 65_501, 1.5, Number.NaN])('a block at %s is refused', async (portBase) => {
  await expect(startLocalAzure({ portBase, data: false })).rejects.toMatchObject({
    code: 'ERR_LOCAL_AZURE_PORT',
  })
})
