/**
 * `pnpm start`: builds the demo if needed, starts everything, prints where it is, and stops cleanly on Ctrl-C.
 */

import { startTable } from '@latchkey/local-azure'
import { createJsonLog } from '@latchkey/server'
import { Command, InvalidArgumentError } from 'commander'
import { buildApps } from './build-apps.ts'
import { startEverything } from './start-everything.ts'

interface Options {
  readonly portBase?: number
  readonly data?: string
  readonly memory?: true
  readonly throttling: boolean
  readonly json?: true
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port)) throw new InvalidArgumentError('It must be a whole number.')
  return port
}

async function start(options: Options): Promise<void> {
  buildApps()
  const { portBase, throttling } = options
  const log = createJsonLog((line) => process.stderr.write(line))
  const data = options.memory ? false : options.data
  const everything = await startEverything({
    throttling,
    log: (event) => (event.level === 'error' ? log(event) : undefined),
    onUnexpectedError: (error, correlationId) => console.error(`In request ${correlationId}:`, error),
    ...(portBase === undefined ? {} : { portBase }),
    ...(data === undefined ? {} : { data }),
  })
  const { endpoints } = everything
  console.log(options.json ? JSON.stringify(endpoints, undefined, 2) : startTable(endpoints))
  // The relay is loaded by its first request; better now than when somebody waits for a document.
  void fetch(`${endpoints.fluid.endpoint}/ready`).catch(() => undefined)
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    everything.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

const program = new Command('start')
  .description('Local Azure, the Latchkey API and the demo, on this machine only.')
  .option('--port-base <port>', 'the first port of the block (default: 4280)', parsePort)
  .option('--data <folder>', 'where to keep data (default: .latchkey)')
  .option('--memory', 'keep nothing')
  .option('--no-throttling', 'lift the limits of the real services')
  .option('--json', 'print endpoints.json instead of the table')
  .action((options: Options) =>
    start(options).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error)
      process.exit(1)
    }),
  )

await program.parseAsync()
