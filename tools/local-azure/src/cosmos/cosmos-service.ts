/**
 * The Cosmos service: the account behind http.
 */

import { type PlainRequest, plainRequestOf } from '../host/plain-request.ts'
import type { LocalService, ServiceHost } from '../host/service.ts'
import { TextResponse } from '../host/text-response.ts'
import { CosmosAccount, formatError } from './account.ts'
import { tooLarge } from './errors.ts'
import { describeAccount } from './overview.ts'
import type { CosmosRequest } from './request.ts'
import { seed } from './seed.ts'

/** The most bytes a request may carry: an item of 2 MB with room for its escapes. */
const maxBodyBytes = 4 * 1024 * 1024

/** The Cosmos service of local Azure. A new one is seeded. */
export function createCosmosService(host: ServiceHost): LocalService {
  const account = new CosmosAccount(host)
  seed(account.state)
  return {
    name: 'cosmos',
    fetch: (request, context) => answer(account, plainRequestOf(request, context)),
    answer: (request) => answer(account, request),
    overview: () => describeAccount(account.state),
    reset: () => {
      account.clear()
      seed(account.state)
    },
    close: () => undefined,
  }
}

function answer(account: CosmosAccount, request: PlainRequest): Response | Promise<Response> {
  // A request without a body is answered at once, which saves a turn of the event loop.
  if (request.method === 'GET' || request.method === 'DELETE') return respond(account, request, '')
  return request.text(maxBodyBytes).then((body) => respond(account, request, body))
}

function respond(account: CosmosAccount, request: PlainRequest, body: string | undefined): Response {
  const answered =
    body === undefined ? formatError(tooLarge()) : account.handle(toCosmosRequest(request, body))
  return TextResponse.create(answered.body, answered)
}

function toCosmosRequest(request: PlainRequest, body: string): CosmosRequest {
  const { method, target } = request
  const end = target.indexOf('?')
  return {
    method,
    path: end < 0 ? target : target.slice(0, end),
    header: (name) => request.header(name),
    origin: () => request.origin(),
    body,
  }
}
