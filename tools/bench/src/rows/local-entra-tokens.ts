/**
 * What an application's token costs from the local Entra, beside the stand-in people use in tests.
 */

import { startLocalAzure } from '@latchkey/local-azure'
import type { BenchContext, BenchRow, Measurement } from '../row.ts'

const mock = 'oauth2-mock-server 9.3.0 (checks nothing)'

interface MockServer {
  readonly issuer: {
    readonly url: string | undefined
    readonly keys: { generate(algorithm: string): Promise<unknown> }
  }
  start(port: number, host: string): Promise<void>
  stop(): Promise<void>
}

interface MockPackage {
  readonly OAuth2Server: new () => MockServer
}

export const row: BenchRow = {
  name: 'local-entra-tokens',
  title:
    'client credentials over http, one after the other: secret checked, RS256, recorded for the dashboard',
  peers: { 'oauth2-mock-server': '9.3.0' },
  promises: [
    {
      text: 'at least 0.8 times the tokens of a mock that checks nothing',
      holds: (figures) => of(figures, 'latchkey') >= 0.8 * of(figures, mock),
    },
  ],
  run,
}

async function run({ compare, peer }: BenchContext): Promise<readonly Measurement[]> {
  const { OAuth2Server } = await peer<MockPackage>('oauth2-mock-server')
  const server = new OAuth2Server()
  await server.issuer.keys.generate('RS256')
  await server.start(0, '127.0.0.1')
  const localAzure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  try {
    const { clientId, clientSecret, tokenEndpoint } = localAzure.endpoints.graph
    const scope = 'https://graph.microsoft.com/.default'
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope }
    const ask = (url: string) => async (): Promise<void> => {
      const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form) })
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
      await answer.arrayBuffer()
    }
    const rates = await compare({
      latchkey: ask(tokenEndpoint),
      [mock]: ask(`http://127.0.0.1:${new URL(server.issuer.url ?? '').port}/token`),
    })
    return [...rates].map(([subject, value]) => ({ subject, metric: 'tokens', value, unit: '/s' }))
  } finally {
    await localAzure.close()
    await server.stop()
  }
}

function of(figures: readonly Measurement[], subject: string): number {
  return figures.find((figure) => figure.subject === subject)?.value ?? Number.NaN
}
