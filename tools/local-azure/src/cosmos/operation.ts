/**
 * What a request wants done: decided in one place, so that what is allowed and what is carried out cannot differ.
 */

import { CosmosError } from './errors.ts'
import { type Address, type CosmosRequest, isHeaderTrue } from './request.ts'

/** What a request wants done to what its path names. */
export type Operation =
  | 'read'
  | 'list'
  | 'changes'
  | 'plan'
  | 'query'
  | 'batch'
  | 'create'
  | 'upsert'
  | 'replace'
  | 'patch'
  | 'delete'

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
  if (address.type === 'partitionKey' && request.method === 'POST') return 'delete'
  if (request.method === 'POST' && address.feed) return postedOperation(request, address)
  if (request.method === 'GET') {
    if (!address.feed) return 'read'
    return address.type === 'docs' && request.header('a-im') !== undefined ? 'changes' : 'list'
  }
  const operation = address.feed || address.type === '' ? undefined : writingMethods[request.method]
  if (operation !== undefined && (operation !== 'patch' || address.type === 'docs')) return operation
  throw new CosmosError(405, 'MethodNotAllowed', 'The requested verb is not supported.')
}

function postedOperation(request: CosmosRequest, address: Address): Operation {
  if (isHeaderTrue(request, 'x-ms-cosmos-is-query-plan-request')) return 'plan'
  if (address.type === 'docs' && isHeaderTrue(request, 'x-ms-cosmos-is-batch-request')) return 'batch'
  if (isHeaderTrue(request, 'x-ms-documentdb-isquery')) return 'query'
  if (request.header('content-type')?.startsWith('application/query+json')) return 'query'
  return isHeaderTrue(request, 'x-ms-documentdb-is-upsert') ? 'upsert' : 'create'
}
