/**
 * The control API on the dashboard's port: time, faults, reset, and what happened.
 */

import { Hono } from 'hono'
import type { Endpoints } from '../endpoints.ts'
import { isAllowedOrigin } from './cross-origin.ts'
import type { DashboardSources } from './dashboard-sources.ts'
import { type FaultOptions, faultKinds } from './faults.ts'
import { type ServiceName, serviceNames } from './service.ts'

/** What the control API needs. */
export interface ControlApiOptions {
  readonly sources: DashboardSources
  readonly endpoints: () => Endpoints
}

/** A request the control API understands but cannot do. */
class BadRequest extends Error {}

/** The control API; it answers 404 to everything that is not its own. */
export function createControlApi({ sources, endpoints }: ControlApiOptions): Hono {
  const { clock, faults, requests } = sources
  const api = new Hono()
  // A page elsewhere cannot read the answers, but could send a simple POST.
  api.use(async (context, next) => {
    if (isAllowedOrigin(context.req.header('origin'))) return next()
    return context.json(problem('ForeignOrigin', 'Only pages of this machine may do this.'), 403)
  })
  api.onError((error, context) => {
    if (!(error instanceof BadRequest)) throw error
    return context.json(problem('BadRequest', error.message), 400)
  })
  const time = (): object => ({
    now: new Date(clock.now()).toISOString(),
    advancedSeconds: clock.offsetMs / 1000,
  })

  api.get('/endpoints.json', (context) => context.json(endpoints(), 200, { 'Cache-Control': 'no-store' }))
  api.get('/clock', (context) => context.json(time()))
  api.post('/clock', async (context) => {
    clock.advanceSeconds(parseSeconds(await readJson(context.req.raw)))
    return context.json(time())
  })
  api.get('/faults', (context) => context.json(faults.list()))
  api.post('/faults', async (context) => {
    faults.add(parseFault(await readJson(context.req.raw)))
    return context.json(faults.list(), 201)
  })
  api.delete('/faults', (context) => {
    faults.clear()
    return context.body(null, 204)
  })
  api.post('/reset', async (context) => {
    await sources.reset(parseService(context.req.query('service')))
    return context.body(null, 204)
  })
  api.get('/requests', (context) => context.json(requests.list(parseService(context.req.query('service')))))
  api.get('/overview', (context) => {
    const wanted = parseService(context.req.query('service'))
    const services = Object.values(sources.services).filter(
      ({ name }) => wanted === undefined || name === wanted,
    )
    return context.json(
      Object.fromEntries(services.map((service) => [service.name, service.overview?.() ?? []])),
    )
  })
  return api
}

function problem(code: string, message: string): object {
  return { error: { code, message } }
}

async function readJson(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = await request.json().catch(() => undefined)
  if (typeof value !== 'object' || value === null) throw new BadRequest('The body must be a JSON object.')
  return value as Record<string, unknown>
}

const longestAdvanceSeconds = 10 * 366 * 86_400

function parseSeconds({ advanceSeconds }: Readonly<Record<string, unknown>>): number {
  const isSeconds = typeof advanceSeconds === 'number' && advanceSeconds >= 0
  if (isSeconds && advanceSeconds <= longestAdvanceSeconds) return advanceSeconds
  throw new BadRequest('advanceSeconds must be a number of seconds from 0 to ten years.')
}

function parseService(value: string | undefined): ServiceName | undefined {
  if (value === undefined || value === '') return undefined
  const service = serviceNames.find((name) => name === value)
  if (service) return service
  throw new BadRequest(`service must be one of ${serviceNames.join(', ')}.`)
}

function parseFault(body: Readonly<Record<string, unknown>>): FaultOptions {
  const named = body['service']
  const service = parseService(typeof named === 'string' ? named : '')
  if (!service || service === 'dashboard') throw new BadRequest('service must name a service.')
  const kind = faultKinds.find((name) => name === String(body['kind']))
  if (!kind) throw new BadRequest(`kind must be one of ${faultKinds.join(', ')}.`)
  const match = body['match'] ?? ''
  if (typeof match !== 'string' || !isMatcher(match))
    throw new BadRequest('match must be text or /expression/.')
  return {
    service,
    kind,
    match,
    times: parseCount(body, 'times', 1, 1_000_000),
    retryAfterSeconds: parseCount(body, 'retryAfterSeconds', 0, 86_400),
    delayMs: parseCount(body, 'delayMs', 0, 600_000, 2_000),
  }
}

function isMatcher(match: string): boolean {
  if (match.length > 200) return false
  try {
    return new RegExp(match.startsWith('/') ? match.slice(1, -1) : '') instanceof RegExp
  } catch {
    return false
  }
}

function parseCount(
  body: Readonly<Record<string, unknown>>,
  name: string,
  least: number,
  most: number,
  missing = 1,
): number {
  const value = body[name] ?? missing
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new BadRequest(`${name} must be a whole number from ${least} to ${most}.`)
}
