/**
 * Serves a fetch handler on a port of this machine.
 */

import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'

/** A bound port. */
export interface WebListener {
  /** Stops listening and ends every connection. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1. Rejects with Node's `EADDRINUSE` when the port is taken. */
export async function listenOnLoopback(
  port: number,
  fetch: (request: Request, bindings: object) => Response | Promise<Response>,
): Promise<WebListener> {
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false })
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000 }, (incoming, outgoing) => {
    void listener(incoming, outgoing)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
