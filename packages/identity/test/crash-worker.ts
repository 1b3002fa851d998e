/**
 * A process that works with a shared store and dies where it is told to: `node crash-worker.ts '{…}'`.
 *
 * Every call of the store or the service is one await of the directory; there is a step before it is made and one after
 * its answer is there.
 */

import { CommunicationIdentityClient, CommunicationUserDirectory, type Subject } from '../src/index.ts'
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
}

const task: CrashWorkerTask = JSON.parse(process.argv[2] ?? '{}')
let step = 0

function pass(): void {
  step += 1
  if (step === task.crashAt) process.kill(process.pid, 'SIGKILL')
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
const directory = new CommunicationUserDirectory({
  client: counted(client),
  store: counted(openSqliteStore(task.storePath)),
})

const failures = new Map<string, number>()
const queue = [...task.calls]
async function work(): Promise<void> {
  for (let call = queue.shift(); call; call = queue.shift()) {
    const [what, subject] = call
    try {
      if (what === 'create') await directory.getOrCreate(subject)
      else await directory.delete(subject)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      failures.set(code, (failures.get(code) ?? 0) + 1)
    }
  }
}
await Promise.all(Array.from({ length: task.concurrency }, work))
process.stdout.write(JSON.stringify({ steps: step, failures: Object.fromEntries(failures) }))
process.exit()
