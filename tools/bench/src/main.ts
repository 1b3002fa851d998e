/**
 * `pnpm bench [row ...]`: runs the rows, all of them unless some are named, prints every figure and judges the promises.
 *
 * Exit status 1 when a promise does not hold. `--json` prints the figures for machines.
 */

import { globSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename, join } from 'node:path'
import { coldImportMs } from './cold-import.ts'
import { compare } from './compare.ts'
import { importFrom, installPeers } from './peers.ts'
import type { BenchRow, Measurement } from './row.ts'

const rowFolder = join(import.meta.dirname, 'rows')
const names = globSync('*.ts', { cwd: rowFolder })
  .map((file) => basename(file, '.ts'))
  .toSorted()
const asJson = process.argv.includes('--json')
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`No such row: ${unknown.join(', ')}. Rows: ${names.join(', ')}`)
  process.exit(2)
}

const say = (line: string): void => (asJson ? undefined : console.log(line))
say(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}`)
const results: { readonly row: string; readonly figures: readonly Measurement[]; readonly kept: boolean }[] =
  []
for (const name of wanted.length > 0 ? wanted : names) {
  const { row } = (await import(`./rows/${name}.ts`)) as { readonly row: BenchRow }
  const peerFolder = installPeers(row.peers)
  say(`\n${row.name}: ${row.title}`)
  const figures = await row.run({
    peerFolder,
    peer: async <T>(specifier: string) => (await importFrom(peerFolder, specifier)) as T,
    compare,
    coldImportMs: (code) => Promise.resolve(coldImportMs(code, import.meta.dirname)),
  })
  for (const { subject, metric, value, unit } of figures) {
    const shown = value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2)
    say(`  ${subject.padEnd(36)} ${metric.padEnd(24)} ${shown.padStart(12)} ${unit}`)
  }
  const broken = row.promises.filter((promise) => !promise.holds(figures))
  for (const promise of row.promises)
    say(`  ${broken.includes(promise) ? 'BROKEN' : 'kept  '} ${promise.text}`)
  results.push({ row: row.name, figures, kept: broken.length === 0 })
}
if (asJson) console.log(JSON.stringify(results, undefined, 2))
process.exit(results.every((result) => result.kept) ? 0 : 1)
