/**
 * The local Cosmos over http beside `@vercel/cosmosdb-server`, in turn, in one run.
 *
 * The SDK spends more time on a call than either server does, so through it the client would be measured: writes and
 * point reads are asked for by the least client there can be, and through the SDK once more for comparison.
 */

import { type Container, type CosmosSdk, itemOf, keyOf, median, openContainer, rate } from '../cosmos/sdk.ts'
import { prepareLatchkey, type Server, startVercel } from '../cosmos/servers.ts'
import { connect, type WireClient } from '../cosmos/wire.ts'
import type { BenchPromise, BenchRow, Measurement } from '../row.ts'

const latchkey = 'latchkey'
const vercel = '@vercel/cosmosdb-server 1.0.1'
const items = 10_000
const rounds = 20
const starts = 5
const connections = 16

/** The ways into a server. */
interface Doors {
  readonly wire: WireClient
  readonly container: Container
}

interface Operation {
  readonly metric: string
  readonly atOnce: number
  /** How often in one round, by subject: the peer's scans are too slow for as many. */
  readonly times: Readonly<Record<string, number>>
  /** `number` counts on over all rounds. */
  work(doors: Doors, number: number): Promise<unknown>
}

const each = (times: number): Operation['times'] => ({ [latchkey]: times, [vercel]: times })
// Any order but that of creation.
const scattered = (number: number): number => (number * 7919) % items

const operations: readonly Operation[] = [
  {
    metric: 'create',
    atOnce: connections,
    times: each(items / rounds),
    work: ({ wire }, number) => wire.create(number),
  },
  {
    metric: 'point read',
    atOnce: connections,
    times: each(1_000),
    work: ({ wire }, number) => wire.read(scattered(number)),
  },
  {
    metric: 'upsert',
    atOnce: connections,
    times: each(500),
    work: ({ wire }, number) => wire.upsert(scattered(number)),
  },
  {
    metric: 'create through the SDK',
    atOnce: connections,
    times: each(250),
    work: ({ container }, number) => container.items.create(itemOf(items + number)),
  },
  {
    metric: 'point read through the SDK',
    atOnce: connections,
    times: each(250),
    work: ({ container }, number) => {
      const { id, pk } = keyOf(scattered(number))
      return container.item(id, pk).read()
    },
  },
  {
    metric: 'upsert through the SDK',
    atOnce: connections,
    times: each(250),
    work: ({ container }, number) => container.items.upsert(itemOf(scattered(number))),
  },
  {
    metric: 'query in a partition',
    atOnce: 4,
    times: { [latchkey]: 100, [vercel]: 1 },
    work: ({ container }, number) => {
      const { id, pk } = keyOf(scattered(number))
      const query = { query: 'SELECT * FROM c WHERE c.id = @id', parameters: [{ name: '@id', value: id }] }
      return expectRows(1, container.items.query(query, { partitionKey: pk }))
    },
  },
  {
    metric: 'query across, 10 rows',
    atOnce: 1,
    times: { [latchkey]: 15, [vercel]: 1 },
    work: ({ container }, number) => {
      const from = (number * 10) % items
      const query = 'SELECT * FROM c WHERE c.number >= @from AND c.number < @to'
      const parameters = [
        { name: '@from', value: from },
        { name: '@to', value: from + 10 },
      ]
      return expectRows(10, container.items.query({ query, parameters }))
    },
  },
]

export const row: BenchRow = {
  name: 'cosmos-server',
  title: `local Cosmos over http, data on disk (peer: memory), 10,000 items of 1 kB, 16 at once; median of ${rounds}`,
  peers: { '@azure/cosmos': '4.10.1', '@vercel/cosmosdb-server': '1.0.1' },
  promises: [
    faster('point read', 1.2),
    faster('upsert', 1.2),
    faster('create', 1.3),
    faster('query in a partition', 20),
    faster('query across, 10 rows', 1.3),
    { text: 'ready within 200 ms', holds: (all) => figureOf(all, latchkey, 'ready') <= 200 },
    {
      text: 'at most 1.2x the memory',
      holds: (all) => figureOf(all, latchkey, 'memory') <= 1.2 * figureOf(all, vercel, 'memory'),
    },
  ],
  run: async ({ peer, peerFolder }) => {
    const sdk = await peer<CosmosSdk>('@azure/cosmos')
    const own = await prepareLatchkey()
    try {
      return await measure(sdk, { [latchkey]: own.start, [vercel]: () => startVercel(peerFolder) })
    } finally {
      own.clear()
    }
  },
}

type Starters = Readonly<Record<string, () => Promise<Server>>>

async function measure(sdk: CosmosSdk, starters: Starters): Promise<Measurement[]> {
  const figures: Measurement[] = []
  for (const [subject, value] of await readiness(starters))
    figures.push({ subject, metric: 'ready', value, unit: 'ms' })
  const subjects = await Promise.all(
    Object.entries(starters).map(async ([subject, start]) => {
      const server = await start()
      const { container, client } = await openContainer(sdk, server)
      return { subject, server, client, container, wire: connect(server, connections) }
    }),
  )
  for (const operation of operations) {
    const rates = await inTurn(operation, new Map(subjects.map((one) => [one.subject, one])))
    for (const [subject, value] of rates)
      figures.push({ subject, metric: operation.metric, value, unit: '1/s' })
  }
  for (const { subject, server, client, wire } of subjects) {
    figures.push({ subject, metric: 'memory', value: server.memory(), unit: 'MB' })
    client.dispose()
    await wire.close()
    await server.stop()
  }
  return figures
}

async function readiness(starters: Starters): Promise<[string, number][]> {
  const times = Object.keys(starters).map((subject): [string, number[]] => [subject, []])
  for (let round = 0; round < starts; round += 1) {
    for (const [subject, found] of times) {
      const server = await starters[subject]?.()
      if (server) found.push(server.readyMs)
      await server?.stop()
    }
  }
  return times.map(([subject, found]) => [subject, median(found)])
}

// A B, B A, A B …, so that a machine whose speed drifts treats both alike.
async function inTurn(
  { atOnce, times, work }: Operation,
  opened: ReadonlyMap<string, Doors>,
): Promise<[string, number][]> {
  const rates = [...opened].map(([subject, doors]) => ({ subject, doors, found: [] as number[] }))
  for (let round = 0; round < rounds; round += 1) {
    for (const { subject, doors, found } of round % 2 === 0 ? rates : rates.toReversed()) {
      const count = times[subject] ?? 0
      found.push(await rate(count, atOnce, (number) => work(doors, round * count + number)))
    }
  }
  return rates.map(({ subject, found }) => [subject, median(found)])
}

async function expectRows(count: number, results: ReturnType<Container['items']['query']>): Promise<void> {
  const { resources } = await results.fetchAll()
  if (resources.length !== count)
    throw new Error(`A query found ${resources.length} rows instead of ${count}`)
}

function faster(metric: string, times: number): BenchPromise {
  return {
    text: `${metric}: at least ${times}x`,
    holds: (all) => figureOf(all, latchkey, metric) >= times * figureOf(all, vercel, metric),
  }
}

function figureOf(all: readonly Measurement[], subject: string, metric: string): number {
  return all.find((one) => one.subject === subject && one.metric === metric)?.value ?? Number.NaN
}
