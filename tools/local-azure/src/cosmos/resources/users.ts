/**
 * `/dbs/{database}/users`
 */

import { methodNotAllowed } from '../errors.ts'
import type { Exchange, Reply } from '../exchange.ts'
import type { JsonObject } from '../json.ts'
import { parseResourceId } from '../limits.ts'
import { assertPreconditions, preconditionsOf } from '../preconditions.ts'
import { metadataReadCharge, userWriteCharge } from '../request-units.ts'
import type { CosmosUser } from '../store/users.ts'
import { parseBody } from './body.ts'
import { replyWith, replyWithFeed } from './feed.ts'

/** Carries out an exchange about users. */
export function answerUsers(exchange: Exchange): Reply {
  const { operation, state, address, request } = exchange
  const { users } = state
  const database = state.catalog.database(address.database)
  const format = (user: CosmosUser): JsonObject => ({
    id: user.id,
    _rid: user.rid,
    _self: `dbs/${database.rid}/users/${user.rid}/`,
    _etag: user.etag,
    _permissions: 'permissions/',
    _ts: user.ts,
  })
  switch (operation) {
    case 'list':
    case 'query':
    case 'plan':
      return replyWithFeed(exchange, 'Users', database.rid, users.list(database).map(format))
    case 'create':
    case 'upsert': {
      const id = parseResourceId(parseBody(request)['id'])
      const known = operation === 'upsert' ? users.find(database, id) : undefined
      if (operation === 'upsert') assertPreconditions(preconditionsOf(request), known)
      if (known) return replyWith(200, format(known), userWriteCharge)
      return replyWith(201, format(users.create(database, id)), userWriteCharge)
    }
    case 'read':
      return replyWith(200, format(users.get(database, address.id)), metadataReadCharge(0))
    case 'replace': {
      const user = users.get(database, address.id)
      assertPreconditions(preconditionsOf(request), user)
      const id = parseResourceId(parseBody(request)['id'])
      return replyWith(200, format(users.replace(user, id)), userWriteCharge)
    }
    case 'delete': {
      const user = users.get(database, address.id)
      assertPreconditions(preconditionsOf(request), user)
      users.delete(user)
      return { status: 204, body: '', charge: userWriteCharge }
    }
    default:
      throw methodNotAllowed()
  }
}
