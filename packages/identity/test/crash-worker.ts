/**
 * A process that works with a shared store and dies where it is told to: `node crash-worker.ts '{…}'`.
 *
 * Every call of the store or the service is one await of the directory; there is a step before it is made and one after
 * its answer is there.
 */

import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import type { CommunicationUserIdentifier } from '@latchkey/common'
import { systemClock } from '@latchkey/common'
import {
  CommunicationIdentityClient,
  CommunicationUserDirectory,
  type Subject,
  subjectId,
} from '../src/index.ts'
import { openSqliteStore } from './sqlite-store.ts'

/** What the process is told. */
export interface CrashWorkerTask {
  readonly endpoint: string
  readonly accessKey: string
  readonly apiVersion: string
  readonly storePath: string
  /** The step at which to die; 0 for never. Or a site and how often it is passed, for example `after createUser 3`. */
  readonly crashAt: number | string
  /** What to do: one after the other, or all at once. */
  readonly calls: readonly ['create' | 'delete', Subject][]
  readonly concurrency: number
  /** How long to wait for another process. Default: the directory's. */
  readonly waitTimeoutMs?: number
  /** How much later than now the process believes it is: a restart after every lease is over. */
  readonly clockAheadMs?: number
  /** Work as one would without a directory: look, create, write down. Shows what the tests would find. */
  readonly naive?: boolean
}

const task: CrashWorkerTask = JSON.parse(process.argv[2] ?? '{}')
let step = 0
const passes: Record<string, number> = {}

function pass(site: string): void {
  step += 1
  passes[site] = (passes[site] ?? 0) + 1
  if (step !== task.crashAt && `${site} ${passes[site]}` !== task.crashAt) return
  tell({ diesAt: site })
  process.kill(process.pid, 'SIGKILL')
}

// Written at once, so that what was answered before a kill is known.
function tell(line: unknown): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}

function counted<T extends object>(target: T): T {
  return new Proxy(target, {
    get: (object, name) => {
      const member: unknown = Reflect.get(object, name)
      if (typeof member !== 'function') return member
      return async (...parameters: unknown[]) => {
        pass(`before ${String(name)}`)
        const answer: unknown = await Reflect.apply(member, object, parameters)
        pass(`after ${String(name)}`)
        return answer
      }
    },
  })
}

const client = new CommunicationIdentityClient(
  task.endpoint,
  { key: task.accessKey },
  { apiVersion: task.apiVersion, retryOptions: { retryDelayInMs: 5 }, attemptTimeoutMs: 2_000 },
)
const parts = { client: counted(client), store: counted(openSqliteStore(task.storePath)) }
const { clockAheadMs = 0, waitTimeoutMs } = task
const clock = { ...systemClock, now: () => systemClock.now() + clockAheadMs }
const directory = new CommunicationUserDirectory({
  ...parts,
  clock,
  ...(waitTimeoutMs !== undefined && { waitTimeoutMs }),
})

async function getOrCreate(subject: Subject): Promise<CommunicationUserIdentifier> {
  if (!task.naive) return directory.getOrCreate(subject)
  const id = subjectId(subject)
  const known = (await parts.store.read(id))?.record.communicationUserId
  if (known !== undefined) return { communicationUserId: known }
  const user = await parts.client.createUser()
  const record = {
    id,
    subject,
    state: 'active',
    createdAtMs: Date.now(),
    surplus: [],
    unaccounted: [],
  } as const
  await parts.store.insert({ ...record, ...user, writeId: randomUUID() })
  return user
}

const failures = new Map<string, number>()
const queue = [...task.calls]
async function work(): Promise<void> {
  for (let call = queue.shift(); call; call = queue.shift()) {
    const [what, subject] = call
    try {
      if (what === 'delete') await directory.delete(subject)
      else tell([subject.subject, (await getOrCreate(subject)).communicationUserId])
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      failures.set(code, (failures.get(code) ?? 0) + 1)
    }
  }
}
await Promise.all(Array.from({ length: task.concurrency }, work))
tell({ steps: step, passes, failures: Object.fromEntries(failures) })
process.exit()
