/**
 * Refreshing a session beside the certified oidc-provider, over real sockets: how fast one after another, and what becomes
 * of fifty who present one token at once while the store takes 1 to 5 ms.
 */

import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { BenchContext, BenchRow, Measurement } from '../row.ts'
import { type OidcProviderModule, startProvider } from '../server/oidc-provider.ts'
import { createSimulatedWorld } from '../server/simulated-world.ts'

const peer = 'oidc-provider 9.13.3'
const callers = 50

interface Refresher {
  signIn(): Promise<string>
  refresh(refreshToken: string): Promise<string | undefined>
  close(): void
}

export const row: BenchRow = {
  name: 'server-refresh',
  title: 'refreshes over http on this machine, stores in memory; the client shares the cores',
  peers: { 'oidc-provider': '9.13.3' },
  promises: [
    {
      text: 'one after another: at least as fast as oidc-provider',
      holds: (figures) => of(figures, 'latchkey', 'one by one') >= of(figures, peer, 'one by one'),
    },
    {
      text: 'fifty at once: all get the one successor',
      holds: (figures) =>
        of(figures, 'latchkey', 'at once, answered') === callers &&
        of(figures, 'latchkey', 'at once, successors') === 1,
    },
  ],
  run: async (context) => {
    const module = await context.peer<OidcProviderModule>('oidc-provider')
    const subjects: Readonly<Record<string, Start>> = {
      latchkey: startLatchkey,
      [peer]: (pause) => startProvider(module, pause),
    }
    const rates = await measureRates(context, subjects)
    const figures: Measurement[] = []
    for (const [subject, start] of Object.entries(subjects)) {
      figures.push({ subject, metric: 'one by one', value: rates.get(subject) ?? Number.NaN, unit: '1/s' })
      figures.push(...(await measureAtOnce(subject, start)))
    }
    return figures
  },
}

type Start = (pause: () => Promise<void>) => Promise<Refresher>

async function measureRates(
  { compare }: BenchContext,
  subjects: Readonly<Record<string, Start>>,
): Promise<ReadonlyMap<string, number>> {
  const running: Refresher[] = []
  const chains: Record<string, () => Promise<void>> = {}
  for (const [subject, start] of Object.entries(subjects)) {
    const refresher = await start(async () => undefined)
    running.push(refresher)
    let last = refresher.signIn()
    chains[subject] = async () => {
      // Each waits for the one before: a token is presented once.
      last = last.then(async (token) => {
        const next = await refresher.refresh(token)
        if (next === undefined) throw new Error(`${subject} refused its own token`)
        return next
      })
      await last
    }
  }
  const rates = await compare(chains)
  for (const refresher of running) refresher.close()
  return rates
}

async function measureAtOnce(subject: string, start: Start): Promise<readonly Measurement[]> {
  const refresher = await start(() => new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 4)))
  const presented = await refresher.signIn()
  const answers = await Promise.all(Array.from({ length: callers }, () => refresher.refresh(presented)))
  refresher.close()
  const successors = answers.filter((answer) => answer !== undefined)
  return [
    { subject, metric: 'at once, answered', value: successors.length, unit: 'of 50' },
    { subject, metric: 'at once, successors', value: new Set(successors).size, unit: 'tokens' },
  ]
}

async function startLatchkey(pause: () => Promise<void>): Promise<Refresher> {
  const world = createSimulatedWorld(pause)
  const server = serve({ fetch: (request) => world.fetch(request), port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return {
    signIn: async () => (await world.signIn(1)).refreshToken,
    refresh: async (refreshToken) => {
      const response = await fetch(`http://127.0.0.1:${port}/v1/sessions/refresh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refreshToken }),
      })
      const answer = (await response.json()) as { readonly refreshToken?: string }
      return answer.refreshToken
    },
    close: () => {
      server.close()
    },
  }
}

function of(figures: readonly Measurement[], subject: string, metric: string): number {
  return figures.find((figure) => figure.subject === subject && figure.metric === metric)?.value ?? Number.NaN
}
