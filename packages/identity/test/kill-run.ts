/**
 * The run that the promise of the directory names: many people, two processes on one store, fifty callers for one person,
 * faults at the service all the while, and kill -9 at every numbered step; then users are counted at the service.
 *
 * A round has a store and a service of its own. In it two processes live side by side, each told the step at which to
 * die, and are started again with the next step until the round has had its lives. Then both are started once more, when
 * every lease is over, and left alone; at last somebody reconciles. Rounds go on until a process has died at every step
 * there is, from the first to the last of a process that nobody kills.
 */

import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FaultKind, LocalAzure } from '@latchkey/local-azure'
import { CommunicationUserDirectory, type ReconcileReport, type Subject } from '../src/index.ts'
import { newStorePath, reconcileAfterwards, startWorker, type WorkerResult } from './crash.ts'
import { clientOf, liveUsers } from './service-state.ts'
import { openSqliteStore } from './sqlite-store.ts'

export interface KillRunOptions {
  readonly localAzure: LocalAzure
  readonly worker: string
  readonly apiVersion: string
  readonly people: number
  /** How often each of the two processes is killed in a round. */
  readonly killsPerProcess: number
  /** How often before, and how often after, each kind of call a process dies besides. */
  readonly killsPerSite: number
  readonly seed: number
  /** Told how far the run is. */
  readonly onRound?: (line: string) => void
}

export interface KillRunResult {
  readonly rounds: number
  /** Steps of a process that nobody kills: of the one that has less to do. */
  readonly steps: number
  readonly kills: number
  /** Steps and sites at which nobody died in the end. */
  readonly missed: readonly Moment[]
  /** The awaits before or after which processes died, with how often. */
  readonly sites: Readonly<Record<string, number>>
  readonly faults: number
  readonly answered: number
  readonly duplicates: number
  readonly orphans: number
  /** Orphans beyond those that `reconcile` reported. */
  readonly unreported: number
  readonly unaccounted: number
  readonly lostMappings: number
}

/** A step by its number, or a site with how often it is passed. */
type Moment = number | string

interface RoundState {
  readonly results: readonly WorkerResult[]
  readonly report: ReconcileReport
  readonly mapped: readonly string[]
  readonly alive: readonly string[]
  /** Faults that hit a request. */
  readonly faults: number
}

const issuer = 'https://issuer.example'
const kinds: readonly FaultKind[] = ['drop-response', 'reset', '503', '429', 'slow']
const callersOfOne = 50

/** Runs rounds until every step has been died at; throws for what can never be right. */
export async function killAtEveryStep(options: KillRunOptions): Promise<KillRunResult> {
  const random = seeded(options.seed)
  const undisturbed = await playRound(options, random, [[], []])
  const ownSteps = undisturbed.results.flatMap((result) => result.steps ?? [])
  const steps = Math.min(...ownSteps)
  const work = ownSteps.reduce((sum, own) => sum + own, 0)
  const totals = {
    rounds: 1,
    kills: 0,
    answered: 0,
    duplicates: 0,
    orphans: 0,
    unreported: 0,
    unaccounted: 0,
    faults: 0,
    lostMappings: 0,
  }
  const sites: Record<string, number> = {}
  const pending = new Set<Moment>([...count(steps), ...everySite(options.killsPerSite)])
  // A step that is not reached, because the other process did the work this time, is tried again.
  options.onRound?.(`${steps} steps, ${work} in all`)
  for (; pending.size > 0 && totals.rounds < 3 * steps; totals.rounds += 1) {
    const plan = planRound(pending, options, work)
    const round = await playRound(options, random, plan, (moment) => pending.delete(moment))
    for (const { diesAt } of round.results) {
      if (diesAt === undefined) continue
      totals.kills += 1
      sites[diesAt] = (sites[diesAt] ?? 0) + 1
    }
    const { mapped, alive, report } = round
    const orphans = alive.filter((id) => !mapped.includes(id)).length
    totals.orphans += orphans
    totals.unreported += Math.max(orphans - report.unaccounted, 0)
    totals.unaccounted += report.unaccounted
    totals.faults += round.faults
    const judged = judgeAnswers(round)
    totals.answered += judged.answered
    totals.duplicates += judged.duplicates + mapped.length - new Set(mapped).size
    totals.lostMappings += judged.lost + Math.abs(options.people - mapped.length)
    totals.lostMappings += mapped.filter((id) => !alive.includes(id)).length
    options.onRound?.(`${pending.size} to go, ${JSON.stringify(totals)}`)
  }
  return { ...totals, steps, missed: [...pending], sites }
}

function count(times: number): number[] {
  return Array.from({ length: times }, (_, index) => index + 1)
}

// Every create passes these.
function everySite(times: number): string[] {
  const calls = ['read', 'insert', 'createUser', 'replace']
  return count(times).flatMap((nth) =>
    calls.flatMap((call) => [`before ${call} ${nth}`, `after ${call} ${nth}`]),
  )
}

