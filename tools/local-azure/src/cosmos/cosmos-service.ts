/**
 * The Cosmos service: the account behind http.
 */

import { type PlainRequest, plainRequestOf } from '../host/plain-request.ts'
import type { LocalService, ServiceHost } from '../host/service.ts'
import { TextResponse } from '../host/text-response.ts'
import { CosmosAccount, formatError } from './account.ts'
import { CommitGroup } from './commit-group.ts'
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
  const writes = new CommitGroup(host.database, () => account.reload())
  const answer = (request: PlainRequest): Response | Promise<Response> => {
    // A read is answered at once, which saves a turn of the event loop.
    if (request.method === 'GET') return respond(account.handle(toCosmosRequest(request, '')))
    return request.text(maxBodyBytes).then(async (body) => {
      if (body === undefined) return respond(formatError(tooLarge()))
      return respond(await writes.run(() => account.handle(toCosmosRequest(request, body))))
    })
  }
  return {
    name: 'cosmos',
    fetch: (request, context) => answer(plainRequestOf(request, context)),
    answer,
    overview: () => describeAccount(account.state),
    reset: () => {
      account.clear()
      seed(account.state)
    },
    close: () => writes.flush(),
  }
}

function respond(answered: CosmosAnswer): Response {
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
