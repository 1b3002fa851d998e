/**
 * What `@latchkey/identity` costs before it does anything: to install, and to import in a fresh process.
 */

import { coldImportMs } from '../cold-import.ts'
import { startCannedServer } from '../identity/canned-server.ts'
import { installIdentity, measureInstallation } from '../identity/installed.ts'
import type { BenchRow, Measurement } from '../row.ts'

const azure = '@azure/communication-identity 1.3.1'

export const row: BenchRow = {
  name: 'identity-footprint',
  title:
    'built, packed and installed into an empty project; cold import above an empty process, median of 11',
  peers: { '@azure/communication-identity': '1.3.1' },
  promises: [
    { text: 'cold import: at most 20 ms', holds: (figures) => ours(figures, 'cold import') <= 20 },
    { text: 'at most 5 packages', holds: (figures) => ours(figures, 'packages') <= 5 },
    { text: 'at most 3,000,000 bytes on the disk', holds: (figures) => ours(figures, 'installed') <= 3 },
  ],
  run: async ({ peerFolder }) => {
    const server = await startCannedServer()
    try {
      return [
        ...measure('latchkey', installIdentity(), '@latchkey/identity', server.url),
        ...measure(azure, peerFolder, '@azure/communication-identity', server.url),
      ]
    } finally {
      server.close()
    }
  },
}

function measure(subject: string, project: string, specifier: string, url: string): Measurement[] {
  const { diskMegabytes, megabytes, packages } = measureInstallation(project)
  const imported = coldImportMs(`await import(${JSON.stringify(specifier)})`, project)
  // What a cold start feels: the import, and the first token, for which ours imports its HTTP client.
  const firstToken = coldImportMs(firstTokenCode(specifier, url), project)
  return [
    { subject, metric: 'cold import', value: imported, unit: 'ms' },
    { subject, metric: 'with a first token', value: firstToken, unit: 'ms' },
    { subject, metric: 'packages', value: packages, unit: '' },
    { subject, metric: 'installed, bytes of the files', value: megabytes, unit: 'MB' },
    { subject, metric: 'installed', value: diskMegabytes, unit: 'MB' },
  ]
}

function firstTokenCode(specifier: string, url: string): string {
  return `const { CommunicationIdentityClient } = await import(${JSON.stringify(specifier)})
    const options = { allowInsecureConnection: true }
    const client = new CommunicationIdentityClient(${JSON.stringify(url)}, { key: 'AAAA' }, options)
    await client.getToken({ communicationUserId: '8:acs:a_b' }, ['chat'])
    process.exit()`
}

function ours(figures: readonly Measurement[], metric: string): number {
  return (
    figures.find((figure) => figure.subject === 'latchkey' && figure.metric === metric)?.value ?? Number.NaN
  )
}
