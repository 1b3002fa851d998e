/**
 * The commands and their options.
 */

import { Command, InvalidArgumentError } from 'commander'
import { defaultPortBase } from '../endpoints.ts'
import type { LocalAzureOptions } from '../start-local-azure.ts'
import { runReset } from './reset.ts'

/** Reads a command line and does what it says. */
export interface Program {
  /** Answers the exit code. `argv` as `process.argv`. */
  run(argv: readonly string[]): Promise<number>
}

interface Flags {
  readonly portBase?: number
  readonly data?: string
  readonly memory?: boolean
  readonly throttling: boolean
}

/** Puts the commands together; the services are loaded by the commands that start them only. */
export function createProgram(): Program {
  let exitCode = 0
  const program = new Command('latchkey-azure')
    .description('The Azure services Latchkey talks to, on this machine, offline. Not for production.')
    .showHelpAfterError()
  withOptions(program.command('start', { isDefault: true }))
    .description('start and stay until Ctrl-C')
    .option('--json', 'print endpoints.json instead of a table')
    .action(async (flags: Flags & { readonly json?: boolean }) => {
      const { runStart } = await import('./start.ts')
      exitCode = await runStart(optionsOf(flags, defaultPortBase, '.latchkey'), flags.json ?? false)
    })
  withOptions(program.command('exec'))
    .argument('<command>', 'what to run, as one argument; a shell runs it')
    .description('start on free ports in memory, run a command with the settings in its environment, stop')
    .action(async (command: string, flags: Flags) => {
      const { runExec } = await import('./exec.ts')
      exitCode = await runExec(command, optionsOf(flags, 0, false))
    })
  program
    .command('reset')
    .description('forget everything kept in the data folder; a running local Azure begins anew')
    .option('--data <folder>', 'the folder', '.latchkey')
    .action(async ({ data }: { readonly data: string }) => {
      exitCode = await runReset(data)
    })
  return {
    run: async (argv) => {
      await program.parseAsync(argv)
      return exitCode
    },
  }
}

function withOptions(command: Command): Command {
  return command
    .option('--port-base <port>', 'the first port of the block; 0 for free ports', parsePort)
    .option('--data <folder>', 'where to keep data')
    .option('--memory', 'keep nothing')
    .option('--no-throttling', 'lift the limits of the real services')
}

function optionsOf(flags: Flags, portBase: number, data: string | false): LocalAzureOptions {
  return {
    portBase: flags.portBase ?? portBase,
    data: flags.memory ? false : (flags.data ?? data),
    throttling: flags.throttling,
  }
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_500) return Number(text)
  throw new InvalidArgumentError('It must be a port number.')
}
