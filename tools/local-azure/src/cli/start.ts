/**
 * `latchkey-azure start`.
 */

import { type LocalAzureOptions, startLocalAzure } from '../start-local-azure.ts'
import { printBanner } from './banner.ts'
import { untilStopped } from './signals.ts'
import { startTable } from './start-table.ts'

/** Starts, prints where everything is, and stays until it is told to stop. Answers the exit code. */
export async function runStart(options: LocalAzureOptions, json: boolean): Promise<number> {
  printBanner()
  // From the first moment: whoever starts us may stop us as soon as something is printed.
  const stopped = untilStopped()
  const localAzure = await startLocalAzure(options)
  const color = process.stdout.isTTY === true
  const text = json
    ? JSON.stringify(localAzure.endpoints, null, 2)
    : startTable(localAzure.endpoints, { api: false, demo: false, color })
  process.stdout.write(`${text}\n`)
  // The relay is loaded by its first request; better now than when somebody waits for a document.
  void fetch(`${localAzure.endpoints.fluid.endpoint}/ready`).catch(() => undefined)
  await stopped
  await localAzure.close()
  return 0
}
