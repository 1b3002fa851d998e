/**
 * What a request wants done: decided in one place, so that what is allowed and what is carried out cannot differ.
 */

import { methodNotAllowed } from './errors.ts'
import { type Address, type CosmosRequest, isHeaderTrue } from './request.ts'

/** What a request wants done to what its path names. */
export type Operation =
  | 'read'
  | 'list'
  | 'changes'
  | 'plan'
  | 'query'
  | 'batch'
  | 'bulk'
  | 'create'
  | 'upsert'
  | 'replace'
  | 'patch'
  | 'delete'
  | 'execute'

const readingOperations: ReadonlySet<Operation> = new Set(['read', 'list', 'changes', 'plan', 'query'])

/** Tells whether an operation changes nothing. */
export function isReading(operation: Operation): boolean {
  return readingOperations.has(operation)
}

const writingMethods: Readonly<Record<string, Operation>> = {
  PUT: 'replace',
  DELETE: 'delete',
  PATCH: 'patch',
}

/** Reads the operation off method, path and headers. Throws 405. */
export function operationOf(request: CosmosRequest, address: Address): Operation {
  const operation = choose(request, address)
  if (operation === undefined) throw methodNotAllowed()
  return operation
}

function choose(request: CosmosRequest, address: Address): Operation | undefined {
  if (request.method === 'GET') return readOperation(request, address)
  if (request.method === 'POST') return postedOperation(request, address)
  const operation = address.feed || address.type === '' ? undefined : writingMethods[request.method]
  return operation === 'patch' && address.type !== 'docs' ? undefined : operation
}

function readOperation(request: CosmosRequest, address: Address): Operation {
  if (!address.feed) return 'read'
  return address.type === 'docs' && request.header('a-im') !== undefined ? 'changes' : 'list'
}

function postedOperation(request: CosmosRequest, address: Address): Operation | undefined {
  if (address.type === 'partitionKey') return 'delete'
  if (!address.feed) return address.type === 'scripts' ? 'execute' : undefined
  if (isHeaderTrue(request, 'x-ms-cosmos-is-query-plan-request')) return 'plan'
  if (address.type === 'docs' && isHeaderTrue(request, 'x-ms-cosmos-is-batch-request')) {
    return isHeaderTrue(request, 'x-ms-cosmos-batch-atomic') ? 'batch' : 'bulk'
  }
  if (isHeaderTrue(request, 'x-ms-documentdb-isquery')) return 'query'
  if (request.header('content-type')?.startsWith('application/query+json')) return 'query'
  return isHeaderTrue(request, 'x-ms-documentdb-is-upsert') ? 'upsert' : 'create'
}
