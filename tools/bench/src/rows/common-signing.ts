/**
 * Signing a request in Node, beside Azure's policy: the same request, the same key.
 */

import { createCommunicationAccessKeyCredentialPolicy } from '@latchkey/common'
import { createSyncHeaderSigner } from '@latchkey/common/node'
import type { BenchContext, BenchRow, Measurement } from '../row.ts'

const azure = '@azure/communication-common 2.5.0'
const sync = 'latchkey, synchronous'
const key = Buffer.from('a key for the bench, of no use elsewhere').toString('base64')
const url =
  'https://contoso.communication.azure.com/identities/8%3Aacs%3Aa_b/:issueAccessToken?api-version=2023-10-01'
const bodies = { '43 bytes': '{"scopes":["chat"],"expiresInMinutes":1440}', '30 kB': 'x'.repeat(30_000) }

interface Request {
  readonly url: string
  readonly method: string
  body?: unknown
  readonly headers: { get(name: string): string | undefined; set(name: string, value: string): void }
}

interface Policy {
  sendRequest(request: Request, next: (request: Request) => Promise<undefined>): Promise<unknown>
}

export const row: BenchRow = {
  name: 'common-signing',
  title: 'signing one request in Node, in turn, median of 9 rounds',
  peers: { '@azure/communication-common': '2.5.0', '@azure/core-rest-pipeline': '1.25.0' },
  promises: [
    {
      text: 'signing a body of 43 bytes: no slower than Azure',
      holds: (figures) => time(figures, 'latchkey') <= time(figures, azure),
    },
  ],
  run,
}

async function run(context: BenchContext): Promise<readonly Measurement[]> {
  const peer = await context.peer<{
    createCommunicationAccessKeyCredentialPolicy(credential: { key: string }): Policy
  }>('@azure/communication-common')
  const pipeline = await context.peer<{ createPipelineRequest(options: object): Request }>(
    '@azure/core-rest-pipeline',
  )
  const theirs = peer.createCommunicationAccessKeyCredentialPolicy({ key })
  const ours = createCommunicationAccessKeyCredentialPolicy({ key })
  const signSync = createSyncHeaderSigner(key)
  const next = (): Promise<undefined> => Promise.resolve(undefined)
  const figures: Measurement[] = []
  for (const [metric, body] of Object.entries(bodies)) {
    const create = (): Request => pipeline.createPipelineRequest({ url, method: 'POST', body })
    const [one, other] = [create(), create()]
    const rates = await context.compare({
      latchkey: () => ours.sendRequest(one, next),
      [azure]: () => theirs.sendRequest(other, next),
      [sync]: () => signSync({ method: 'POST', url, body }),
    })
    for (const [subject, rate] of rates) figures.push({ subject, metric, value: 1e6 / rate, unit: 'us' })
  }
  return figures
}

function time(figures: readonly Measurement[], subject: string): number {
  return (
    figures.find((figure) => figure.subject === subject && figure.metric === '43 bytes')?.value ?? Number.NaN
  )
}
