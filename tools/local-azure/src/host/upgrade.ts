/**
 * The way of a WebSocket to its service: the same guard, the same faults.
 */

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { isAllowedOrigin } from './cross-origin.ts'
import type { FrontDoorOptions } from './front-door.ts'
import { emulatorHeader, emulatorHeaderValue, judgeHead } from './guard.ts'
import { type ListenOptions, resetSocket } from './listen.ts'
import type { LocalService } from './service.ts'

/** Puts the door in front of a service's WebSockets. */
export function createUpgrade(
  service: LocalService,
  options: Pick<FrontDoorOptions, 'clock' | 'faults' | 'requests'>,
): ListenOptions['upgrade'] {
  return (request, socket, head) => {
    const target = request.url ?? '/'
    markAnswer(socket)
    const verdict = judge(service, request, target)
    const log = (status: number): void => {
      const kept = verdict.unspeakable ? '(not kept)' : target
      const atMs = options.clock.now()
      const method = request.method ?? 'GET'
      options.requests.record({ service: service.name, method, target: kept, status, atMs, durationMs: 0 })
    }
    const refuse = (status: number): void => {
      log(status)
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    }
    if (verdict.status !== 101) return refuse(verdict.status)
    const fault = options.faults.take(service.name, `${request.method} ${target}`)
    if (fault?.kind === '429' || fault?.kind === '503') return refuse(Number(fault.kind))
    if (!fault || fault.kind === 'slow') {
      log(101)
      return open(service, options, request, socket, head, fault?.delayMs ?? 0)
    }
    log(0)
    if (fault.kind !== 'timeout') resetSocket(socket)
  }
}

function judge(
  service: LocalService,
  { headers }: IncomingMessage,
  target: string,
): { readonly status: number; readonly unspeakable: boolean } {
  const refusal = judgeHead({ host: headers.host, authorization: headers.authorization, target })
  if (refusal) return refusal
  if (!isAllowedOrigin(headers.origin)) return { status: 403, unspeakable: false }
  return { status: service.upgrade ? 101 : 404, unspeakable: false }
}

function open(
  service: LocalService,
  options: Pick<FrontDoorOptions, 'clock'>,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  delayMs: number,
): void {
  if (delayMs > 0) options.clock.schedule(delayMs, () => service.upgrade?.(request, socket, head))
  else service.upgrade?.(request, socket, head)
}

// Whoever answers writes the head of the answer in one piece, to which the mark is added on its way out.
function markAnswer(socket: Duplex): void {
  const { write, end } = socket
  const mark = (chunk: unknown): unknown => {
    socket.write = write
    socket.end = end
    if (typeof chunk !== 'string') return chunk
    return chunk.replace(/^(HTTP\/1\.1 \d{3}[^\r\n]*\r\n)/, `$1${emulatorHeader}: ${emulatorHeaderValue}\r\n`)
  }
  socket.write = (chunk: unknown, ...rest: unknown[]): boolean =>
    Reflect.apply(write, socket, [mark(chunk), ...rest])
  socket.end = (chunk?: unknown, ...rest: unknown[]): typeof socket =>
    Reflect.apply(end, socket, [mark(chunk), ...rest])
}
