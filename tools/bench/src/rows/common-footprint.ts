/**
 * What `@latchkey/common` weighs in a browser bundle, and what importing it costs a fresh process.
 */

import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { coldImportMs } from '../cold-import.ts'
import { installIdentity } from '../identity/installed.ts'
import type { BenchRow, Measurement } from '../row.ts'

const azure = '@azure/communication-common 2.5.0'
const entries = {
  'credential + identifiers':
    'AzureCommunicationTokenCredential, createIdentifierFromRawId, getIdentifierRawId',
  identifiers: 'createIdentifierFromRawId, getIdentifierRawId',
  'signing + connection string': 'createCommunicationAccessKeyCredentialPolicy, parseConnectionString',
}

export const row: BenchRow = {
  name: 'common-footprint',
  title: 'built, packed and installed; esbuild for browsers, minified, gzip -9; cold import, median of 11',
  peers: { '@azure/communication-common': '2.5.0' },
  promises: [
    {
      text: 'browser bundle of the credential and two identifier functions: at most 6 kB',
      holds: (figures) => ours(figures, 'credential + identifiers') <= 6_000,
    },
    { text: 'cold import: at most 8 ms', holds: (figures) => ours(figures, 'cold import') <= 8 },
  ],
  run: async ({ peerFolder }) => {
    // The project of the identity row: it holds @latchkey/common as a user gets it.
    const project = installIdentity()
    return [
      ...(await measure('latchkey', project, '@latchkey/common')),
      ...(await measure(azure, peerFolder, '@azure/communication-common')),
    ]
  },
}

async function measure(subject: string, project: string, specifier: string): Promise<Measurement[]> {
  const figures: Measurement[] = []
  for (const [metric, names] of Object.entries(entries)) {
    const contents = `export { ${names} } from ${JSON.stringify(specifier)}`
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: project },
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      platform: 'browser',
    })
    const value = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
    figures.push({ subject, metric, value, unit: 'B' })
  }
  const value = coldImportMs(`await import(${JSON.stringify(specifier)})`, project)
  return [...figures, { subject, metric: 'cold import', value, unit: 'ms' }]
}

function ours(figures: readonly Measurement[], metric: string): number {
  return (
    figures.find((figure) => figure.subject === 'latchkey' && figure.metric === metric)?.value ?? Number.NaN
  )
}
