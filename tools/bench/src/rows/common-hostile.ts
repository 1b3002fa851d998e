/**
 * How long every parser of `@latchkey/common` takes over input that means harm, beside Azure's for connection strings.
 */

import {
  AzureCommunicationTokenCredential,
  createHeaderSigner,
  decodeBase64,
  decodeBase64Url,
  formatRawId,
  isLoopbackUrl,
  parseClientArguments,
  parseCompactJws,
  parseConnectionString,
  parseRawId,
  parseWireIdentifier,
  verifySignedRequest,
} from '@latchkey/common'
import type { BenchContext, BenchRow, Measurement } from '../row.ts'

const azure = '@azure/communication-common 2.5.0'
const million = 1_000_000
// At a million characters Azure's expression would take minutes.
const azureCharacters = 50_000

const texts: readonly string[] = [
  ...['a', ':', '_', ';', '=', '/', ' ', '.', '\0', '\ud800', 'A'].map((character) =>
    character.repeat(million),
  ),
  ...['4:', '8:acs:', '28:', 'https://r.example/', 'endpoint=', 'e30.e30.'].flatMap((head) => [
    head + '_'.repeat(million),
    head.repeat(million / head.length),
  ]),
  'endpoint=;accesskey'.repeat(million / 19),
  '__proto__',
]

const key = Buffer.from('a key for the bench, of no use elsewhere').toString('base64')
const body = new Uint8Array()

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  parseRawId: (text) => formatRawId(parseRawId(text)),
  parseWireIdentifier: (text) => parseWireIdentifier({ rawId: text }),
  parseConnectionString,
  parseClientArguments: (text) => parseClientArguments(text, { key }),
  parseCompactJws,
  decodeBase64,
  decodeBase64Url,
  isLoopbackUrl,
  createHeaderSigner,
  AzureCommunicationTokenCredential: (text) =>
    new AzureCommunicationTokenCredential(`${text}.${text}.${text}`),
  verifySignedRequest: (text) =>
    verifySignedRequest(
      { method: 'GET', target: text, headers: { get: () => `HMAC-SHA256 ${text}` }, body },
      { keys: [key] },
    ),
}

export const row: BenchRow = {
  name: 'common-hostile',
  title: 'the longest any parser takes over 1 MB of hostile text, best of 5',
  peers: { '@azure/communication-common': '2.5.0' },
  promises: [
    {
      text: 'every parser answers, or refuses, within 20 ms',
      holds: (figures) =>
        figures.filter(({ subject }) => subject === 'latchkey').every(({ value }) => value <= 20),
    },
  ],
  run,
}

async function run(context: BenchContext): Promise<readonly Measurement[]> {
  const figures: Measurement[] = []
  for (const [metric, parse] of Object.entries(parsers)) {
    let longest = 0
    for (const text of texts) longest = Math.max(longest, await fastest(() => parse(text)))
    figures.push({ subject: 'latchkey', metric, value: longest, unit: 'ms' })
  }
  const peer = await context.peer<{ parseConnectionString(text: string): unknown }>(
    '@azure/communication-common',
  )
  const text = 'endpoint='.repeat(azureCharacters / 9)
  const value = await fastest(() => peer.parseConnectionString(text))
  return [...figures, { subject: azure, metric: `parseConnectionString, 50 kB`, value, unit: 'ms' }]
}

/** The best of five, since the question is what the text costs and not what else the machine does. */
async function fastest(call: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 5; run += 1) {
    const startedAt = performance.now()
    try {
      await call()
    } catch {
      // A refusal is an answer.
    }
    best = Math.min(best, performance.now() - startedAt)
  }
  return best
}
