/**
 * `latchkey-azure reset`.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLatchkeyError } from '@latchkey/common'
import { removeDataDirectory } from '../host/data-directory.ts'
import type { HostErrorCode } from '../host/errors.ts'

const timeoutMs = 5_000

/** Removes the data folder, or asks the local Azure that has it open to begin anew. Answers the exit code. */
export async function runReset(data: string): Promise<number> {
  try {
    removeDataDirectory(data)
    process.stdout.write(`${data} is gone. The next start makes and seeds it anew.\n`)
    return 0
  } catch (error) {
    if (!isLatchkeyError<HostErrorCode>(error, 'ERR_LOCAL_AZURE_IN_USE')) throw error
  }
  const endpoints: unknown = JSON.parse(readFileSync(join(data, 'endpoints.json'), 'utf8'))
  const url = String(Reflect.get(Object(Reflect.get(Object(endpoints), 'dashboard')), 'url'))
  const response = await fetch(`${url}/reset`, { method: 'POST', signal: AbortSignal.timeout(timeoutMs) })
  if (!response.ok) throw new Error(`The running local Azure answered ${response.status}`)
  process.stdout.write(`The local Azure at ${url} has begun anew; its keys stay.\n`)
  return 0
}
