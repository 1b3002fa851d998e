/**
 * `pnpm test`: every test of every package through turbo, and one summary at the end.
 *
 * Reports of an earlier run are removed first, so that a package whose tests did not run is missing from the sum
 * instead of being counted from the past.
 */

import { spawnSync } from 'node:child_process'
import { globSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { formatTestSummary, readTestReports } from './test-reports.ts'

const root = resolve(import.meta.dirname, '../../..')
for (const path of globSync('{packages,apps,tools}/*/.reports', { cwd: root })) {
  rmSync(join(root, path), { recursive: true, force: true })
}
const args = ['run', 'test', '--ui=stream', '--continue=always', '--concurrency=2', '--output-logs=new-only']
const result = spawnSync('turbo', [...args, ...process.argv.slice(2)], {
  cwd: root,
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  stdio: 'inherit',
})
const counts = readTestReports(root)
console.log(`\n${formatTestSummary(counts)}`)
const failed = counts.some((count) => count.failed > 0)
process.exit(result.status === 0 && (failed || counts.length === 0) ? 1 : (result.status ?? 1))
