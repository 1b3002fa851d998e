/**
 * One open WebSocket of a user.
 */

import type { Clock } from '@latchkey/common'
import type { WebSocket } from 'ws'
import type { TokenBearer } from '../access-tokens.ts'
import { isJsonObject } from '../json-body.ts'
import {
  connectPacket,
  disconnectPacket,
  formatAcknowledgement,
  formatEvent,
  formatMessage,
  heartbeatPacket,
  parsePacket,
} from './socket-io.ts'

/** How long a client may use what it was allocated, in seconds. */
export const allocationSeconds = 86_400

// A client that reads nothing must not fill our memory.
const maxBufferedBytes = 4 * 1024 * 1024
const closingMs = 1_000

/** What a connection asks of its surroundings. */
export interface ConnectionPorts {
  readonly clock: Clock
  /** Checks a token sent over the open connection; rejects when it does not open chat. */
  authenticate(token: string): Promise<TokenBearer>
  onClosed(): void
}

/** An open connection, which belongs to the bearer of one token. */
export class Connection {
  readonly #socket: WebSocket
  readonly #ports: ConnectionPorts
  #bearer: TokenBearer
  #requests = 0

  constructor(socket: WebSocket, bearer: TokenBearer, ports: ConnectionPorts) {
    this.#socket = socket
    this.#bearer = bearer
    this.#ports = ports
    socket.on('message', (data, isBinary) => {
      if (isBinary || !Buffer.isBuffer(data)) this.close()
      else this.#receive(data.toString()).catch(() => this.close())
    })
    socket.on('close', () => ports.onClosed())
    // A broken connection is also closed, which is all there is to say about it.
    socket.on('error', () => undefined)
    this.#send(connectPacket)
    this.#send(formatEvent('trouter.connected', { dur: '1', ttl: allocationSeconds }))
  }

  /** Whose token opened the connection, or was sent over it since. */
  get bearer(): TokenBearer {
    return this.#bearer
  }

  /** Hands the client a notification, as a request to the address it was given. */
  push(path: string, body: object): void {
    this.#requests += 1
    const headers = { 'Content-Type': 'application/json' }
    const request = { id: this.#requests, method: 'POST', url: path, headers, body: JSON.stringify(body) }
    this.#send(formatMessage(JSON.stringify(request)))
  }

  /** Says goodbye, and hangs up on who does not answer. */
  close(): void {
    this.#send(disconnectPacket)
    this.#socket.close(1000)
    const cancel = this.#ports.clock.schedule(closingMs, () => this.#socket.terminate())
    this.#socket.once('close', cancel)
  }

  async #receive(text: string): Promise<void> {
    const packet = parsePacket(text)
    if (!packet || packet.kind === 'disconnect') return this.close()
    if (packet.kind === 'heartbeat') return this.#send(heartbeatPacket)
    // Answers to our requests need no reply: a notification is sent once.
    if (packet.kind !== 'event') return
    if (packet.name === 'user.authenticate') await this.#authenticate(packet.args[0])
    if (packet.acknowledge === undefined) return
    const answer = packet.name === 'ping' ? ['pong'] : ['ok', { status: 200 }]
    this.#send(formatAcknowledgement(packet.acknowledge, ...answer))
  }

  async #authenticate(argument: unknown): Promise<void> {
    const bearer = await this.#ports.authenticate(readToken(argument))
    if (bearer.identity === this.#bearer.identity) this.#bearer = bearer
    else this.close()
  }

  #send(packet: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > maxBufferedBytes) this.#socket.terminate()
    else this.#socket.send(packet)
  }
}

function readToken(argument: unknown): string {
  const headers = isJsonObject(argument) ? argument['headers'] : undefined
  if (!isJsonObject(headers)) return ''
  const token = headers['X-Skypetoken'] ?? headers['Authorization']
  return typeof token === 'string' ? token.replace(/^Bearer /i, '') : ''
}
