/**
 * Kills a writing process, again and again, and looks for what it had been promised.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CosmosClient } from '@azure/cosmos'
import { openInProcessCosmos } from '../../src/cosmos/in-process.ts'

/** What was found after all rounds. */
export interface CrashReport {
  readonly acknowledged: number
  /** Acknowledged, and not there any more. */
  readonly lost: readonly string[]
  /** There, but not as written. */
  readonly damaged: readonly string[]
}

/** Runs `rounds` writers on one data file and kills each with SIGKILL somewhere on its way. */
export async function crashRepeatedly(rounds: number): Promise<CrashReport> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-cosmos-'))
  const file = join(folder, 'cosmos.sqlite')
  try {
    const acknowledged: string[] = []
    for (let round = 0; round < rounds; round += 1)
      acknowledged.push(...(await writeUntilKilled(file, round)))
    return { acknowledged: acknowledged.length, ...(await inspect(file, acknowledged)) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function writeUntilKilled(file: string, round: number): Promise<string[]> {
  const script = fileURLToPath(new URL('crash-writer.ts', import.meta.url))
  const writer = spawn(process.execPath, [script, file, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const closed = new Promise((resolve) => writer.once('close', resolve))
  const first = Promise.race([new Promise((resolve) => writer.stdout.once('data', resolve)), closed])
  await first
  await wait(5 + ((round * 37) % 60))
  writer.kill('SIGKILL')
  await closed
  // A line that was cut off was not acknowledged.
  return output.split('\n').slice(0, -1)
}

async function inspect(
  file: string,
  acknowledged: readonly string[],
): Promise<Omit<CrashReport, 'acknowledged'>> {
  const { httpClient, endpoint, key, close } = openInProcessCosmos({ file })
  const client = new CosmosClient({ endpoint, key, httpClient })
  const { resources } = await client
    .database('crash')
    .container('items')
    .items.readAll<{ id: string; pk: string; n: number; pad: string }>()
    .fetchAll()
  const found = new Map(resources.map((item) => [`${item.id} ${item.pk}`, item]))
  const damaged = resources.filter(
    (item) => item.pad.length !== item.n % 2000 || !item.id.endsWith(`-${item.n}`),
  )
  client.dispose()
  close()
  return { lost: acknowledged.filter((line) => !found.has(line)), damaged: damaged.map((item) => item.id) }
}
