/**
 * The sockets of the relay: Socket.IO over connections the host hands in, so that nothing here listens.
 *
 * A socket ends when its token does, by the clock of this local Azure.
 */

import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Cancel, type Clock, isLoopbackUrl } from '@latchkey/common'
import { Server, type Socket } from 'socket.io'
import { isAllowedOrigin } from '../host/cross-origin.ts'
import type { IPubSub, IWebSocket, IWebSocketServer } from './relay.ts'
import { UnreadableRequest } from './restless.ts'
import { checkSocketMessage } from './socket-messages.ts'

/** Socket.IO without a port. */
export class Sockets {
  readonly #io: Server
  readonly #clock: Clock
  /** Sends to everybody in a document. */
  readonly pubSub: IPubSub

  constructor(clock: Clock) {
    this.#clock = clock
    // The http server is never told to listen; the engine only wants something to belong to.
    this.#io = new Server(createServer(), {
      transports: ['websocket'],
      serveClient: false,
      maxHttpBufferSize: 16 * 1024 * 1024,
      perMessageDeflate: false,
      allowRequest: (request, decide) => decide(null, isFromThisMachine(request)),
    })
    this.pubSub = {
      publish: (topic, event, ...args) => this.#io.to(topic).emit(event, ...args),
      subscribe: () => undefined,
      unsubscribe: () => undefined,
    }
  }

  /** What the socket protocol of the server parts listens to. */
  get server(): IWebSocketServer {
    return {
      on: (event, listener) => {
        if (event === 'connection') this.#io.on('connection', (socket) => listener(this.#wrap(socket)))
      },
      close: () => this.close(),
    }
  }

  /** The number of open sockets in a document. */
  count(tenantId: string, documentId: string): number {
    return this.#io.sockets.adapter.rooms.get(`${tenantId}/${documentId}`)?.size ?? 0
  }

  /** Takes over a connection. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!request.url?.startsWith('/socket.io/')) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      return
    }
    // The engine's type wants the request it makes of an ordinary one itself.
    this.#io.engine.handleUpgrade(request as never, socket, head)
  }

  /** Ends the sockets of one document, or all. */
  end(room?: string): void {
    const sockets = room === undefined ? this.#io : this.#io.in(room)
    sockets.disconnectSockets(true)
  }

  /** Ends the sockets a token opened. */
  endToken(documentId: string, jti: string): void {
    this.#io.in(tokenRoom(documentId, jti)).disconnectSockets(true)
  }

  async close(): Promise<void> {
    this.end()
    this.#io.engine.close()
  }

  #wrap(socket: Socket): IWebSocket {
    let cancelExpiry: Cancel = () => undefined
    socket.on('disconnect', () => cancelExpiry())
    return {
      id: socket.id,
      on: (event, listener) =>
        void socket.on(event, (...args: unknown[]) => receive(socket, event, args, listener)),
      join: async (room) => socket.join(room),
      emit: (event, ...args) => {
        if (event === 'connect_document_success') {
          const { documentId, exp, jti } = claimsOf(args[0])
          const end = (): void => void socket.disconnect(true)
          cancelExpiry = this.#clock.schedule(exp * 1000 - this.#clock.now(), end)
          if (jti !== undefined) void socket.join(tokenRoom(documentId, jti))
        }
        socket.emit(event, ...args)
      },
      emitToRoom: (room, event, ...args) => void socket.nsp.to(room).emit(event, ...args),
      disconnect: (close) => void socket.disconnect(close),
      dispose: () => void socket.disconnect(true),
    }
  }
}

/** Hands a message on; one that cannot be read, or that the server parts fail on, ends its own socket and nothing else. */
function receive(
  socket: Socket,
  event: string,
  args: readonly unknown[],
  listener: (...args: unknown[]) => unknown,
): void {
  const end = (error: unknown): void => {
    const message = error instanceof UnreadableRequest ? error.message : 'The message could not be read'
    const content = { code: 400, type: 'BadRequestError', message }
    socket.emit('nack', '', [{ sequenceNumber: -1, content }])
    socket.disconnect(true)
  }
  try {
    checkSocketMessage(event, args)
    Promise.resolve(listener(...args)).catch(end)
  } catch (error) {
    end(error)
  }
}

interface SocketClaims {
  readonly documentId: string
  readonly exp: number
  readonly jti?: string | undefined
}

function claimsOf(connected: unknown): SocketClaims {
  return (connected as { claims: SocketClaims }).claims
}

function tokenRoom(documentId: string, jti: string): string {
  return `token#${documentId}#${jti}`
}

function isFromThisMachine(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  return isLoopbackUrl(`http://${host ?? ''}`) && isAllowedOrigin(origin)
}
