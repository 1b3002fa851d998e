/**
 * The relay's socket protocol spoken by hand, to see exactly what it answers: Socket.IO 5 over Engine.IO 4.
 */

import { WebSocket } from 'ws'

export interface SocketAnswer {
  readonly event: string
  readonly payload: { readonly code?: number; readonly message?: string; readonly clientId?: string }
}

export interface RawSocket {
  connect(documentId: string, token: unknown, tenantId: string): Promise<SocketAnswer>
  /** Sends any event with any arguments. */
  emit(event: string, ...args: readonly unknown[]): void
  /** The codes of the nacks so far. */
  readonly nacks: readonly number[]
  readonly ended: Promise<void>
  close(): void
}

// Engine.IO: 0 opens, and we join the namespace; 2 asks whether we are there.
const engineReplies: Readonly<Record<string, string>> = { 0: '40', 2: '3' }

function answerIn(text: string): SocketAnswer | undefined {
  if (!text.startsWith('42')) return undefined
  const [event, payload] = JSON.parse(text.slice(2)) as [string, SocketAnswer['payload']]
  return event.startsWith('connect_document') ? { event, payload } : undefined
}

function nackIn(text: string): number | undefined {
  if (!text.startsWith('42["nack"')) return undefined
  const [, , [nack]] = JSON.parse(text.slice(2)) as [string, string, [{ content: { code: number } }]]
  return nack.content.code
}

export async function openSocket(endpoint: string, headers: Record<string, string> = {}): Promise<RawSocket> {
  const url = `${endpoint.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
  const socket = new WebSocket(url, { headers })
  const waiting: ((answer: SocketAnswer) => void)[] = []
  const nacks: number[] = []
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.on('message', (data: Buffer) => {
      const text = data.toString()
      const reply = engineReplies[text.slice(0, 1)]
      if (reply !== undefined) socket.send(reply)
      if (text.startsWith('40')) resolve()
      const answer = answerIn(text)
      if (answer) waiting.shift()?.(answer)
      const nack = nackIn(text)
      if (nack !== undefined) nacks.push(nack)
    })
  })
  const client = {
    mode: 'write',
    details: { capabilities: { interactive: true } },
    permission: [],
    scopes: [],
  }
  return {
    connect: (documentId, token, tenantId) =>
      new Promise((resolve) => {
        waiting.push(resolve)
        const message = {
          tenantId,
          id: documentId,
          token,
          client: { ...client, user: { id: 'claimed' } },
          versions: ['^0.4.0', '^0.3.0', '^0.2.0', '^0.1.0'],
          driverVersion: '2.113.1',
          mode: 'write',
        }
        socket.send(`42${JSON.stringify(['connect_document', message])}`)
      }),
    emit: (...message) => socket.send(`42${JSON.stringify(message)}`),
    nacks,
    ended,
    close: () => socket.close(),
  }
}
