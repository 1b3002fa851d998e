/**
 * `pnpm check [step ...]`: runs the steps, all of them unless some are named, and says at the end which failed.
 */

import { spawnSync } from 'node:child_process'
import { delimiter, join, resolve } from 'node:path'
import { type Step, steps } from './steps.ts'

const root = resolve(import.meta.dirname, '../../..')
const binaries = [join(root, 'node_modules/.bin'), join(root, 'tools/checks/node_modules/.bin')]
const env = {
  ...process.env,
  PATH: [...binaries, process.env['PATH']].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
}

function run(step: Step): boolean {
  const startedAt = performance.now()
  const [command, ...args] = step.command
  const result = spawnSync(command, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 2 ** 28 })
  const passed = result.status === 0
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${step.name.padEnd(10)} ${seconds.padStart(5)} s  ${step.guards}`)
  if (!passed) console.log(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`)
  return passed
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`No such step: ${unknown.join(', ')}. Steps: ${steps.map((step) => step.name).join(', ')}`)
  process.exit(2)
}
const chosen = wanted.length === 0 ? steps : steps.filter((step) => wanted.includes(step.name))
const failed = chosen.filter((step) => !run(step))
if (failed.length > 0) {
  console.error(`check failed: ${failed.map((step) => step.name).join(', ')}`)
  process.exit(1)
}
