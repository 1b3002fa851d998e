/**
 * The Cosmos service: the account behind Request and Response.
 */

import type { LocalService, RequestContext, ServiceHost } from '../host/service.ts'
import { CosmosAccount } from './account.ts'
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts'
import { describeAccount } from './overview.ts'
import type { CosmosAnswer, CosmosRequest } from './request.ts'
import { seed } from './seed.ts'

/** The Cosmos service of local Azure. A new one is seeded. */
export function createCosmosService(host: ServiceHost): LocalService {
  const account = new CosmosAccount(host)
  seed(account.state)
  return {
    name: 'cosmos',
    fetch: (request, context) => answer(account, request, context),
    overview: () => describeAccount(account.state),
    reset: () => {
      account.clear()
      seed(account.state)
    },
    close: () => undefined,
  }
}

function answer(
  account: CosmosAccount,
  request: Request,
  context: RequestContext,
): Response | Promise<Response> {
  if (isPreflight(request)) return new Response(null, { status: 204, headers: preflightHeaders(request) })
  const respond = (body: string): Response => {
    const origin = request.headers.get('origin')
    return toResponse(account.handle(toCosmosRequest(request, context, body)), origin)
  }
  // A request without a body is answered at once, which saves a turn of the event loop.
  if (request.method === 'GET' || request.method === 'DELETE') return respond('')
  return request.text().then(respond)
}

function toCosmosRequest(request: Request, context: RequestContext, body: string): CosmosRequest {
  const end = context.target.indexOf('?')
  return {
    method: request.method,
    path: end < 0 ? context.target : context.target.slice(0, end),
    header: (name) => request.headers.get(name) ?? undefined,
    origin: () => new URL(request.url).origin,
    body,
  }
}

function toResponse({ status, headers, body }: CosmosAnswer, origin: string | null): Response {
  const all = origin === null ? headers : { ...headers, ...corsHeaders(origin) }
  return new Response(body === '' ? null : body, { status, headers: all })
}
