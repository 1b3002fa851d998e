/**
 * Binds the ports of a local Azure, all of them or none.
 */

import { createServer } from 'node:net'
import { LatchkeyError } from '@latchkey/common'
import { type Ports, portsFrom } from '../endpoints.ts'
import type { HostErrorCode } from './errors.ts'
import { type Listener, type ListenOptions, listen, type TlsIdentity } from './listen.ts'
import type { ServiceName } from './service.ts'

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
  if (
    !Number.isInteger(portBase) ||
    portBase < 0 ||
    (portBase > 0 && portBase < 1_024) ||
    portBase > 65_500
  ) {
    const code: HostErrorCode = 'ERR_LOCAL_AZURE_PORT'
    throw new LatchkeyError('--port-base must be 0 or a whole number from 1024 to 65500', { code })
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
    const listening = listen({ ...door, port, ...(identity ? { tls: identity } : {}) })
    const listener = await listening.catch((cause: unknown) => Promise.reject(explain(cause, port, name)))
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
    throw failed.reason
  }
  const bound = Object.fromEntries(
    settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
  )
  const others = portBase === 0 ? { api: await findFreePort(), demo: await findFreePort() } : {}
  return { ports: { ...wanted, ...bound, ...others }, close }
}

function explain(cause: unknown, port: number, name: string): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return cause
  const other = port < 60_000 ? (Math.floor(port / 1_000) + 1) * 1_000 + 280 : 4_280
  const message = `Port ${port} (${name}) is taken. Choose another block of ports, for example --port-base ${other}`
  return new LatchkeyError<HostErrorCode>(message, {
    code: 'ERR_LOCAL_AZURE_PORT_TAKEN',
    details: { port, service: name },
    cause,
  })
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
