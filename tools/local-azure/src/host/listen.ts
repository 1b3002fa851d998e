/**
 * Binds a service to a port of this machine, over http or https.
 *
 * Only loopback is ever bound (rule E1). The time limits are shorter than Node's, so that a slow client holds nothing.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { emulatorHeader, emulatorHeaderValue } from './guard.ts'
import { IncomingRequest, type PlainRequest } from './plain-request.ts'
import type { RequestContext } from './service.ts'
import { writeResponse } from './write-response.ts'

/** A private key with its certificate, in PEM. */
export interface TlsIdentity {
  readonly key: string
  readonly cert: string
}

/** The connection a request came on, for those who do not mean to answer. */
export interface Connection {
  /** Resets the connection; what it returns is given back instead of an answer. */
  reset(): Response
  /** Waits for the client to give up. */
  hang(): Promise<Response>
  /** Whether the client went away before its request was whole. */
  isCutShort(): boolean
}

export interface ListenOptions {
  /** 0 for any free port. */
  readonly port: number
  readonly fetch: (request: Request, context: RequestContext, connection: Connection) => Promise<Response>
  /** Answers instead of `fetch`, where nobody needs a Request of the platform. */
  readonly answer?: (request: PlainRequest, connection: Connection) => Promise<Response>
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
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
  const handle = options.answer ? handlePlainly(options.answer) : handleByFetch(options.fetch)
  const limits = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5_000 }
  const server: Server = options.tls
    ? createTlsServer({ ...limits, ...options.tls }, handle)
    : createServer(limits, handle)
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket)
    socket.on('close', () => upgraded.delete(socket))
    socket.on('error', () => socket.destroy())
    options.upgrade(request, socket, head)
  })
  server.on('clientError', refuseGarbage)
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
        for (const socket of upgraded) socket.destroy()
      }),
  }
}

type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => void

function handlePlainly(answer: NonNullable<ListenOptions['answer']>): Handler {
  return (incoming, outgoing) => {
    answer(new IncomingRequest(incoming), connectionOf(outgoing))
      .then((response) => writeResponse(response, outgoing))
      .catch((error: Error) => outgoing.destroy(error))
  }
}

function handleByFetch(fetch: ListenOptions['fetch']): Handler {
  const handle = getRequestListener(
    (request, bindings) => {
      const { incoming, outgoing } = bindings as HttpBindings
      return fetch(request, { target: incoming.url ?? '/' }, connectionOf(outgoing as ServerResponse))
    },
    { overrideGlobalObjects: false },
  )
  // It answers 500 itself when something is thrown.
  return (incoming, outgoing) => void handle(incoming, outgoing)
}

function connectionOf(outgoing: ServerResponse): Connection {
  return {
    reset: () => {
      resetSocket(outgoing.socket)
      return RESPONSE_ALREADY_SENT
    },
    hang: () =>
      new Promise((resolve) => {
        if (outgoing.destroyed) resolve(RESPONSE_ALREADY_SENT)
        else outgoing.once('close', () => resolve(RESPONSE_ALREADY_SENT))
      }),
    isCutShort: () => outgoing.req.destroyed && !outgoing.req.complete,
  }
}

/** Ends a connection as a broken network does. */
export function resetSocket(socket: Duplex | null): void {
  // A TLS socket knows no reset of its own; for its client an end without close_notify is the same.
  if (socket instanceof Socket && !('encrypted' in socket)) socket.resetAndDestroy()
  else socket?.destroy()
}

function refuseGarbage(_error: Error, socket: Duplex): void {
  if (!socket.writable) return
  const headers = `${emulatorHeader}: ${emulatorHeaderValue}\r\nConnection: close\r\nContent-Length: 0`
  socket.end(`HTTP/1.1 400 Bad Request\r\n${headers}\r\n\r\n`)
}
