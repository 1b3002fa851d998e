/**
 * A hundred starts and stops leave nothing behind: no port, no file handle, no timer, no process.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startLocalAzure } from '../../src/index.ts'

const rounds = 100

test(`${rounds} starts and stops in one process`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-long-'))
  const handles = (): number | undefined =>
    existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : undefined
  const resources = (): string[] =>
    process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Pipe/.test(name))
  const round = async (data: string | false): Promise<void> => {
    const localAzure = await startLocalAzure({ portBase: 0, data })
    const { b2c } = localAzure.endpoints.entra
    expect((await fetch(b2c.metadata, { headers: { connection: 'close' } })).status).toBe(200)
    await localAzure.close()
  }
  // The first round loads what is loaded once.
  await round(false)
  await round(join(folder, 'data'))
  const before = { handles: handles(), resources: resources().length }
  for (let index = 0; index < rounds; index += 1) await round(index % 2 === 0 ? false : join(folder, 'data'))
  await new Promise((resolve) => setImmediate(resolve))
  expect(handles()).toBeLessThanOrEqual((before.handles ?? 0) + 3)
  expect(resources().length).toBeLessThanOrEqual(before.resources + 3)
  rmSync(folder, { recursive: true })
})

test('the same block of ports, over and over, as a process', async () => {
  const base = await freeBlock()
  const main = join(import.meta.dirname, '../../src/cli/main.ts')
  for (let index = 0; index < 20; index += 1) {
    const child = spawn(process.execPath, [main, 'start', '--memory', '--port-base', String(base)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const closed = once(child, 'close')
    await Promise.race([once(child.stdout, 'data'), closed])
    expect(child.exitCode).toBeNull()
    child.kill('SIGTERM')
    expect(await closed).toEqual([0, null])
  }
})

/** A block that is free now; its https ports are ten above. */
async function freeBlock(): Promise<number> {
  for (let base = 20_280; base < 60_000; base += 100) {
    const free = await Promise.all([0, 1, 2, 3, 4, 11, 12, 13].map((offset) => isFree(base + offset)))
    if (free.every(Boolean)) return base
  }
  throw new Error('No free block of ports')
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
