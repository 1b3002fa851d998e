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
import { Agent } from 'undici'
import {
  CommunicationIdentityClient,
  CommunicationUserDirectory,
  type DispatcherLike,
  type Subject,
  subjectId,
} from '../src/index.ts'
import { visitPurpose } from './service-state.ts'
import { openSqliteStore } from './sqlite-store.ts'

/**
 * What is asked for: of the directory, or of one beside it in the same store, whose users live for a moment (`visit`,
 * `sweep`). The last three answer nobody a user.
 */
export type Call =
  | readonly ['create' | 'issue' | 'delete' | 'create quietly' | 'visit', Subject]
  | readonly ['sweep' | 'reconcile', undefined?]

/** What the process is told. */
export interface CrashWorkerTask {
  readonly endpoint: string
  readonly accessKey: string
  readonly apiVersion: string
  readonly storePath: string
  /** The step at which to die; 0 for never. Or a site and how often it is passed, for example `after createUser 3`. */
  readonly crashAt: number | string
  /** What to do: one after the other, or all at once. */
  readonly calls: readonly Call[]
  /** What to do when all of that is done or has failed. */
  readonly afterwards?: readonly Call[]
  readonly concurrency: number
  /** How long an attempt may take. Default 2,000. */
  readonly attemptTimeoutMs?: number
  /** How long to wait for another process. Default: the directory's. */
  readonly waitTimeoutMs?: number
  /** How much later than now the process believes it is: a restart after every lease is over. */
  readonly clockAheadMs?: number
  /** Every so manieth request is refused, now by 401, now by 400, before it reaches the service. Default: none. */
  readonly refuseEvery?: number
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
      if (name === 'list')
        return async function* (...parameters: unknown[]) {
          pass('before list')
          for await (const entry of Reflect.apply(member, object, parameters)) {
            pass('after list')
            yield entry
          }
        }
      return async (...parameters: unknown[]) => {
        pass(`before ${String(name)}`)
        const answer: unknown = await Reflect.apply(member, object, parameters)
        pass(`after ${String(name)}`)
        return answer
      }
    },
  })
}

function refusing(every: number): DispatcherLike {
  const agent = new Agent()
  let requests = 0
  return {
    request: (request) => {
      requests += 1
      if (requests % every > 0) return agent.request(request)
      const statusCode = requests % (2 * every) > 0 ? 401 : 400
      const text = async (): Promise<string> => '{"error":{"code":"Refused","message":"A test refused it."}}'
      return Promise.resolve({ statusCode, headers: {}, body: { text } })
    },
  }
}

const client = new CommunicationIdentityClient(
  task.endpoint,
  { key: task.accessKey },
  {
    apiVersion: task.apiVersion,
    retryOptions: { retryDelayInMs: 5 },
    attemptTimeoutMs: task.attemptTimeoutMs ?? 2_000,
    ...(task.refuseEvery !== undefined && { dispatcher: refusing(task.refuseEvery) }),
  },
)
const parts = { client: counted(client), store: counted(openSqliteStore(task.storePath)) }
const { clockAheadMs = 0, waitTimeoutMs } = task
const clock = { ...systemClock, now: () => systemClock.now() + clockAheadMs }
const options = { ...parts, clock, ...(waitTimeoutMs !== undefined && { waitTimeoutMs }) }
const directory = new CommunicationUserDirectory(options)
const visits = new CommunicationUserDirectory({ ...options, purpose: visitPurpose, lifetimeSeconds: 0.001 })

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

async function answer(call: Call): Promise<void> {
  const [what, subject] = call
  if (subject === undefined) {
    if (what === 'sweep') await visits.sweep()
    else await Promise.all([directory.reconcile(), visits.reconcile()])
  } else if (what === 'delete') await directory.delete(subject)
  else if (what === 'visit') await visits.getOrCreate(subject)
  else if (what === 'create quietly') await directory.getOrCreate(subject)
  else {
    const isIssue = what === 'issue'
    const user = isIssue ? (await directory.issueToken(subject, ['chat'])).user : await getOrCreate(subject)
    tell([subject.subject, user.communicationUserId])
  }
}

const failures = new Map<string, number>()
async function work(queue: Call[]): Promise<void> {
  for (let call = queue.shift(); call; call = queue.shift()) {
    try {
      await answer(call)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      failures.set(code, (failures.get(code) ?? 0) + 1)
    }
  }
}
for (const calls of [task.calls, task.afterwards ?? []]) {
  const queue = [...calls]
  await Promise.all(Array.from({ length: task.concurrency }, () => work(queue)))
}
tell({ steps: step, passes, failures: Object.fromEntries(failures) })
process.exit()
