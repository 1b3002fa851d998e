/**
 * Which ports somebody listens on.
 */

import { connect } from 'node:net'

/** The ports that answered. */
export type Running = ReadonlySet<string>

/** Knocks at each URL's port; on this machine an answer comes at once or not at all. */
export async function probe(urls: readonly string[]): Promise<Running> {
  const ports = [...new Set(urls.map((url) => new URL(url).port))]
  const answers = await Promise.all(
    ports.map(async (port) => ((await isAnswered(Number(port))) ? port : undefined)),
  )
  return new Set(answers.filter((port) => port !== undefined))
}

const patienceMs = 300

function isAnswered(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const settle = (isThere: boolean): void => {
      socket.destroy()
      resolve(isThere)
    }
    socket.setTimeout(patienceMs, () => settle(false))
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
  })
}
