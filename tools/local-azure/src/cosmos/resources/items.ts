/**
 * `/dbs/{database}/colls/{container}/docs`
 */

import { answerBatch, answerBulk } from '../batch.ts'
import { answerChanges } from '../change-feed.ts'
import { badRequest, methodNotAllowed, notImplemented } from '../errors.ts'
import type { Exchange, Reply } from '../exchange.ts'
import { carryOut, type ItemAction } from '../item-action.ts'
import { type PartitionKeyValue, parseKeyHeader } from '../partition-key.ts'
import { preconditionsOf } from '../preconditions.ts'
import { trivialPlan } from '../query/query-plan.ts'
import { type CosmosRequest, parseJson, wantsNoContent } from '../request.ts'
import { partitionDeleteCharge } from '../request-units.ts'
import type { Container } from '../store/container.ts'
import { answerList, answerQuery } from './item-query.ts'

/** Carries out an exchange about items. */
export function answerItems(exchange: Exchange): Reply {
  const { operation, state, address, request } = exchange
  const container = state.catalog.container(address.database, address.container)
  const key = parseContainerKey(request, container)
  switch (operation) {
    case 'plan':
      return { status: 200, body: trivialPlan(), charge: 0 }
    case 'batch':
      return answerBatch(exchange, container, key)
    case 'bulk':
      return answerBulk(exchange, container, key)
    case 'query':
      return answerQuery(exchange, container, key)
    case 'list':
      return answerList(exchange, container, key)
    case 'changes':
      return answerChanges(exchange, container, key)
    case 'execute':
      throw methodNotAllowed()
    default:
      return act(exchange, container, operation, key)
  }
}

/** `POST …/operations/partitionkeydelete`: deletes every item of a partition key, at once. */
export function answerPartitionKeyDelete({ state, address, operation, request }: Exchange): Reply {
  if (operation !== 'delete') throw methodNotAllowed()
  const container = state.catalog.container(address.database, address.container)
  const key = parseContainerKey(request, container)
  if (key?.components !== container.definition.partitionKey.paths.length) {
    throw badRequest('PartitionKey value must be supplied for this operation.', 1001)
  }
  const count = state.items.deletePartition(container, key.text)
  return { status: 202, body: '', charge: partitionDeleteCharge(count) }
}

function parseContainerKey(request: CosmosRequest, container: Container): PartitionKeyValue | undefined {
  const key = parseKeyHeader(request.header('x-ms-documentdb-partitionkey'))
  if (key !== undefined && key.components > container.definition.partitionKey.paths.length) {
    throw badRequest('The partition key supplied has more components than defined in the collection.', 1001)
  }
  return key
}

function act(
  { state, address, request }: Exchange,
  container: Container,
  kind: ItemAction['kind'],
  key: PartitionKeyValue | undefined,
): Reply {
  refuseTriggers(request)
  const hasBody = kind !== 'read' && kind !== 'delete'
  const { status, body, charge, etag } = carryOut(state, container, {
    kind,
    id: address.id,
    key,
    body: hasBody ? parseJson(request.body) : undefined,
    ...preconditionsOf(request),
  })
  const minimal = kind !== 'read' && wantsNoContent(request)
  return { status, body: minimal ? '' : body, charge, ...(etag === undefined ? {} : { headers: { etag } }) }
}

// To write without a trigger that was asked for would be to keep an item the real service would have changed or refused.
function refuseTriggers(request: CosmosRequest): void {
  for (const when of ['pre', 'post']) {
    if (request.header(`x-ms-documentdb-${when}-trigger-include`)) throw notImplemented('Triggers')
  }
}
