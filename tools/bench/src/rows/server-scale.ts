/**
 * How many people the services behind allow, found by letting simulated people use the real server for a working day.
 *
 * Five hundred people come within an hour, keep the page open for eight, and their pages renew what is about to end. What
 * leaves the server is counted second by second; the caps are those of docs/scale.md.
 */

import type { BenchRow, Measurement } from '../row.ts'
import { type Call, createSimulatedWorld, type SimulatedWorld } from '../server/simulated-world.ts'

const people = 500
const daySeconds = 8 * 3_600
const arrivalSeconds = 3_600

/** The caps, in requests a second. Graph's and the cost of a permission read are assumptions, see docs/scale.md. */
const caps: Readonly<Record<Call, number>> = {
  provider: 20,
  graph: 400,
  cosmosData: 10_000,
  cosmosMetadata: 240,
}

export const row: BenchRow = {
  name: 'server-scale',
  title: `${people} people, eight hours, the real code on a simulated clock; busiest minute and mean, for 10,000 people`,
  peers: {},
  promises: [
    {
      text: 'the directory is asked at most once an hour for each person',
      holds: (figures) => of(figures, 'graph, steady, mean') <= (10_000 / 3_600) * 1.05,
    },
    {
      text: 'resource tokens cost at most one metadata request in 45 minutes for each person',
      holds: (figures) => of(figures, 'cosmosMetadata, steady, mean') <= (10_000 / 2_700) * 1.05,
    },
    {
      text: '100,000 people at once stay under every cap',
      holds: (figures) => of(figures, 'people until a cap') >= 100_000,
    },
  ],
  run: async () => {
    const world = createSimulatedWorld()
    const perMinute = await live(world)
    // The hour of arrival is a peak of its own; after it everything is renewal.
    const phases = { arriving: perMinute.slice(0, 60), steady: perMinute.slice(75) }
    const figures: Measurement[] = []
    for (const [phase, minutes] of Object.entries(phases))
      for (const call of Object.keys(caps) as Call[]) {
        const busiest = Math.max(...minutes.map((counts) => counts[call])) / 60
        const value = (busiest / people) * 10_000
        figures.push({ subject: 'latchkey', metric: `${call}, ${phase}`, value, unit: '1/s' })
        const mean = minutes.reduce((sum, counts) => sum + counts[call], 0) / minutes.length / 60
        figures.push({
          subject: 'latchkey',
          metric: `${call}, ${phase}, mean`,
          value: (mean / people) * 10_000,
          unit: '1/s',
        })
      }
    const steady = (call: Call): number => of(figures, `${call}, steady`)
    const limits = (Object.keys(caps) as Call[]).map(
      (call) => (caps[call] / Math.max(steady(call), 1e-9)) * 10_000,
    )
    return [
      ...figures,
      { subject: 'latchkey', metric: 'people until a cap', value: Math.min(...limits), unit: 'people' },
    ]
  },
}

interface Visitor {
  readonly number: number
  accessToken: string
  refreshToken: string
  resourceTokensEndAt: number
}

/** Lives through the day; answers what left the server, minute by minute. */
async function live(world: SimulatedWorld): Promise<readonly Record<Call, number>[]> {
  const startMs = world.nowMs
  const due = new Map<number, Visitor[]>()
  const plan = (second: number, visitor: Visitor): void => {
    due.set(second, [...(due.get(second) ?? []), visitor])
  }
  for (let number = 0; number < people; number += 1)
    // Spread by a fixed rule, so that two runs say the same.
    plan(Math.floor(((number * 0.618_034) % 1) * arrivalSeconds), {
      number,
      accessToken: '',
      refreshToken: '',
      resourceTokensEndAt: 0,
    })
  const minutes: Record<Call, number>[] = []
  for (let second = 0; second < daySeconds; second += 1) {
    if (second % 60 === 0) minutes.push({ provider: 0, graph: 0, cosmosData: 0, cosmosMetadata: 0 })
    world.nowMs = startMs + second * 1_000
    for (const visitor of due.get(second) ?? []) {
      await renew(world, visitor, second)
      // A minute before the access token ends, give or take: pages do not all wake together.
      plan(second + 840 - (visitor.number % 60), visitor)
    }
    due.delete(second)
    const minute = minutes.at(-1)
    for (const call of Object.keys(caps) as Call[]) {
      if (minute) minute[call] += world.counts[call]
      world.counts[call] = 0
    }
  }
  return minutes
}

async function renew(world: SimulatedWorld, visitor: Visitor, second: number): Promise<void> {
  const issued =
    visitor.refreshToken === ''
      ? await world.signIn(visitor.number)
      : await world.refresh(visitor.refreshToken)
  Object.assign(visitor, { accessToken: issued.accessToken, refreshToken: issued.refreshToken })
  if (second < visitor.resourceTokensEndAt) return
  await world.resourceTokens(visitor.accessToken)
  visitor.resourceTokensEndAt = second + 3_600 - 900
}

function of(figures: readonly Measurement[], metric: string): number {
  return figures.find((figure) => figure.metric === metric)?.value ?? Number.NaN
}
