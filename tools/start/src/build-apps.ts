/**
 * Builds what `start` serves: the demo's page. turbo answers from its cache when nothing has changed.
 */

import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

/** Builds the page; throws with the builder's own words when that fails. */
export function buildApps(): void {
  // Inside a turbo task the page was built before the task began; restoring it again would pull it from under another.
  if (process.env['TURBO_HASH']) return
  const args = ['run', 'build', '--filter=@latchkey/demo', '--ui=stream', '--output-logs=errors-only']
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
  const { status, stdout, stderr, error } = spawnSync('turbo', args, { cwd: root, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`The demo could not be built\n${stdout}${stderr}`, { cause: error })
}
