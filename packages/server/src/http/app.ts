/**
 * The routes behind HTTP: a Hono app that runs wherever Request and Response do.
 */

import { type Context, Hono } from 'hono'
import { getPath } from 'hono/utils/url'
import type { Latchkey } from '../create-latchkey.ts'
import { serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { partsOf } from '../parts-of.ts'
import type { Person } from '../person.ts'
import { spanNames } from '../telemetry/spans.ts'
import { admit, type Identifier } from './access-policy.ts'
import { apiRoutes } from './api/api-routes.ts'
import { failApi } from './api/envelope.ts'
import { type AppOptions, assertAppOptions } from './app-options.ts'
import { browserRoutes } from './browser/browser-routes.ts'
import { failurePage, wantsPage } from './browser/failure-page.ts'
import { sessionCookieName } from './browser/session-cookie.ts'
import { tryAgainPath } from './browser/try-again.ts'
import { createClientAddress, networkOf } from './client-address.ts'
import { type CorrelationIds, correlationOf } from './correlation.ts'
import { addCorsHeaders, answerPreflight } from './cors.ts'
import { documentRoutes } from './documents.ts'
import { reportFailure } from './failures.ts'
import { isFunctionKey, presentedKey } from './function-key.ts'
import { parseWith, readBody, readPairs, refuseSecretsInQuery } from './parameters.ts'
import { problemResponse } from './problem.ts'
import { createRateLimits, type RateLimits } from './rate-limit.ts'
import { nameCall, noteRefusedCall, noteWrongKey } from './refusals.ts'
import type { Route } from './route.ts'
import { readIfMatch } from './v1/conditional.ts'
import { v1Routes } from './v1/v1-routes.ts'

/** What every request to the app is answered with. */
interface Server extends Identifier {
  readonly limits: RateLimits
  readonly addressOf: (context: Context) => string | undefined
}

/** Every route an app would offer. */
export function routesOf(latchkey: Latchkey, options: AppOptions = {}): readonly Route[] {
  const parts = partsOf(latchkey)
  assertAppOptions(options)
  const surfaces = new Set(options.surfaces ?? ['api', 'v1', 'auth'])
  if (!parts.settings.api.enabled) surfaces.delete('api')
  const routes = [...apiRoutes, ...v1Routes(parts), ...browserRoutes]
  const offered = routes.filter(({ surface }) => surfaces.has(surface))
  if (!surfaces.has('v1')) return offered
  const { api, publicUrl } = parts.settings
  const description = {
    allowSecretsInQuery: api.allowSecretsInQuery,
    cookieName: sessionCookieName(publicUrl),
  }
  return [...offered, ...documentRoutes(offered, description)]
}

/**
 * Serves a Latchkey over HTTP: `/api`, `/v1` and the browser half under `/auth`.
 *
 * @throws `ERR_SERVER_SETTINGS` for anything that is not a server, and for invalid options.
 *
 * @example
 * ```ts
 * serve({ fetch: createApp(latchkey).fetch, port: 4285, hostname: '127.0.0.1' })
 * ```
 */
export function createApp(latchkey: Latchkey, options: AppOptions = {}): Hono {
  const all = routesOf(latchkey, options)
  const parts = partsOf(latchkey)
  const addressOfClient = createClientAddress(parts.settings.trustedProxies)
  const peerAddress = options.peerAddress ?? nodeServerPeer
  const server: Server = {
    parts,
    authenticate: latchkey.authenticate,
    limits: createRateLimits(parts, options.limits),
    addressOf: (context) => addressOfClient(context.req.raw, peerAddress(context)),
  }
  const app = new Hono({ getPath: createPathOf(all) })
  for (const path of new Set(all.map((route) => route.path))) {
    const routes = all.filter((route) => route.path === path)
    app.all(path, (context) => respond(server, context, routes))
  }
  app.notFound((context) => respond(server, context, []))
  return app
}

/**
 * The path of a request as its route has it: a function answers to its name in either case and with a slash behind it, as
 * it does on the Functions host, which has checked the key by then.
 */
function createPathOf(routes: readonly Route[]): (request: Request) => string {
  const functions = routes.filter(({ surface }) => surface === 'api')
  const paths = new Map(functions.map(({ path }) => [path.toLowerCase(), path]))
  return (request) => {
    const path = getPath(request)
    return paths.get(path.toLowerCase().replace(/\/$/, '')) ?? path
  }
}

/** Answers a request, whatever happens, and logs it. `routes` are those of its path. */
async function respond(server: Server, context: Context, routes: readonly Route[]): Promise<Response> {
  const { parts } = server
  const request = context.req.raw
  const ids = correlationOf(parts.random, request)
  const surface = routes[0]?.surface ?? 'v1'
  const { allowedOrigins } = parts.settings
  const methods = routes.length === 0 ? everyMethod : routes.map(({ method }) => method)
  const preflight =
    surface === 'v1' ? answerPreflight(request, allowedOrigins, methods.join(', ')) : undefined
  if (preflight) return preflight

  const startedAtMs = parts.clock.now()
  const route = routes.find(({ method }) => method === request.method)
  const outcome = route
    ? inRequestSpan(server, route, () => guard(server, context, ids, route))
    : refuse(server, context, routes)
  const response = await outcome.catch((error: unknown) => {
    reportFailure(parts, ids, route, error)
    return failureAnswer(server, context, surface, route, ids, error)
  })
  parts.log({
    level: 'info',
    event: 'request',
    ...ids,
    method: request.method,
    status: response.status,
    durationMs: parts.clock.now() - startedAtMs,
    ...(route && { route: route.path }),
  })
  const finished = finish(parts, response, ids.correlationId)
  if (surface === 'v1') addCorsHeaders(request, finished.headers, allowedOrigins)
  return finished
}

const everyMethod = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

function inRequestSpan<T>({ parts }: Server, route: Route, work: () => Promise<T>): Promise<T> {
  const attributes = { 'http.route': route.path, 'http.request.method': route.method }
  return parts.inSpan(spanNames.request, attributes, work)
}

/** Refuses what there is no route for; looking for one costs as much as a page that is there. */
async function refuse(server: Server, context: Context, routes: readonly Route[]): Promise<never> {
  const network = networkOf(server.addressOf(context))
  if (network !== undefined) await server.limits.spend('open', network)
  if (routes.length === 0) throw serverError('ERR_SERVER_NOT_FOUND', 'Not found')
  const allow = routes.map(({ method }) => method).join(', ')
  throw serverError('ERR_SERVER_METHOD', 'Method not allowed', { allow })
}

/** Lets a request through to its route when it is within the limits, has the key and is from whom the route is for. */
async function guard(server: Server, context: Context, ids: CorrelationIds, route: Route): Promise<Response> {
  const { parts, limits } = server
  const request = context.req.raw
  const network = networkOf(server.addressOf(context))
  // One bucket for everybody whose address nobody knows would let one of them stop all.
  if (network !== undefined) await limits.spend(route.limit, network)
  const functionKey = route.access === 'key' ? presentedKey(request) : undefined
  const call = nameCall(parts, ids, network, functionKey)
  const { key, allowSecretsInQuery } = parts.settings.api
  if (route.access === 'key' && key && !isFunctionKey(functionKey, key)) {
    await noteWrongKey(parts, call, route)
    return new Response(null, { status: 401 })
  }
  if (call.functionKey !== undefined) await limits.spend('functionKey', call.functionKey)
  if (route.surface !== 'api' || !allowSecretsInQuery) refuseSecretsInQuery(new URL(request.url))
  let person: Person | undefined
  try {
    person = await admit(server, route.access, request)
    return await parseAndHandle(server, context, route, call, person)
  } catch (error) {
    await noteRefusedCall(parts, call, route, person, error)
    throw error
  }
}

async function parseAndHandle(
  { parts, limits }: Server,
  context: Context,
  route: Route,
  call: FlowContext,
  person: Person | undefined,
): Promise<Response> {
  const request = context.req.raw
  const query = readPairs(new URL(request.url).searchParams)
  const params = context.req.param() as Record<string, string>
  for (const value of Object.values(params))
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(value)) throw serverError('ERR_SERVER_NOT_FOUND', 'Not found')
  const rules = { allowForm: route.surface === 'api', maxBytes: route.maxBodyBytes }
  const body = route.body && parseWith(route.body, await readBody(request, rules))
  return route.handle({
    parts,
    context: call,
    person,
    body,
    query: route.query && parseWith(route.query, query),
    params,
    ifMatch: route.needsIfMatch ? readIfMatch(request) : [],
    request,
    spend: (limit, key) => limits.spend(limit, key),
  })
}

/** A failure in the words of its surface. */
function failureAnswer(
  { parts }: Server,
  context: Context,
  surface: Route['surface'],
  route: Route | undefined,
  { correlationId }: CorrelationIds,
  error: unknown,
): Response {
  const request = context.req.raw
  if (surface === 'api') return failApi(error)
  if (route?.access === 'navigation' && wantsPage(request))
    return failurePage(error, correlationId, tryAgainPath(parts, request))
  return problemResponse(error, correlationId, context.req.path)
}

function finish({ settings }: Parts, response: Response, correlationId: string): Response {
  const { headers } = response
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  headers.set('x-content-type-options', 'nosniff')
  // Not on this machine: a browser would remember it for every port.
  if (settings.publicUrl.startsWith('https:') && settings.environment === 'production')
    headers.set('strict-transport-security', 'max-age=31536000')
  headers.set('referrer-policy', 'no-referrer')
  if (!headers.has('content-security-policy'))
    headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  headers.set('x-correlation-id', correlationId)
  return response
}

function nodeServerPeer(context: Context): string | undefined {
  const { incoming } = (context.env ?? {}) as {
    readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } }
  }
  return incoming?.socket?.remoteAddress
}
