/**
 * A server in a process of its own that answers every request with one token.
 */

import { fork } from 'node:child_process'
import { join } from 'node:path'

/** A running server. */
export interface CannedServer {
  readonly url: string
  close(): void
}

/** Starts it on a free port of this machine. */
export async function startCannedServer(): Promise<CannedServer> {
  const child = fork(join(import.meta.dirname, 'canned-server.mjs'))
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)))
    child.once('error', reject)
  })
  return { url: `http://127.0.0.1:${port}`, close: () => child.disconnect() }
}
