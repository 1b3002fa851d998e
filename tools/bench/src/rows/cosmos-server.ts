/**
 * The local Cosmos over http beside `@vercel/cosmosdb-server`, both through the real SDK, in turn, in one run.
 */

import { type Container, type CosmosSdk, itemOf, keyOf, median, openContainer, rate } from '../cosmos/sdk.ts'
import { prepareLatchkey, type Server, startVercel } from '../cosmos/servers.ts'
import type { BenchPromise, BenchRow, Measurement } from '../row.ts'

const latchkey = 'latchkey'
const vercel = '@vercel/cosmosdb-server 1.0.1'
const items = 10_000
const rounds = 5

interface Operation {
  readonly metric: string
  readonly atOnce: number
  /** How often in one round, by subject: the peer's scans are too slow for as many. */
  readonly times: Readonly<Record<string, number>>
  /** `number` counts on over all rounds. */
  work(container: Container, number: number): Promise<unknown>
}

const each = (times: number): Operation['times'] => ({ [latchkey]: times, [vercel]: times })

const operations: readonly Operation[] = [
  {
    metric: 'create',
    atOnce: 16,
    times: each(items / rounds),
    work: (container, number) => container.items.create(itemOf(number)),
  },
  {
    metric: 'point read',
    atOnce: 16,
    times: each(2_000),
    work: (container, number) => {
      const { id, pk } = keyOf((number * 7919) % items)
      return container.item(id, pk).read()
    },
  },
  {
    metric: 'upsert',
    atOnce: 16,
    times: each(2_000),
    work: (container, number) => container.items.upsert(itemOf((number * 7919) % items)),
  },
  {
    metric: 'query in a partition',
    atOnce: 4,
    times: { [latchkey]: 400, [vercel]: 12 },
    work: (container, number) => {
      const { id, pk } = keyOf((number * 7919) % items)
      const query = { query: 'SELECT * FROM c WHERE c.id = @id', parameters: [{ name: '@id', value: id }] }
      return expectRows(1, container.items.query(query, { partitionKey: pk }))
    },
  },
  {
    metric: 'query across, 10 rows',
    atOnce: 1,
    times: { [latchkey]: 60, [vercel]: 6 },
    work: (container, number) => {
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
  title: `local Cosmos over http, data on disk (peer: memory), 10,000 items of 1 kB, @azure/cosmos 4.10.1; median of ${rounds}`,
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
    const starts = { [latchkey]: own.start, [vercel]: () => startVercel(peerFolder) }
    try {
      return await measure(sdk, starts)
    } finally {
      own.clear()
    }
  },
}

async function measure(
  sdk: CosmosSdk,
  starts: Record<string, () => Promise<Server>>,
): Promise<Measurement[]> {
  const figures: Measurement[] = []
  const servers = new Map<string, Server>()
  for (const [subject, value] of await readiness(starts))
    figures.push({ subject, metric: 'ready', value, unit: 'ms' })
  for (const [subject, start] of Object.entries(starts)) servers.set(subject, await start())
  const opened = new Map<string, Awaited<ReturnType<typeof openContainer>>>()
  for (const [subject, { endpoint, key }] of servers)
    opened.set(subject, await openContainer(sdk, { endpoint, key }))
  for (const operation of operations) {
    const rates = await inTurn(operation, opened)
    for (const [subject, value] of rates)
      figures.push({ subject, metric: operation.metric, value, unit: '1/s' })
  }
  for (const [subject, server] of servers) {
    figures.push({ subject, metric: 'memory', value: server.memory(), unit: 'MB' })
    opened.get(subject)?.client.dispose()
    await server.stop()
  }
  return figures
}

async function readiness(starts: Record<string, () => Promise<Server>>): Promise<[string, number][]> {
  const times = Object.keys(starts).map((subject): [string, number[]] => [subject, []])
  for (let round = 0; round < rounds; round += 1) {
    for (const [subject, found] of times) {
      const server = await starts[subject]?.()
      if (server) found.push(server.readyMs)
      await server?.stop()
    }
  }
  return times.map(([subject, found]) => [subject, median(found)])
}

// A B A B …, so that a machine whose speed drifts treats both alike.
async function inTurn(
  { atOnce, times, work }: Operation,
  opened: ReadonlyMap<string, { readonly container: Container }>,
): Promise<[string, number][]> {
  const rates = [...opened.keys()].map((subject): [string, number[]] => [subject, []])
  for (let round = 0; round < rounds; round += 1) {
    for (const [subject, found] of rates) {
      const container = opened.get(subject)?.container
      const count = times[subject] ?? 0
      if (container)
        found.push(await rate(count, atOnce, (number) => work(container, round * count + number)))
    }
  }
  return rates.map(([subject, found]) => [subject, median(found)])
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
