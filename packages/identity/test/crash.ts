/** Runs crash workers, and says what is left when they are gone. */

import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@latchkey/common'
import { systemClock } from '@latchkey/common'
import type { LocalAzure } from '@latchkey/local-azure'
import { build } from 'esbuild'
import {
  CommunicationUserDirectory,
  type CommunicationUserStore,
  type ReconcileReport,
} from '../src/index.ts'
import type { CrashWorkerTask } from './crash-worker.ts'
import { all, clientOf, liveUsers, visitPurpose } from './service-state.ts'

export interface WorkerResult {
  /** Whom it answered which user. */
  readonly answers: readonly (readonly [subject: string, communicationUserId: string])[]
  /** The await before or after which the worker killed itself. */
  readonly diesAt?: string
  /** Absent when the worker was killed. */
  readonly steps?: number
  /** How often each site was passed. */
  readonly passes?: Readonly<Record<string, number>>
  readonly failures?: Readonly<Record<string, number>>
}

/** A running worker. */
export interface Worker {
  kill(): void
  readonly finished: Promise<WorkerResult>
}

export function newStorePath(): string {
  return join(mkdtempSync(join(tmpdir(), 'latchkey-identity-')), 'users.sqlite')
}

/** Bundles the worker, so that starting it takes no longer than starting Node. */
export async function buildWorker(): Promise<string> {
  const outfile = join(import.meta.dirname, `../node_modules/.cache/crash-worker-${process.pid}.mjs`)
  const entryPoints = [join(import.meta.dirname, 'crash-worker.ts')]
  const external = ['undici']
  await build({
    entryPoints,
    outfile,
    external,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  return outfile
}

export function startWorker(
  localAzure: LocalAzure,
  file: string,
  task: Omit<CrashWorkerTask, 'endpoint' | 'accessKey'>,
): Worker {
  const { accessKey, endpoint } = localAzure.endpoints.communication
  const argument = JSON.stringify({ ...task, endpoint, accessKey } satisfies CrashWorkerTask)
  // Thousands are started; what they compile is the same every time.
  const env = { ...process.env, NODE_COMPILE_CACHE: `${file}.cache` }
  const child = spawn(process.execPath, [file, argument], { stdio: ['ignore', 'pipe', 'inherit'], env })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const finished = new Promise<WorkerResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      const lines = output
        .split('\n')
        .slice(0, -1)
        .map((line): unknown => JSON.parse(line))
      const answers = lines.filter(Array.isArray) as [string, string][]
      const last = lines.at(-1) as object | undefined
      if (signal === 'SIGKILL') resolve({ ...(Array.isArray(last) ? {} : last), answers })
      else if (code === 0) resolve({ ...last, answers })
      else reject(new Error(`A worker ended with ${code}: ${output}`))
    })
  })
  return { kill: () => child.kill('SIGKILL'), finished }
}

/** What one survivor makes of a store when everybody else is gone. */
export interface Aftermath {
  readonly report: Pick<ReconcileReport, 'failed' | 'unaccounted'>
  /** The users in the store. */
  readonly mapped: string[]
  /** Users that live at the service, and are not in the store. */
  readonly orphans: string[]
  /** Users in the store that do not live. */
  readonly lost: string[]
}

/** Reconciles with a clock on which every lease is over; then, before anybody asks for anything, users are counted. */
export async function reconcileAfterwards(
  localAzure: LocalAzure,
  store: CommunicationUserStore,
  apiVersion: string,
  laterMs = 60_000,
): Promise<Aftermath> {
  const later: Clock = { ...systemClock, now: () => Date.now() + laterMs }
  const client = clientOf(localAzure, { apiVersion })
  const options = { client, store, clock: later }
  const visits = new CommunicationUserDirectory({ ...options, purpose: visitPurpose })
  const reports = [await new CommunicationUserDirectory(options).reconcile(), await visits.reconcile()]
  const report = {
    failed: reports.flatMap(({ failed }) => failed),
    unaccounted: reports.reduce((sum, { unaccounted }) => sum + unaccounted, 0),
  }
  const entries = await all(store.list({ kind: 'all' }))
  // An entry that only accounts for something has no user.
  const ids = entries.map(({ record }) => record.communicationUserId)
  const mapped = ids.filter((id) => id !== undefined).sort()
  const alive = liveUsers(localAzure)
  const orphans = alive.filter((id) => !mapped.includes(id))
  const lost = mapped.filter((id) => !alive.includes(id))
  return { report, mapped, orphans, lost }
}
