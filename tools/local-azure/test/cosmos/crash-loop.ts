/**
 * Kills a writing process, again and again, and looks each time for everything it had been promised.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CosmosClient } from '@azure/cosmos'
import { openInProcessCosmos } from '../../src/cosmos/in-process.ts'
import { storyOf } from './crash-stories.ts'

/** What was found after all rounds. */
export interface CrashReport {
  /** Writes that were acknowledged. */
  readonly acknowledged: number
  /** What was not as the last acknowledged step, or the one under way, had left it. */
  readonly wrong: readonly string[]
}

/**
 * Runs `rounds` writers on one data file and kills each with SIGKILL somewhere on its way. After each kill everything the
 * killed one had touched is looked at, and at the end everything once more.
 */
export async function crashRepeatedly(rounds: number): Promise<CrashReport> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-cosmos-'))
  const file = join(folder, 'cosmos.sqlite')
  try {
    let acknowledged = 0
    const wrong: string[] = []
    const found = new Map<string, string>()
    for (let round = 0; round < rounds; round += 1) {
      const steps = await writeUntilKilled(file, round)
      for (const step of steps.values()) acknowledged += step
      const now = await look(file, steps.keys())
      for (const [id, { state, expected }] of now) {
        const step = steps.get(id) ?? 0
        // The step after the last one acknowledged may have been done, and its answer lost.
        const allowed = expected.slice(step, step + 2)
        if (!allowed.includes(state)) wrong.push(`${id}: ${state}, not ${allowed.join(' or ')}`)
        found.set(id, state)
      }
    }
    for (const [id, { state }] of await look(file, found.keys()))
      if (state !== found.get(id)) wrong.push(`${id}: ${state} in the end, not ${found.get(id)}`)
    return { acknowledged, wrong }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The number of steps that were acknowledged, by story. */
async function writeUntilKilled(file: string, round: number): Promise<Map<string, number>> {
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
  await wait(5 + ((round * 37) % 120))
  writer.kill('SIGKILL')
  await closed
  // A line that was cut off was not acknowledged.
  const lines = output.split('\n').slice(0, -1)
  return new Map(
    lines.map((line): [string, number] => {
      const [id = '', step] = line.split(' ')
      return [id, Number(step)]
    }),
  )
}

async function look(
  file: string,
  ids: Iterable<string>,
): Promise<Map<string, { readonly state: string; readonly expected: readonly string[] }>> {
  const { httpClient, endpoint, key, close } = openInProcessCosmos({ file })
  const client = new CosmosClient({ endpoint, key, httpClient })
  const states = new Map<string, { state: string; expected: readonly string[] }>()
  for (const id of ids) {
    const story = storyOf(client.database('crash'), id)
    states.set(id, { state: await story.look(), expected: story.expected })
  }
  client.dispose()
  close()
  return states
}
