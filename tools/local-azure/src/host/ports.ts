/**
 * Binds the ports of a local Azure, all of them or none.
 */

import { createServer } from 'node:net'
import { LatchkeyError } from '@latchkey/common'
import { type Ports, portsFrom } from '../endpoints.ts'
import type { HostErrorCode } from './errors.ts'
import { type Listener, type ListenOptions, listen, type TlsIdentity } from './listen.ts'
import { type ServiceName, serviceNames } from './service.ts'
import { explainTakenPort, highestBase, lowestBase } from './taken-port.ts'

/** What answers on a service's ports. */
export type Door = Pick<ListenOptions, 'fetch' | 'answer' | 'upgrade'>

/** Bound ports. */
export interface BoundPorts {
  readonly ports: Ports
  close(): Promise<void>
}

const secured = ['entra', 'communication', 'cosmos'] as const

/**
 * Binds each service to its port of the block that begins at `portBase`, or to free ones for 0.
 *
 * @throws LatchkeyError `ERR_LOCAL_AZURE_PORT` for a block that does not fit; `ERR_LOCAL_AZURE_PORT_TAKEN` naming the
 *   port and what it was for.
 */
export async function bindPorts(
  portBase: number,
  doors: Readonly<Record<ServiceName, Door>>,
  tls: TlsIdentity,
): Promise<BoundPorts> {
  const isInRange = portBase === 0 || (portBase >= lowestBase && portBase <= highestBase)
  if (!Number.isInteger(portBase) || !isInRange) {
    const code: HostErrorCode = 'ERR_LOCAL_AZURE_PORT'
    throw new LatchkeyError(`--port-base must be 0 or a whole number from ${lowestBase} to ${highestBase}`, {
      code,
    })
  }
  const wanted = portsFrom(portBase)
  const listeners: Listener[] = []
  const close = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()))
  }
  const bind = async (
    name: keyof Ports,
    door: Door,
    identity?: TlsIdentity,
  ): Promise<[keyof Ports, number]> => {
    const port = portBase === 0 ? 0 : wanted[name]
    const listener = await listen({ ...door, port, ...(identity ? { tls: identity } : {}) })
    listeners.push(listener)
    return [name, listener.port]
  }
  const binding = [
    ...Object.entries(doors).map(([name, door]) => bind(name as ServiceName, door)),
    ...secured.map((name) => bind(`${name}Https`, doors[name], tls)),
  ]
  const settled = await Promise.allSettled(binding)
  const failed = settled.find((result) => result.status === 'rejected')
  if (failed) {
    await close()
    const parts = [...serviceNames, ...secured.map((name) => `${name}Https` as const)]
    throw await explainTakenPort(failed.reason, portBase, { parts })
  }
  const bound = Object.fromEntries(
    settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
  )
  const others = portBase === 0 ? { api: await findFreePort(), demo: await findFreePort() } : {}
  return { ports: { ...wanted, ...bound, ...others }, close }
}

/** A port nobody listens on at this moment, for the parts that are started by others. */
async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
