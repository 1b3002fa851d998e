/**
 * A process that works with a shared store and dies where it is told to: `node crash-worker.ts '{…}'`.
 *
 * Every call of the store or the service is one await of the directory; there is a step before it is made and one after
 * its answer is there.
 */

import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import type { CommunicationUserIdentifier } from '@latchkey/common'
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
  /** The step at which to die; 0 for never. */
  readonly crashAt: number
  /** What to do: one after the other, or all at once. */
  readonly calls: readonly ['create' | 'delete', Subject][]
  readonly concurrency: number
  /** Work as one would without a directory: look, create, write down. Shows what the tests would find. */
  readonly naive?: boolean
}

const task: CrashWorkerTask = JSON.parse(process.argv[2] ?? '{}')
let step = 0

function pass(): void {
  step += 1
  if (step === task.crashAt) process.kill(process.pid, 'SIGKILL')
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
        pass()
        const answer: unknown = await Reflect.apply(member, object, parameters)
        pass()
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
const directory = new CommunicationUserDirectory(parts)

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
tell({ steps: step, failures: Object.fromEntries(failures) })
process.exit()
