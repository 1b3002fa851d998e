/**
 * The way of a request to its service: guard, faults, service, log.
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import { allowReading, answerPreflight, isCalledByPages } from './cross-origin.ts'
import type { FaultKind, Faults } from './faults.ts'
import {
  emulatorHeader,
  emulatorHeaderValue,
  type Guarded,
  judgeBody,
  judgeHead,
  type Refusal,
} from './guard.ts'
import type { Connection, ListenOptions } from './listen.ts'
import { type PlainRequest, plainRequestOf } from './plain-request.ts'
import type { RequestLog } from './request-log.ts'
import type { LocalService } from './service.ts'
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
): Pick<ListenOptions, 'fetch' | 'answer' | 'upgrade'> {
  const enter = async (visit: Visit): Promise<Response> => {
    const { method, target } = visit.request
    const atMs = options.clock.now()
    const started = performance.now()
    const outcome = await pass(service, options, visit).catch((error: unknown): Outcome => {
      if (!visit.connection.isCutShort()) throw error
      return { response: visit.connection.reset(), gone: true }
    })
    const { response, fault } = outcome
    const gone = outcome.gone ?? false
    if (!gone) response.headers.set(emulatorHeader, emulatorHeaderValue)
    options.requests.record({
      service: service.name,
      method,
      target: outcome.unspeakable ? '(not kept)' : target,
      status: gone ? 0 : response.status,
      atMs,
      durationMs: Math.round(performance.now() - started),
      ...(fault ? { fault } : {}),
    })
    return response
  }
  const answer = service.answer?.bind(service)
  return {
    upgrade: createUpgrade(service, options),
    fetch: (request, context, connection) =>
      enter({
        request: plainRequestOf(request, context),
        connection,
        serve: () => service.fetch(request, context),
      }),
    ...(answer && {
      answer: (request, connection) => enter({ request, connection, serve: () => answer(request) }),
    }),
  }
}

/** A request at the door. */
interface Visit {
  readonly request: PlainRequest
  readonly connection: Connection
  /** Lets it in. */
  readonly serve: () => Response | Promise<Response>
}

interface Outcome {
  readonly response: Response
  readonly gone?: boolean
  readonly unspeakable?: boolean
  readonly fault?: FaultKind
}

async function pass(service: LocalService, options: FrontDoorOptions, visit: Visit): Promise<Outcome> {
  const { request, connection } = visit
  const refusal = judgeHead(headOf(request)) ?? (await judgeBodyFor(service, request))
  if (refusal) return { response: refuse(refusal), unspeakable: refusal.unspeakable }
  const preflight = isCalledByPages(service.name) ? answerPreflight(request) : undefined
  if (preflight) return { response: preflight }
  const fault = options.faults.take(service.name, `${request.method} ${request.target}`)
  if (!fault) return { response: await answer(service, options, visit) }
  const { kind } = fault
  switch (kind) {
    case 'reset':
      return { response: connection.reset(), gone: true, fault: kind }
    case 'timeout':
      return { response: await connection.hang(), gone: true, fault: kind }
    case 'drop-response': {
      const lost = await answer(service, options, visit)
      await lost.body?.cancel()
      return { response: connection.reset(), gone: true, fault: kind }
    }
    case 'slow':
      await new Promise<void>((resolve) => options.clock.schedule(fault.delayMs, resolve))
      return { response: await answer(service, options, visit), fault: kind }
    default: {
      const response = busy(kind, fault.retryAfterSeconds)
      if (isCalledByPages(service.name)) allowReading(request, response)
      return { response, fault: kind }
    }
  }
}

function headOf(request: PlainRequest): Guarded {
  const { target } = request
  return { host: request.header('host'), authorization: request.header('authorization'), target }
}

function judgeBodyFor(
  service: LocalService,
  request: PlainRequest,
): Promise<Refusal | undefined> | undefined {
  // The bodies of Cosmos and Fluid are other people's documents, and never tokens for the service.
  return service.name === 'cosmos' || service.name === 'fluid' ? undefined : judgeBody(request)
}

async function answer(service: LocalService, options: FrontDoorOptions, visit: Visit): Promise<Response> {
  let response: Response
  try {
    response = markable(await visit.serve())
  } catch (error) {
    // Nobody is there to be answered, and what came is no request that the service could have failed at.
    if (visit.connection.isCutShort()) throw error
    const id = randomUUID()
    options.report(`${service.name} failed (correlation id ${id})`, error)
    const body = { code: 'InternalServerError', message: `Local Azure failed. Correlation id: ${id}` }
    response = Response.json({ ...body, error: body }, { status: 500 })
  }
  if (isCalledByPages(service.name)) allowReading(visit.request, response)
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
