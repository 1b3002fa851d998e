/**
 * Asking a credential for a token it already has, beside Azure's class.
 */

import { AzureCommunicationTokenCredential } from '@latchkey/common'
import type { BenchContext, BenchRow, Measurement } from '../row.ts'

const azure = '@azure/communication-common 2.5.0'

interface Credential {
  getToken(): Promise<{ readonly token: string }>
}
type CredentialClass = new (from: object) => Credential

export const row: BenchRow = {
  name: 'common-get-token',
  title: 'getToken with a token at hand, in turn, median of 9 rounds',
  peers: { '@azure/communication-common': '2.5.0' },
  promises: [
    {
      text: 'a static token: at most 1.1 times the time of Azure',
      holds: (figures) => ratio(figures, 'static') <= 1.1,
    },
    {
      text: 'a refreshing credential: at most 1.1 times the time of Azure',
      holds: (figures) => ratio(figures, 'refreshing') <= 1.1,
    },
  ],
  run,
}

async function run(context: BenchContext): Promise<readonly Measurement[]> {
  const peer = await context.peer<{ AzureCommunicationTokenCredential: CredentialClass }>(
    '@azure/communication-common',
  )
  const classes: Readonly<Record<string, CredentialClass>> = {
    latchkey: AzureCommunicationTokenCredential as CredentialClass,
    [azure]: peer.AzureCommunicationTokenCredential,
  }
  const token = { token: 'opaque', expiresOnTimestamp: Date.now() + 24 * 3_600_000 }
  const options = { tokenRefresher: () => Promise.resolve(token), token }
  const figures: Measurement[] = []
  for (const [metric, from] of Object.entries({ static: token, refreshing: options })) {
    const subjects = Object.entries(classes).map(([subject, create]) => {
      const credential = new create(from)
      return [subject, () => credential.getToken()] as const
    })
    const rates = await context.compare(Object.fromEntries(subjects))
    for (const [subject, rate] of rates) figures.push({ subject, metric, value: 1e6 / rate, unit: 'us' })
  }
  return figures
}

function ratio(figures: readonly Measurement[], metric: string): number {
  const of = (subject: string): number =>
    figures.find((figure) => figure.subject === subject && figure.metric === metric)?.value ?? Number.NaN
  return of('latchkey') / of(azure)
}
