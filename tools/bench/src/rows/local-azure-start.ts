/**
 * What local Azure costs to have: time until every service answers, memory at rest, time to stop.
 */

import { type ChildProcess, fork, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchRow, Measurement } from '../row.ts'

const tinylicious = 'tinylicious 7.0.1 (Fluid alone)'
const rounds = 5

export const row: BenchRow = {
  name: 'local-azure-start',
  title: 'all five services in one process with data on disk; median of 5 starts, memory 1 s after ready',
  peers: { tinylicious: '7.0.1' },
  promises: [
    { text: 'ready within 1,500 ms', holds: (figures) => ours(figures, 'ready') <= 1_500 },
    { text: 'at most 400 MB at rest', holds: (figures) => ours(figures, 'memory at rest') <= 400 },
    { text: 'stops within 1,000 ms', holds: (figures) => ours(figures, 'stop') <= 1_000 },
  ],
  run: async ({ peerFolder }) => {
    const own: Started[] = []
    const peers: Started[] = []
    for (let round = 0; round < rounds; round += 1) {
      own.push(await startOurs())
      peers.push(await startTinylicious(peerFolder, 47_070 + round))
    }
    return [...figures('latchkey', own), ...figures(tinylicious, peers)]
  },
}

interface Started {
  readonly readyMs: number
  readonly megabytes: number
  readonly stopMs: number
}

async function startOurs(): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const began = performance.now()
  const child = fork(new URL('../local-azure/started-process.ts', import.meta.url), [folder])
  await new Promise((resolve) => child.once('message', resolve))
  const readyMs = performance.now() - began
  const megabytes = await memoryAtRest(child)
  const stopped = new Promise<{ stoppedMs: number }>((resolve) => {
    child.once('message', (message) => resolve(message as { stoppedMs: number }))
  })
  child.send('stop')
  const { stoppedMs } = await stopped
  rmSync(folder, { recursive: true, force: true })
  return { readyMs, megabytes, stopMs: stoppedMs }
}

async function startTinylicious(peerFolder: string, port: number): Promise<Started> {
  const storage = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const env = { ...process.env, PORT: String(port), storage }
  const began = performance.now()
  const script = join(peerFolder, 'node_modules/tinylicious/dist/index.js')
  const child = spawn(process.execPath, [script], { env, stdio: 'ignore', cwd: storage })
  while (!(await isUp(port))) await new Promise((resolve) => setTimeout(resolve, 5))
  const readyMs = performance.now() - began
  const megabytes = await memoryAtRest(child)
  const stopping = performance.now()
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
  const stopMs = performance.now() - stopping
  rmSync(storage, { recursive: true, force: true })
  return { readyMs, megabytes, stopMs }
}

async function isUp(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  )
}

// Linux only; elsewhere the figure is missing, and a promise about it is broken rather than kept by accident.
async function memoryAtRest(child: ChildProcess): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024
}

function figures(subject: string, started: readonly Started[]): Measurement[] {
  const median = (read: (each: Started) => number): number =>
    started.map(read).toSorted((a, b) => a - b)[Math.floor(started.length / 2)] ?? Number.NaN
  return [
    { subject, metric: 'ready', value: median(({ readyMs }) => readyMs), unit: 'ms' },
    { subject, metric: 'memory at rest', value: median(({ megabytes }) => megabytes), unit: 'MB' },
    { subject, metric: 'stop', value: median(({ stopMs }) => stopMs), unit: 'ms' },
  ]
}

function ours(measurements: readonly Measurement[], metric: string): number {
  const own = measurements.filter(({ subject }) => subject === 'latchkey')
  return own.find((figure) => figure.metric === metric)?.value ?? Number.NaN
}
