/**
 * `getToken` beside Azure's client: what a request costs the client, and how many go through.
 */

import { CommunicationIdentityClient } from '@latchkey/identity'
import { median } from '../compare.ts'
import { startCannedServer } from '../identity/canned-server.ts'
import { type LoadResult, load } from '../identity/load.ts'
import type { BenchContext, BenchRow, Measurement } from '../row.ts'

const azure = '@azure/communication-identity 1.3.1'
const rounds = 7
const requestsPerRound = 3_000
const key = Buffer.from('a key for the bench, of no use elsewhere').toString('base64')
const user = {
  communicationUserId: '8:acs:00000000-0000-0000-0000-000000000000_11111111-1111-1111-1111-111111111111',
}

interface Client {
  getToken(who: typeof user, scopes: 'chat'[]): Promise<unknown>
}

interface AzurePackage {
  readonly CommunicationIdentityClient: new (
    endpoint: string,
    credential: { readonly key: string },
    options: object,
  ) => Client
}

export const row: BenchRow = {
  name: 'identity-get-token',
  title: 'getToken against a canned server in its own process, 16 at once; in turn, the median of 7 rounds',
  peers: { '@azure/communication-identity': '1.3.1' },
  promises: [
    {
      text: 'CPU of the client for a request: at most 0.6 times that of Azure',
      holds: (figures) => ratio(figures, 'CPU/request') <= 0.6,
    },
    {
      text: 'requests per second: at least 1.3 times those of Azure',
      holds: (figures) => ratio(figures, 'requests') >= 1.3,
    },
  ],
  run,
}

async function run(context: BenchContext): Promise<readonly Measurement[]> {
  const peer = await context.peer<AzurePackage>('@azure/communication-identity')
  const server = await startCannedServer()
  try {
    const clients: Readonly<Record<string, Client>> = {
      latchkey: new CommunicationIdentityClient(server.url, { key }),
      [azure]: new peer.CommunicationIdentityClient(server.url, { key }, { allowInsecureConnection: true }),
    }
    const results = new Map<string, LoadResult[]>()
    for (const [subject, client] of Object.entries(clients)) {
      results.set(subject, [])
      await load(() => client.getToken(user, ['chat']), requestsPerRound, 16)
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const [subject, client] of Object.entries(clients)) {
        results.get(subject)?.push(await load(() => client.getToken(user, ['chat']), requestsPerRound, 16))
      }
    }
    return [...results].flatMap(([subject, measured]) => summarize(subject, measured))
  } finally {
    server.close()
  }
}

function summarize(subject: string, results: readonly LoadResult[]): Measurement[] {
  const requests = median(results.map(({ requestsPerSecond }) => requestsPerSecond))
  const cpu = median(results.map(({ cpuMicroseconds }) => cpuMicroseconds))
  return [
    { subject, metric: 'requests', value: requests, unit: '/s' },
    { subject, metric: 'CPU/request', value: cpu, unit: 'us' },
  ]
}

function ratio(figures: readonly Measurement[], metric: string): number {
  const of = (subject: string): number =>
    figures.find((figure) => figure.subject === subject && figure.metric === metric)?.value ?? Number.NaN
  return of('latchkey') / of(azure)
}
