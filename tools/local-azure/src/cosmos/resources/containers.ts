/**
 * `/dbs/{database}/colls` and the partition key ranges of a container.
 */

import { formatContainerDefinition, parseContainerDefinition } from '../container-definition.ts'
import { badRequest, methodNotAllowed } from '../errors.ts'
import type { Exchange, Reply } from '../exchange.ts'
import type { JsonObject } from '../json.ts'
import { parseResourceId } from '../limits.ts'
import { assertPreconditions, preconditionsOf } from '../preconditions.ts'
import { metadataReadCharge, metadataWriteCharge } from '../request-units.ts'
import type { Container } from '../store/container.ts'
import { parseBody } from './body.ts'
import { replyWith, replyWithFeed } from './feed.ts'
import { parseThroughput } from './throughput.ts'

/** Carries out an exchange about containers. */
export function answerContainers(exchange: Exchange): Reply {
  const { operation, state, address, request } = exchange
  const { catalog } = state
  switch (operation) {
    case 'list':
    case 'query':
    case 'plan': {
      const database = catalog.database(address.database)
      return replyWithFeed(
        exchange,
        'DocumentCollections',
        database.rid,
        catalog.containers(database).map(format),
      )
    }
    case 'create':
      return create(exchange)
    case 'read': {
      const container = catalog.container(address.database, address.container)
      return replyWith(200, format(container), metadataReadCharge(0))
    }
    case 'replace':
      return replace(exchange)
    case 'delete': {
      const container = catalog.container(address.database, address.container)
      assertPreconditions(preconditionsOf(request), container)
      state.items.forgetContainer(container)
      catalog.deleteContainer(container)
      return { status: 204, body: '', charge: metadataWriteCharge }
    }
    default:
      throw methodNotAllowed()
  }
}

function create({ state, address, request }: Exchange): Reply {
  const database = state.catalog.database(address.database)
  const body = parseBody(request)
  const id = parseResourceId(body['id'])
  const throughput = parseThroughput(request)
  const container = state.catalog.createContainer(database, id, parseContainerDefinition(body))
  if (throughput) state.offers.create({ rid: container.rid, selfLink: container.selfLink }, throughput)
  return replyWith(201, format(container), metadataWriteCharge)
}

function replace({ state, address, request }: Exchange): Reply {
  const container = state.catalog.container(address.database, address.container)
  const body = parseBody(request)
  if (body['id'] !== container.id) throw badRequest('The id of a container cannot be changed.')
  assertPreconditions(preconditionsOf(request), container)
  const before = container.definition
  const definition = parseContainerDefinition(body)
  if (JSON.stringify(definition.partitionKey.paths) !== JSON.stringify(before.partitionKey.paths)) {
    throw badRequest('The partition key of a container cannot be changed.')
  }
  if (JSON.stringify(definition.uniqueKeys) !== JSON.stringify(before.uniqueKeys)) {
    throw badRequest('The unique keys of a container cannot be changed.')
  }
  state.catalog.replaceContainer(container, definition)
  if (definition.defaultTtl !== before.defaultTtl) state.items.defaultLifetimeChanged(container)
  return replyWith(200, format(container), metadataWriteCharge)
}

/** `GET …/pkranges`: one range, which is the whole container. */
export function answerPartitionKeyRanges({ state, address, operation, request }: Exchange): Reply {
  if (operation !== 'list') throw methodNotAllowed()
  const container = state.catalog.container(address.database, address.container)
  const etag = `"${container.rid}-0"`
  const charge = metadataReadCharge(1)
  if (request.header('if-none-match') === etag) return { status: 304, body: '', charge, headers: { etag } }
  const range = {
    _rid: `${container.rid}AAAAUA==`,
    id: '0',
    _etag: etag,
    minInclusive: '',
    maxExclusive: 'FF',
    ridPrefix: 0,
    _self: `${container.selfLink}pkranges/0/`,
    throughputFraction: 1,
    status: 'online',
    parents: [],
    _ts: container.ts,
  }
  const body = JSON.stringify({ _rid: container.rid, PartitionKeyRanges: [range], _count: 1 })
  return { status: 200, body, charge, headers: { etag, 'x-ms-item-count': '1' } }
}

function format(container: Container): JsonObject {
  return {
    ...formatContainerDefinition(container.id, container.definition),
    _rid: container.rid,
    _ts: container.ts,
    _self: container.selfLink,
    _etag: container.etag,
    _docs: 'docs/',
    _sprocs: 'sprocs/',
    _triggers: 'triggers/',
    _udfs: 'udfs/',
    _conflicts: 'conflicts/',
  }
}
