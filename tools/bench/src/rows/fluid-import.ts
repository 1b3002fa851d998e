/**
 * What `@latchkey/fluid` costs before it does anything, on a server and in a browser.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { coldImportMs } from '../cold-import.ts'
import { installFluid } from '../fluid/installed.ts'
import type { BenchRow, Measurement } from '../row.ts'

const official = '@fluidframework/azure-service-utils 2.111.0'
const provider = 'latchkey /provider'

export const row: BenchRow = {
  name: 'fluid-import',
  title:
    'built, packed and installed into an empty project; cold import above an empty process, median of 11',
  peers: { '@fluidframework/azure-service-utils': '2.111.0' },
  promises: [
    {
      text: 'the main entry imports in at most 25 ms',
      holds: (all) => figureOf(all, 'latchkey', 'cold import') <= 25,
    },
    {
      text: '/provider imports in at most 5 ms',
      holds: (all) => figureOf(all, provider, 'cold import') <= 5,
    },
    {
      text: '/provider is at most 2 kB, minified and gzipped',
      holds: (all) => figureOf(all, provider, 'gzip') <= 2,
    },
  ],
  run: async ({ peerFolder }) => {
    const project = installFluid()
    return [
      imported('latchkey', project, '@latchkey/fluid'),
      imported(provider, project, '@latchkey/fluid/provider'),
      imported(official, peerFolder, '@fluidframework/azure-service-utils/legacy'),
      { subject: provider, metric: 'gzip', value: await gzipKilobytes(project, 'provider.js'), unit: 'kB' },
    ]
  },
}

function imported(subject: string, project: string, specifier: string): Measurement {
  const value = coldImportMs(`await import(${JSON.stringify(specifier)})`, project)
  return { subject, metric: 'cold import', value, unit: 'ms' }
}

async function gzipKilobytes(project: string, entry: string): Promise<number> {
  const entryPoint = join(project, 'node_modules/@latchkey/fluid/dist', entry)
  const options = { bundle: true, minify: true, write: false, format: 'esm', platform: 'browser' } as const
  const { outputFiles } = await build({
    ...options,
    stdin: { contents: readFileSync(entryPoint, 'utf8'), resolveDir: join(entryPoint, '..') },
  })
  return gzipSync(outputFiles[0]?.contents ?? '').length / 1000
}

function figureOf(figures: readonly Measurement[], subject: string, metric: string): number {
  return figures.find((figure) => figure.subject === subject && figure.metric === metric)?.value ?? Number.NaN
}
