/**
 * Binds a service to a port of this machine, over http or https.
 *
 * Only loopback is ever bound (rule E1). The time limits are shorter than Node's, so that a slow client holds nothing.
 */

import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { RequestContext } from './service.ts'

/** A private key with its certificate, in PEM. */
export interface TlsIdentity {
  readonly key: string
  readonly cert: string
}

export interface ListenOptions {
  /** 0 for any free port. */
  readonly port: number
  readonly fetch: (request: Request, context: RequestContext) => Response | Promise<Response>
  readonly upgrade?: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | undefined
  readonly tls?: TlsIdentity
}

/** A bound port. */
export interface Listener {
  readonly port: number
  /** Stops listening and ends every connection. */
  close(): Promise<void>
}

/** Starts to listen on 127.0.0.1. Rejects with Node's `EADDRINUSE` when the port is taken. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const handle = getRequestListener(
    (request, bindings) => options.fetch(request, { target: (bindings as HttpBindings).incoming.url ?? '/' }),
    { overrideGlobalObjects: false },
  )
  const limits = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5_000 }
  const server: Server = options.tls
    ? createTlsServer({ ...limits, ...options.tls }, handle)
    : createServer(limits, handle)
  if (options.upgrade) server.on('upgrade', options.upgrade)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
