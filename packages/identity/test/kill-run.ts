/**
 * The run that the promise of the directory names: many people, two processes on one store, fifty callers for one person,
 * faults at the service all the while, and kill -9 at every numbered step; then users are counted at the service.
 *
 * A round has a store and a service of its own. In it two processes live side by side, each told the step at which to
 * die, and are started again with the next step until the round has had its lives. Besides those who stay there are some
 * who leave and come back, and some whose users end and are swept. Then both processes are started once more, when every
 * lease is over, and left alone; somebody reconciles, and users are counted at once, before anybody is asked for again:
 * asking under a custom id would find a stray. Rounds go on until a process has died at every step there is, from the
 * first to the last of a process that nobody kills.
 */

import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FaultKind, LocalAzure } from '@latchkey/local-azure'
import { CommunicationUserDirectory, type Subject } from '../src/index.ts'
import { type Aftermath, newStorePath, reconcileAfterwards, startWorker, type WorkerResult } from './crash.ts'
import type { Call } from './crash-worker.ts'
import { clientOf, visitPurpose } from './service-state.ts'
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
  /** Dies at every so manieth step only, for a quick run. Default 1. */
  readonly stride?: number
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
  /** Straight after the first time somebody reconciled. */
  readonly reconciled: Aftermath
  /** When everybody who stays has been asked for, and everybody else is gone. */
  readonly settled: Aftermath
  /** Faults that hit a request. */
  readonly faults: number
}

const issuer = 'https://issuer.example'
const kinds: readonly FaultKind[] = ['drop-response', 'reset', '503', '429', 'slow', 'timeout']
const callersOfOne = 50
const refuseEvery = 41
const attemptTimeoutMs = 400

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
  const { stride = 1 } = options
  const numbered = count(steps).filter((step) => step % stride === 0)
  const pending = new Set<Moment>([...numbered, ...everySite(options.killsPerSite, undisturbed.results)])
  options.onRound?.(`${steps} steps, ${work} in all`)
  for (; pending.size > 0 && totals.rounds < 3 * steps; totals.rounds += 1) {
    const plan = planRound(pending, options, work)
    // What is not reached is tried again, after the others.
    for (const moment of plan.flat()) if (pending.delete(moment)) pending.add(moment)
    const round = await playRound(options, random, plan, (moment) => pending.delete(moment))
    for (const { diesAt } of round.results) {
      if (diesAt === undefined) continue
      totals.kills += 1
      sites[diesAt] = (sites[diesAt] ?? 0) + 1
    }
    const { reconciled, settled } = round
    for (const { orphans, report, lost, mapped } of [reconciled, settled]) {
      totals.unreported += Math.max(orphans.length - report.unaccounted, 0)
      totals.duplicates += mapped.length - new Set(mapped).size
      totals.lostMappings += lost.length
    }
    totals.orphans += Math.max(reconciled.orphans.length, settled.orphans.length)
    totals.unaccounted += settled.report.unaccounted
    totals.faults += round.faults
    const judged = judgeAnswers(round)
    totals.answered += judged.answered
    totals.duplicates += judged.duplicates
    totals.lostMappings += judged.lost + Math.abs(options.people - settled.mapped.length)
    options.onRound?.(`${pending.size} to go, ${JSON.stringify(totals)}`)
  }
  return { ...totals, steps, missed: [...pending], sites }
}

function count(times: number): number[] {
  return Array.from({ length: times }, (_, index) => index + 1)
}

