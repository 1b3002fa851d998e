/**
 * What to say when a block of ports could not be had: the lowest port that is in the way, and a block that is free.
 */

import { createServer } from 'node:net'
import { LatchkeyError } from '@latchkey/common'
import { type Ports, portsFrom } from '../endpoints.ts'
import type { HostErrorCode } from './errors.ts'

/** Why the system refused a port. */
export type PortRefusal = 'EADDRINUSE' | 'EACCES'

/** How to explain. */
export interface ExplainPortOptions {
  /** The parts that wanted a port. Default: the whole block. */
  readonly parts?: readonly (keyof Ports)[]
  /** Tries a port of 127.0.0.1. Default: listens on it for a moment. */
  readonly tryPort?: (port: number) => Promise<PortRefusal | undefined>
}

const blockStep = 1_000
/** The lowest port a block may begin at. */
export const lowestBase = 1_024
/** The highest port a block may begin at. */
export const highestBase = 65_500

/**
 * The error to throw for `error`: for a refused port one that names the lowest refused one of the block, its part, and a
 * block that is free; any other as it is. Ask once everything that had been bound is closed again.
 */
export async function explainTakenPort(
  error: unknown,
  portBase: number,
  { parts, tryPort = tryToListen }: ExplainPortOptions = {},
): Promise<unknown> {
  if (portBase === 0 || !isPortRefused(error)) return error
  const wanted = portsOf(portBase).filter(([part]) => parts?.includes(part) ?? true)
  for (const [part, port] of wanted) {
    const refusal = await tryPort(port)
    if (refusal === undefined) continue
    const why = refusal === 'EACCES' ? 'is kept back by the system' : 'is taken'
    const base = await findFreeBlock(portBase, tryPort)
    const advice = base === undefined ? 'Stop what has it.' : `A free block of ports: --port-base ${base}`
    return new LatchkeyError<HostErrorCode>(`Port ${port} (${part}) ${why}. ${advice}`, {
      code: 'ERR_LOCAL_AZURE_PORT_TAKEN',
      details: { port, service: part, reason: refusal },
      cause: error,
    })
  }
  return new LatchkeyError<HostErrorCode>(
    'A port was taken a moment ago, and every port is free now: start again',
    { code: 'ERR_LOCAL_AZURE_PORT_TAKEN', cause: error },
  )
}

/** The parts of a block with their ports, the lowest first. */
function portsOf(portBase: number): readonly (readonly [keyof Ports, number])[] {
  const entries = Object.entries(portsFrom(portBase)) as [keyof Ports, number][]
  return entries.sort(([, a], [, b]) => a - b)
}

function isPortRefused(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false
  if (error.code === 'ERR_LOCAL_AZURE_PORT_TAKEN') return true
  // A folder that may not be written is EACCES, too.
  const isListening = 'syscall' in error && error.syscall === 'listen'
  return isListening && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
}

// Upwards first, then downwards.
async function findFreeBlock(
  portBase: number,
  tryPort: (port: number) => Promise<PortRefusal | undefined>,
): Promise<number | undefined> {
  const bases: number[] = []
  for (let base = portBase + blockStep; base <= highestBase; base += blockStep) bases.push(base)
  for (let base = portBase - blockStep; base >= lowestBase; base -= blockStep) bases.push(base)
  for (const base of bases) {
    const refusals = await Promise.all(portsOf(base).map(([, port]) => tryPort(port)))
    if (refusals.every((refusal) => refusal === undefined)) return base
  }
  return undefined
}

async function tryToListen(port: number): Promise<PortRefusal | undefined> {
  const server = createServer()
  return await new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'EACCES' ? 'EACCES' : 'EADDRINUSE'),
    )
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)))
  })
}
