/**
 * `/dbs`
 */

import { methodNotAllowed } from '../errors.ts'
import type { Exchange, Reply } from '../exchange.ts'
import type { JsonObject } from '../json.ts'
import { parseResourceId } from '../limits.ts'
import { assertPreconditions, preconditionsOf } from '../preconditions.ts'
import { metadataReadCharge, metadataWriteCharge } from '../request-units.ts'
import type { CosmosDatabase } from '../store/catalog.ts'
import { parseBody } from './body.ts'
import { replyWith, replyWithFeed } from './feed.ts'
import { parseThroughput } from './throughput.ts'

/** Carries out an exchange about databases. */
export function answerDatabases(exchange: Exchange): Reply {
  const { operation, state, address, request } = exchange
  const { catalog, offers } = state
  switch (operation) {
    case 'list':
    case 'query':
    case 'plan':
      return replyWithFeed(exchange, 'Databases', '', catalog.databases().map(format))
    case 'create': {
      const id = parseResourceId(parseBody(request)['id'])
      const throughput = parseThroughput(request)
      const database = catalog.createDatabase(id)
      if (throughput) offers.create({ rid: database.rid, selfLink: `dbs/${database.rid}/` }, throughput)
      return replyWith(201, format(database), metadataWriteCharge)
    }
    case 'read':
      return replyWith(200, format(catalog.database(address.id)), metadataReadCharge(0))
    case 'delete': {
      const database = catalog.database(address.id)
      assertPreconditions(preconditionsOf(request), database)
      for (const container of catalog.containers(database)) state.items.forgetContainer(container)
      catalog.deleteDatabase(address.id)
      return { status: 204, body: '', charge: metadataWriteCharge }
    }
    default:
      throw methodNotAllowed()
  }
}

function format(database: CosmosDatabase): JsonObject {
  return {
    id: database.id,
    _rid: database.rid,
    _self: `dbs/${database.rid}/`,
    _etag: database.etag,
    _colls: 'colls/',
    _users: 'users/',
    _ts: database.ts,
  }
}