// A late step is reached by a first life only, and the later one process dies, the less is left to do for the other: so
// the latest, the latest that is surely left beside it, and then early ones, which a life reaches by looking everybody up.
// Sites have rounds of their own, as long as each life finds people without a user.
function planRound(
  pending: ReadonlySet<Moment>,
  { killsPerProcess, people }: KillRunOptions,
  work: number,
): readonly [Moment[], Moment[]] {
  const named = [...pending].filter((moment) => typeof moment === 'string')
  if (named.length > 0) return deal(named.slice(0, killsPerProcess))
  const numbers = [...pending]
    .filter((moment) => typeof moment === 'number')
    .sort((one, other) => one - other)
  const latest = numbers.pop() ?? 0
  // Alone it reaches whatever there is to reach.
  if (numbers.length < 2) return [[latest], []]
  const beside = numbers.findLast((step) => step <= 0.8 * work - latest)
  const early = numbers.filter((step) => step !== beside && step <= 2 * people + 24)
  const first = [latest, beside].filter((step) => step !== undefined)
  return deal([...first, ...early.slice(0, 2 * (killsPerProcess - 1))])
}

function deal(moments: readonly Moment[]): readonly [Moment[], Moment[]] {
  const isEven = (_moment: Moment, index: number): boolean => index % 2 === 0
  return [moments.filter(isEven), moments.filter((moment, index) => !isEven(moment, index))]
}

async function playRound(
  options: KillRunOptions,
  random: () => number,
  plan: readonly [readonly Moment[], readonly Moment[]],
  onDeath: (moment: Moment) => void = () => undefined,
): Promise<RoundState> {
  const { apiVersion, localAzure, people, worker } = options
  await localAzure.reset()
  const storePath = newStorePath()
  const store = openSqliteStore(storePath)
  const stopFaults = keepFaulting(localAzure, random)
  const calls = shuffledCalls(people, random)
  const task = { apiVersion, storePath, calls, concurrency: 60, waitTimeoutMs: 60 }
  const results: WorkerResult[] = []
  const live = async (moments: readonly Moment[]): Promise<void> => {
    for (const crashAt of moments) {
      const result = await startWorker(localAzure, worker, { ...task, crashAt }).finished
      results.push(result)
      if (result.diesAt !== undefined) onDeath(crashAt)
    }
  }
  await Promise.all(plan.map(live))
  const last = { ...task, crashAt: 0, clockAheadMs: 60_000 }
  results.push(...(await Promise.all([1, 2].map(() => startWorker(localAzure, worker, last).finished))))
  const faults = stopFaults()
  const first = await reconcileAfterwards(localAzure, store, apiVersion, 120_000)
  const made = liveUsers(localAzure).length
  // Whoever comes now is answered, by what is in the store.
  const client = clientOf(localAzure, { apiVersion })
  const directory = new CommunicationUserDirectory({ client, store })
  for (const [, subject] of calls) {
    const { communicationUserId } = await directory.getOrCreate(subject)
    results.push({ answers: [[subject.subject, communicationUserId]] })
  }
  // With custom ids, reconciling has made whoever was begun; without, a create that came to nothing is not repeated.
  if (client.supportsCustomId && liveUsers(localAzure).length !== made)
    throw new Error('Somebody had no user')
  const { mapped, report } = await reconcileAfterwards(localAzure, store, apiVersion, 120_000)
  store.close()
  rmSync(dirname(storePath), { recursive: true, force: true })
  const failed = [...first.report.failed, ...report.failed].map(({ error }) => error)
  if (failed.length > 0) throw new AggregateError(failed)
  return { results, report, mapped, alive: liveUsers(localAzure), faults }
}

function shuffledCalls(people: number, random: () => number): readonly ['create', Subject][] {
  const call = (subject: string): ['create', Subject] => ['create', { issuer, subject }]
  const others = Array.from({ length: people - 1 }, (_, index) => call(`person ${index}`))
  const start = Math.floor(random() * people)
  const fiftyfold = Array.from({ length: callersOfOne }, () => call('the fiftyfold'))
  // The fifty ask at once.
  return [...others.slice(0, start), ...fiftyfold, ...others.slice(start)]
}

/** Has a few faults waiting at the service at any time. */
function keepFaulting({ faults }: LocalAzure, random: () => number): () => number {
  let hits = 0
  const top = (): void => {
    for (let missing = 3 - faults.list().length; missing > 0; missing -= 1) {
      const kind = kinds[Math.floor(random() * kinds.length)] ?? 'reset'
      const match = 'POST /identities'
      faults.add({ service: 'communication', kind, match, times: 1, retryAfterSeconds: 0, delayMs: 50 })
      hits += 1
    }
  }
  const timer = setInterval(top, 20)
  top()
  return () => {
    clearInterval(timer)
    hits -= faults.list().length
    faults.clear()
    return hits
  }
}

function judgeAnswers({ mapped, results }: RoundState): {
  readonly answered: number
  readonly duplicates: number
  readonly lost: number
} {
  const users = new Map<string, Set<string>>()
  const answers = results.flatMap((result) => result.answers)
  for (const [subject, user] of answers) users.set(subject, (users.get(subject) ?? new Set()).add(user))
  const known = new Set(mapped)
  return {
    answered: answers.length,
    duplicates: [...users.values()].filter(({ size }) => size > 1).length,
    lost: [...users.values()].filter((ids) => [...ids].some((id) => !known.has(id))).length,
  }
}

/** A small generator, so that the choices of a run can be repeated by its seed. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
