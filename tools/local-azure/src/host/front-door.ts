/**
 * The way of a request to its service: guard, faults, service, log.
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import { allowReading, answerPreflight, isCalledByPages } from './cross-origin.ts'
import type { FaultKind, Faults } from './faults.ts'
import { emulatorHeader, emulatorHeaderValue, judgeBody, judgeHead, type Refusal } from './guard.ts'
import type { Connection, ListenOptions } from './listen.ts'
import type { RequestLog } from './request-log.ts'
import type { LocalService, RequestContext } from './service.ts'
import { createUpgrade } from './upgrade.ts'

/** What the way needs besides the service. */
export interface FrontDoorOptions {
  readonly clock: Clock
  readonly faults: Faults
  readonly requests: RequestLog
  /** Is told what a service threw; never a request's contents. */
  readonly report: (message: string, error: unknown) => void
}

/** Puts the door in front of a service. */
export function createFrontDoor(
  service: LocalService,
  options: FrontDoorOptions,
): Pick<ListenOptions, 'fetch' | 'upgrade'> {
  const { clock, requests } = options
  return {
    upgrade: createUpgrade(service, options),
    fetch: async (request, context, connection) => {
      const atMs = clock.now()
      const started = performance.now()
      const outcome = await pass(service, options, request, context, connection)
      const { response, fault } = outcome
      const gone = outcome.gone ?? false
      if (!gone) response.headers.set(emulatorHeader, emulatorHeaderValue)
      requests.record({
        service: service.name,
        method: request.method,
        target: outcome.unspeakable ? '(not kept)' : context.target,
        status: gone ? 0 : response.status,
        atMs,
        durationMs: Math.round(performance.now() - started),
        ...(fault ? { fault } : {}),
      })
      return response
    },
  }
}

interface Outcome {
  readonly response: Response
  readonly gone?: boolean
  readonly unspeakable?: boolean
  readonly fault?: FaultKind
}

async function pass(
  service: LocalService,
  options: FrontDoorOptions,
  request: Request,
  context: RequestContext,
  connection: Connection,
): Promise<Outcome> {
  const refusal = await judge(service, request, context)
  if (refusal) return { response: refuse(refusal), unspeakable: refusal.unspeakable }
  const preflight = isCalledByPages(service.name) ? answerPreflight(request) : undefined
  if (preflight) return { response: preflight }
  const fault = options.faults.take(service.name, `${request.method} ${context.target}`)
  if (!fault) return { response: await answer(service, options, request, context) }
  const { kind } = fault
  switch (kind) {
    case 'reset':
      return { response: connection.reset(), gone: true, fault: kind }
    case 'timeout':
      return { response: await connection.hang(), gone: true, fault: kind }
    case 'drop-response': {
      const lost = await answer(service, options, request, context)
      await lost.body?.cancel()
      return { response: connection.reset(), gone: true, fault: kind }
    }
    case 'slow':
      await new Promise<void>((resolve) => options.clock.schedule(fault.delayMs, resolve))
      return { response: await answer(service, options, request, context), fault: kind }
    default: {
      const response = busy(kind, fault.retryAfterSeconds)
      if (isCalledByPages(service.name)) allowReading(request, response)
      return { response, fault: kind }
    }
  }
}

async function judge(
  service: LocalService,
  request: Request,
  context: RequestContext,
): Promise<Refusal | undefined> {
  const host = request.headers.get('host')
  const authorization = request.headers.get('authorization')
  const refusal = judgeHead({ host, authorization, target: context.target })
  // The bodies of Cosmos and Fluid are other people's documents, and never tokens for the service.
  if (refusal || service.name === 'cosmos' || service.name === 'fluid') return refusal
  return judgeBody(request)
}

async function answer(
  service: LocalService,
  options: FrontDoorOptions,
  request: Request,
  context: RequestContext,
): Promise<Response> {
  let response: Response
  try {
    response = markable(await service.fetch(request, context))
  } catch (error) {
    const id = randomUUID()
    options.report(`${service.name} failed (correlation id ${id})`, error)
    const body = { code: 'InternalServerError', message: `Local Azure failed. Correlation id: ${id}` }
    response = Response.json({ ...body, error: body }, { status: 500 })
  }
  if (isCalledByPages(service.name)) allowReading(request, response)
  return response
}

// The headers of a redirect or of a fetched answer cannot be added to.
function markable(response: Response): Response {
  try {
    response.headers.set(emulatorHeader, emulatorHeaderValue)
    return response
  } catch {
    return new Response(response.body, response)
  }
}

function refuse({ status, code, message }: Refusal): Response {
  return Response.json({ code, message, error: { code, message } }, { status })
}

/** Readable to every client: Graph and ACS look at `error`, Cosmos at `code` and its own header. */
function busy(kind: '429' | '503', retryAfterSeconds: number): Response {
  const code = kind === '429' ? 'TooManyRequests' : 'ServiceUnavailable'
  const body = { code, message: 'A fault was asked for.' }
  const headers = {
    'Retry-After': String(retryAfterSeconds),
    'x-ms-retry-after-ms': String(retryAfterSeconds * 1_000),
  }
  return Response.json({ ...body, error: body }, { status: Number(kind), headers })
}
