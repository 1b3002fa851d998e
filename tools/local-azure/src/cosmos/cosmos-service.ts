/**
 * The Cosmos service: the account behind Request and Response.
 */

import type { LocalService, RequestContext, ServiceHost } from '../host/service.ts'
import { TextResponse } from '../host/text-response.ts'
import { CosmosAccount, formatError } from './account.ts'
import { tooLarge } from './errors.ts'
import { describeAccount } from './overview.ts'
import type { CosmosAnswer, CosmosRequest } from './request.ts'
import { seed } from './seed.ts'

/** The most bytes a request may carry: an item of 2 MB with room for its escapes. */
const maxBodyBytes = 4 * 1024 * 1024

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
  // Before a byte of it is read.
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) {
    return toResponse(formatError(tooLarge()))
  }
  // A request without a body is answered at once, which saves a turn of the event loop.
  if (request.method === 'GET' || request.method === 'DELETE') return respond('')
  return request
    .text()
    .then((body) => (body.length > maxBodyBytes ? toResponse(formatError(tooLarge())) : respond(body)))
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
