/**
 * The Cosmos service: the account behind Request and Response.
 */

import type { LocalService, RequestContext, ServiceHost } from '../host/service.ts'
import { TextResponse } from '../host/text-response.ts'
import { CosmosAccount } from './account.ts'
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
  const respond = (body: string): Response =>
    toResponse(account.handle(toCosmosRequest(request, context, body)))
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

function toResponse({ status, headers, body }: CosmosAnswer): Response {
  return TextResponse.create(body, { status, headers })
}