/** Before and after each kind of call, as often as one that nobody kills makes it. */
function everySite(times: number, undisturbed: readonly WorkerResult[]): string[] {
  const calls = ['read', 'insert', 'createUser', 'replace', 'deleteUser', 'getToken', 'list', 'remove']
  const sites = calls.flatMap((call) => [`before ${call}`, `after ${call}`])
  return sites.flatMap((site) => {
    const passes = Math.max(...undisturbed.map((result) => result.passes?.[site] ?? 0))
    return count(Math.min(times, passes)).map((nth) => `${site} ${nth}`)
  })
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
  // A life whose predecessors hold a lease for everybody passes none.
  if (named.length > 0) return deal(named.slice(0, Math.min(killsPerProcess, Math.ceil(people / 8) * 2)))
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
  const work = { calls, afterwards: goings(people), concurrency: 60, waitTimeoutMs: 60 }
  const task = { apiVersion, storePath, ...work, refuseEvery, attemptTimeoutMs }
  const results: WorkerResult[] = []
  const live = async (moments: readonly Moment[]): Promise<void> => {
    for (const crashAt of moments) {
      const result = await startWorker(localAzure, worker, { ...task, crashAt }).finished
      results.push(result)
      if (result.diesAt !== undefined) onDeath(crashAt)
    }
  }
  await Promise.all(plan.map(live))
  // Patient, so that nothing is made after the count, in the next round.
  const last = { ...task, crashAt: 0, clockAheadMs: 60_000, attemptTimeoutMs: 1_000 }
  results.push(...(await Promise.all([1, 2].map(() => startWorker(localAzure, worker, last).finished))))
  const faults = stopFaults()
  const reconciled = await reconcileAfterwards(localAzure, store, apiVersion, 120_000)
  // Whoever comes now is answered, by what is in the store; then whoever does not stay goes.
  const directories = { client: clientOf(localAzure, { apiVersion }), store }
  const directory = new CommunicationUserDirectory(directories)
  for (const [what, who] of calls) {
    if (what !== 'create') continue
    const { communicationUserId } = await directory.getOrCreate(who)
    results.push({ answers: [[who.subject, communicationUserId]] })
  }
  for (const nth of someOf(people)) {
    await directory.delete(leaver(nth))
    const visits = new CommunicationUserDirectory({ ...directories, purpose: visitPurpose })
    await visits.delete(subject(`visitor ${nth}`))
  }
  const settled = await reconcileAfterwards(localAzure, store, apiVersion, 120_000)
  store.close()
  rmSync(dirname(storePath), { recursive: true, force: true })
  const failed = [...reconciled.report.failed, ...settled.report.failed].map(({ error }) => error)
  if (failed.length > 0) throw new AggregateError(failed)
  return { results, reconciled, settled, faults }
}

const subject = (name: string): Subject => ({ issuer, subject: name })

function shuffledCalls(people: number, random: () => number): readonly Call[] {
  const others = count(people - 1).map((nth): Call => ['create', subject(`person ${nth}`)])
  const start = Math.floor(random() * people)
  const fiftyfold = Array.from({ length: callersOfOne }, (): Call => ['create', subject('the fiftyfold')])
  const visitors = someOf(people).map((nth): Call => ['visit', subject(`visitor ${nth}`)])
  const leavers = someOf(people).map((nth): Call => ['create quietly', leaver(nth)])
  // The fifty ask at once.
  return [...visitors, ...leavers, ...others.slice(0, start), ...fiftyfold, ...others.slice(start)]
}

/** Those who leave do so, and come back; a few people get a token; and what is done now and then is done. */
function goings(people: number): readonly Call[] {
  const some = someOf(people)
  const issues = some.map((nth): Call => ['issue', subject(`person ${nth}`)])
  const leavings = some.map((nth): Call => ['delete', leaver(nth)])
  const returns = some.map((nth): Call => ['create quietly', leaver(nth)])
  return [...issues, ...leavings, ['reconcile'], ['sweep'], ...returns]
}

const leaver = (nth: number): Subject => subject(`leaver ${nth}`)
const someOf = (people: number): number[] => count(Math.ceil(people / 20))

/** Has a few faults waiting at the service at any time. */
export function keepFaulting({ faults }: LocalAzure, random: () => number): () => number {
  let hits = 0
  const top = (): void => {
    for (let missing = 4 - faults.list().length; missing > 0; missing -= 1) {
      const kind = kinds[Math.floor(random() * kinds.length)] ?? 'reset'
      // What is deleted is little beside what is made, so these wait for it.
      const match = faults.list().some((fault) => fault.match.startsWith('DELETE'))
        ? 'POST /identities'
        : 'DELETE /identities'
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

function judgeAnswers({ results, settled }: RoundState): {
  readonly answered: number
  readonly duplicates: number
  readonly lost: number
} {
  const users = new Map<string, Set<string>>()
  const answers = results.flatMap((result) => result.answers)
  for (const [subject, user] of answers) users.set(subject, (users.get(subject) ?? new Set()).add(user))
  const known = new Set(settled.mapped)
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
