/**
 * What checking every token and keeping every operation costs the people in a document, beside the stock local service
 * that does neither.
 */

import { fork, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collaboration, collaborate } from '../local-azure/collaboration.ts'
import type { BenchRow, Measurement } from '../row.ts'

const tinylicious = 'tinylicious 7.0.1 (checks nothing)'
const peerPort = 47_099

export const row: BenchRow = {
  name: 'fluid-relay',
  title: 'two AzureClients, data on disk: 15 documents, 200 edits one by one, 2,000 in a burst; medians',
  peers: { tinylicious: '7.0.1' },
  promises: [
    {
      text: 'a document is made in at most 1.5 times the time the stock service needs',
      holds: (figures) => of(figures, 'latchkey', 'attach') <= 1.5 * of(figures, tinylicious, 'attach'),
    },
    {
      text: 'an edit is seen by the other within 20 ms',
      holds: (figures) => of(figures, 'latchkey', 'edit seen') <= 20,
    },
  ],
  run: async ({ peerFolder }) => [
    ...figures('latchkey', await measureOurs()),
    ...figures(tinylicious, await measureTinylicious(peerFolder)),
  ],
}

async function measureOurs(): Promise<Collaboration> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const child = fork(new URL('../local-azure/started-process.ts', import.meta.url), [folder])
  const { endpoint, key } = await new Promise<{ endpoint: string; key: string }>((resolve) => {
    child.once('message', (message) => resolve(message as { endpoint: string; key: string }))
  })
  try {
    return await collaborate({ endpoint, key })
  } finally {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureTinylicious(peerFolder: string): Promise<Collaboration> {
  const storage = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const env = { ...process.env, PORT: String(peerPort), storage }
  const script = join(peerFolder, 'node_modules/tinylicious/dist/index.js')
  const child = spawn(process.execPath, [script], { env, stdio: 'ignore', cwd: storage })
  const endpoint = `http://localhost:${peerPort}`
  try {
    while (!(await isUp(endpoint))) await new Promise((resolve) => setTimeout(resolve, 20))
    return await collaborate({ endpoint, key: 'any key will do' })
  } finally {
    child.kill('SIGKILL')
    rmSync(storage, { recursive: true, force: true })
  }
}

async function isUp(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    () => true,
    () => false,
  )
}

function figures(subject: string, measured: Collaboration): Measurement[] {
  return [
    { subject, metric: 'attach', value: measured.attachMs, unit: 'ms' },
    { subject, metric: 'load', value: measured.loadMs, unit: 'ms' },
    { subject, metric: 'edit seen', value: measured.seenMs, unit: 'ms' },
    { subject, metric: 'burst', value: measured.burstPerSecond, unit: 'edits/s' },
  ]
}

function of(measurements: readonly Measurement[], subject: string, metric: string): number {
  const own = measurements.filter((figure) => figure.subject === subject)
  return own.find((figure) => figure.metric === metric)?.value ?? Number.NaN
}
