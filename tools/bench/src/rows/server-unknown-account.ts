/**
 * How long a refused password takes for an address that has an account and for one that has none, in turn, 2,000 calls in
 * all: what a stopwatch could tell (item 64 of the checklist). Reported and not judged, because the provider's own time is
 * in it; local Azure stands in for the provider, so the figures are about this server and about how many requests it sends.
 */

import { type Endpoints, settingsOf, startLocalAzure } from '@latchkey/local-azure'
import { createApp, createLatchkey, defaultLimits, parseSettings } from '@latchkey/server'
import type { BenchRow, Measurement } from '../row.ts'

const pairs = 1_000
const addresses = { known: 'bob@contoso.example', unknown: 'nobody@contoso.example' } as const

export const row: BenchRow = {
  name: 'server-unknown-account',
  title: 'refused passwords, 2,000 calls in turn, local Azure over http; reported, not judged',
  peers: {},
  promises: [
    {
      text: 'every one of them is the same refusal',
      holds: (figures) =>
        figures.filter(({ metric, value }) => metric === 'refused alike' && value === 2 * pairs).length === 2,
    },
  ],
  run: async () => {
    const localAzure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
    try {
      const figures: Measurement[] = []
      for (const [subject, changes] of Object.entries(providersOf(localAzure.endpoints))) {
        const environment = { ...settingsOf(localAzure.endpoints), NODE_ENV: 'development', ...changes }
        const latchkey = createLatchkey(parseSettings(environment), { clock: localAzure.clock })
        const limits = Object.fromEntries(
          Object.keys(defaultLimits).map((name) => [name, { points: 1e6, seconds: 1 }]),
        )
        const app = createApp(latchkey, { limits })
        figures.push(...(await measure(subject, (request) => app.request(request))))
      }
      return figures
    } finally {
      await localAzure.close()
    }
  },
}

function providersOf({ entra }: Endpoints): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const { metadata, clientId, clientSecret, tenantId } = entra.externalId
  return {
    'B2C, password policy': {},
    'External ID, native': {
      LATCHKEY_PROVIDER: 'external-id',
      LATCHKEY_METADATA_URL: metadata,
      LATCHKEY_ROPC_METADATA_URL: '',
      LATCHKEY_CLIENT_ID: clientId,
      LATCHKEY_CLIENT_SECRET: clientSecret,
      LATCHKEY_POLICIES: '',
      LATCHKEY_GRAPH_TENANT_ID: tenantId,
    },
  }
}

async function measure(
  subject: string,
  send: (request: Request) => Response | Promise<Response>,
): Promise<readonly Measurement[]> {
  const refusals = new Map<string, number>()
  const times: Record<keyof typeof addresses, number[]> = { known: [], unknown: [] }
  const kinds = ['known', 'unknown'] as const
  for (let round = -50; round < pairs; round += 1)
    // Each goes first as often as the other; the first rounds warm everything up.
    for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) {
      const body = JSON.stringify({ grant: 'password', email: addresses[kind], password: 'Not-This-One-1' })
      const headers = { 'content-type': 'application/json' }
      const startedAt = performance.now()
      const request = new Request('http://127.0.0.1/v1/sessions', { method: 'POST', headers, body })
      const response = await send(request)
      if (round >= 0) times[kind].push(performance.now() - startedAt)
      const { title, code } = (await response.json()) as { readonly title: string; readonly code: string }
      const refusal = `${response.status} ${code} ${title}`
      if (round >= 0) refusals.set(refusal, (refusals.get(refusal) ?? 0) + 1)
    }
  const alike = { subject, metric: 'refused alike', value: Math.max(...refusals.values()), unit: '' }
  const means = kinds.flatMap((kind) => [
    { subject, metric: `${kind}, mean`, value: mean(times[kind]), unit: 'ms' },
    { subject, metric: `${kind}, 95 % of mean`, value: 1.96 * standardError(times[kind]), unit: '+- ms' },
  ])
  return [alike, ...means]
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function standardError(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)) / values.length)
}
