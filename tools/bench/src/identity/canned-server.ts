/**
 * A server in a process of its own that answers every request with one token, so that the CPU time measured is the
 * client's alone.
 */

import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A running server. */
export interface CannedServer {
  readonly url: string
  close(): void
}

const role = 'serve'

/** Starts it on a free port of this machine. */
export async function startCannedServer(): Promise<CannedServer> {
  const child = fork(import.meta.filename, [role])
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)))
    child.once('error', reject)
  })
  return { url: `http://127.0.0.1:${port}`, close: () => child.disconnect() }
}

function serve(): void {
  const body = JSON.stringify({ token: 't'.repeat(900), expiresOn: '2030-01-02T03:04:05.6789012+00:00' })
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const server = createServer((request, response) => {
    request.resume()
    request.once('end', () => response.writeHead(200, headers).end(body))
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
  process.once('disconnect', () => process.exit())
}

// The forked process enters here.
if (process.argv[1] === import.meta.filename && process.argv[2] === role) serve()
