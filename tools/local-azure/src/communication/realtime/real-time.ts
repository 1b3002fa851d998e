/**
 * Real-time notifications: delivers chat events over open connections, and ends the connections of those who may no
 * longer listen.
 */

import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { TokenBearer } from '../access-tokens.ts'
import type { ChatNotification } from '../chat/chat-events.ts'
import type { CommunicationResource } from '../resource.ts'
import { Connection } from './connection.ts'
import { type Endpoint, Endpoints, type PreviousEndpoint } from './endpoints.ts'
import { formatPayload } from './notification-payload.ts'

interface Ticket {
  readonly endpoint: Endpoint
  readonly bearer: TokenBearer
  readonly endsAtMs: number
}

const ticketMs = 30_000
const sweepMs = 2_000
// Time for the news of the removal itself to arrive.
const farewellMs = 500

/** The live side of chat. */
export class RealTime {
  readonly endpoints: Endpoints
  readonly #resource: CommunicationResource
  readonly #authenticate: (token: string) => Promise<TokenBearer>
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 })
  readonly #tickets = new Map<string, Ticket>()
  #cancelSweep: (() => void) | undefined

  constructor(resource: CommunicationResource, authenticate: (token: string) => Promise<TokenBearer>) {
    this.#resource = resource
    this.#authenticate = authenticate
    this.endpoints = new Endpoints(resource.host.clock)
    resource.onAccessEnded((identity) => this.endpoints.end(identity))
  }

  now(): number {
    return this.#resource.host.clock.now()
  }

  /** Makes an endpoint for a user, or answers the one the client had. */
  allocate(identity: string, before: PreviousEndpoint): Endpoint {
    this.#watch()
    return this.endpoints.allocate(identity, before)
  }

  /** Lets the bearer open one connection to the endpoint; answers the name the connection has to give. */
  openTicket(endpoint: Endpoint, bearer: TokenBearer): string {
    const id = randomBytes(24).toString('base64url')
    this.#tickets.set(id, { endpoint, bearer, endsAtMs: this.now() + ticketMs })
    this.#watch()
    return id
  }

  /** Takes over a connection that asks to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [, id = ''] = /^\/socket\.io\/1\/websocket\/([\w-]+)(\?|$)/.exec(request.url ?? '') ?? []
    const ticket = this.#tickets.get(id)
    this.#tickets.delete(id)
    if (!ticket || ticket.endsAtMs <= this.now() || !this.#isLive(ticket.bearer)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const { bearer, endpoint } = ticket
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection: Connection = new Connection(webSocket, bearer, {
        clock: this.#resource.host.clock,
        authenticate: this.#authenticate,
        onClosed: () => endpoint.disconnect(connection, this.now()),
      })
      endpoint.connect(connection)
      this.#watch()
    })
  }

  /** Delivers an event. */
  notify(notification: ChatNotification): void {
    for (const recipient of notification.recipients) {
      for (const endpoint of this.endpoints.of(recipient))
        endpoint.deliver(formatPayload(notification, recipient))
    }
    const { event } = notification
    if (event.kind !== 'participantsRemoved') return
    const removed = event.participants.flatMap(({ identity }) => this.endpoints.of(identity))
    this.#resource.host.clock.schedule(farewellMs, () => {
      for (const { connection } of removed) connection?.close()
    })
  }

  /** Closes every connection. */
  reset(): void {
    this.#tickets.clear()
    this.endpoints.endAll()
  }

  close(): void {
    this.reset()
    this.#cancelSweep?.()
    this.#sockets.close()
  }

  // Tokens also end by age, which nobody announces.
  #watch(): void {
    if (this.#cancelSweep) return
    this.#cancelSweep = this.#resource.host.clock.schedule(sweepMs, () => {
      this.#cancelSweep = undefined
      this.#sweep()
    })
  }

  #sweep(): void {
    for (const { connection } of this.endpoints.list()) {
      if (connection && !this.#isLive(connection.bearer)) connection.close()
    }
    for (const [id, { endsAtMs }] of this.#tickets) if (endsAtMs <= this.now()) this.#tickets.delete(id)
    this.endpoints.forgetAbandoned()
    if (this.endpoints.list().length > 0 || this.#tickets.size > 0) this.#watch()
  }

  #isLive({ identity, tokenId }: TokenBearer): boolean {
    return this.#resource.tokens.isLive(tokenId) && this.#resource.identities.find(identity) !== undefined
  }
}
