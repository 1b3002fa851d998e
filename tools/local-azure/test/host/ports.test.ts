/**
 * Ports: taken ones, and blocks that do not fit.
 */

import { createServer, type Server } from 'node:net'
import { expect, test } from 'vitest'
import { explainTakenPort, startLocalAzure } from '../../src/index.ts'

test('the lowest taken port is named with its service and a free block, and nothing stays bound', async () => {
  const base = await freeBlock()
  const taken = await Promise.all([base + 13, base + 2].map(bind))
  const failure: unknown = await startLocalAzure({ portBase: base, data: false }).catch((error) => error)
  expect(failure).toMatchObject({
    code: 'ERR_LOCAL_AZURE_PORT_TAKEN',
    message: expect.stringMatching(new RegExp(`^Port ${base + 2} \\(communication\\) is taken\\. `)),
    details: { port: base + 2, service: 'communication' },
  })
  // What it advises is really free, all of it: the whole block can be bound.
  const advised = Number(/--port-base (\d+)$/.exec(String(failure))?.[1])
  const free = await Promise.all([0, 1, 2, 3, 4, 5, 6, 11, 12, 13].map((offset) => bind(advised + offset)))
  // The dashboard's port of the failed start is free again.
  const dashboard = await bind(base)
  await Promise.all([...taken, ...free, dashboard].map(unbind))
})

const inUse = Object.assign(new Error('listen'), { code: 'EADDRINUSE', syscall: 'listen' })

test.for<[why: string, taken: Record<number, 'EADDRINUSE' | 'EACCES'>, message: string]>([
  [
    'passes over a block with one taken port',
    { 4285: 'EADDRINUSE', 5293: 'EADDRINUSE' },
    'Port 4285 (api) is taken. A free block of ports: --port-base 6280',
  ],
  [
    'does not call a port taken that the system keeps',
    { 4280: 'EACCES' },
    'Port 4280 (dashboard) is kept back by the system. A free block of ports: --port-base 5280',
  ],
  ['says that it was a moment', {}, 'A port was taken a moment ago, and every port is free now: start again'],
])('an explanation %s', async ([, taken, message]) => {
  const tryPort = async (port: number): Promise<'EADDRINUSE' | 'EACCES' | undefined> => taken[port]
  expect(await explainTakenPort(inUse, 4280, { tryPort })).toMatchObject({ message })
})

test('an explanation of another error is that error, also of a folder that may not be written', async () => {
  for (const other of [
    new Error('something else'),
    Object.assign(new Error('mkdir'), { code: 'EACCES', syscall: 'mkdir' }),
  ]) {
    expect(await explainTakenPort(other, 4280)).toBe(other)
  }
})

/** A block nobody uses now, below the ports the system gives away. */
async function freeBlock(): Promise<number> {
  const base = 20_000 + (process.pid % 100) * 100
  for (let candidate = base; candidate < base + 10_000; candidate += 100) {
    const ports = [0, 1, 2, 3, 4, 11, 12, 13].map((offset) => candidate + offset)
    const servers = await Promise.allSettled(ports.map(bind))
    const bound = servers.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    await Promise.all(bound.map(unbind))
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

function unbind(server: Server): Promise<unknown> {
  return new Promise((resolve) => server.close(resolve))
}

test.for([-1, 80, 65_501, 1.5, Number.NaN])('a block at %s is refused', async (portBase) => {
  await expect(startLocalAzure({ portBase, data: false })).rejects.toMatchObject({
    code: 'ERR_LOCAL_AZURE_PORT',
  })
})
