/**
 * What importing something costs a fresh process.
 */

import { execFileSync } from 'node:child_process'
import { median } from './compare.ts'

const runs = 11

/**
 * Milliseconds a fresh Node needs to run `code` above one that runs nothing, in turn with it; the median of the
 * differences. `folder` is where the code's imports are resolved from.
 */
export function coldImportMs(code: string, folder: string): number {
  const differences = Array.from({ length: runs }, () => processMs(code, folder) - processMs('', folder))
  return median(differences)
}

function processMs(code: string, folder: string): number {
  const startedAt = performance.now()
  execFileSync(process.execPath, ['--input-type=module', '--eval', code], { cwd: folder })
  return performance.now() - startedAt
}
