/**
 * Transactional batches, where all operations happen or none, and bulk, where each stands alone.
 */

import { opensKey } from './authorization/access.ts'
import { badRequest, CosmosError, forbidden } from './errors.ts'
import type { Exchange, Reply } from './exchange.ts'
import { carryOut, type ItemAction } from './item-action.ts'
import { isArray, isObject, type Json, type JsonObject } from './json.ts'
import { assertSize, parseItemId } from './limits.ts'
import { type PartitionKeyValue, parseKey, parseKeyHeader } from './partition-key.ts'
import { isHeaderTrue, parseJson, wantsNoContent } from './request.ts'
import type { Container } from './store/container.ts'

const maxOperations = 100

const kinds: Readonly<Record<string, ItemAction['kind']>> = {
  Create: 'create',
  Upsert: 'upsert',
  Read: 'read',
  Replace: 'replace',
  Delete: 'delete',
  Patch: 'patch',
}

/** Carries out a batch or a bulk request. */
export function answerBatch(exchange: Exchange, container: Container): Reply {
  const { request, state, access } = exchange
  const atomic = isHeaderTrue(request, 'x-ms-cosmos-batch-atomic')
  if (atomic) assertSize(request.body)
  const operations = parseJson(request.body)
  if (!isArray(operations) || operations.length === 0) throw badRequest('The batch has no operations.')
  if (operations.length > maxOperations)
    throw badRequest(`The batch has more than ${maxOperations} operations.`)
  const header = parseKeyHeader(request.header('x-ms-documentdb-partitionkey'))
  if (atomic && header === undefined) throw badRequest('A transactional batch needs a partition key.')
  const actions = operations.map((operation) => parseAction(operation, header))
  for (const { key } of actions) {
    if (key === undefined || !opensKey(access, key)) {
      throw forbidden(
        'Insufficient permissions provided in the authorization header for an operation of the batch.',
      )
    }
  }
  const silent = wantsNoContent(request)
  const run = (action: ItemAction): Result => {
    const result = format(() => carryOut(state, container, action))
    return silent && action.kind !== 'read' ? { ...result, body: '' } : result
  }
  if (!atomic) return reply(actions.map(run))
  const results: Result[] = []
  try {
    state.items.atomically(container, () => {
      for (const action of actions) {
        const result = run(action)
        results.push(result)
        if (result.statusCode >= 400) throw new RolledBack()
      }
    })
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error
    return reply(rolledBack(results, actions.length))
  }
  return reply(results)
}

class RolledBack extends Error {}

interface Result {
  readonly statusCode: number
  readonly subStatusCode?: number | undefined
  readonly requestCharge: number
  readonly eTag?: string | undefined
  /** JSON text. */
  readonly body: string
}

function format(work: () => ReturnType<typeof carryOut>): Result {
  try {
    const { status, charge, etag, body } = work()
    return { statusCode: status, requestCharge: charge, eTag: etag, body }
  } catch (error) {
    if (!(error instanceof CosmosError)) throw error
    return { statusCode: error.status, subStatusCode: error.substatus, requestCharge: 1, body: '' }
  }
}

// Every operation but the one that failed is told that it depended on it.
function rolledBack(results: readonly Result[], count: number): Result[] {
  const failed = results.length - 1
  return Array.from({ length: count }, (_, i) => {
    const result = results[i]
    return result && i === failed ? result : { statusCode: 424, requestCharge: 0, body: '' }
  })
}

function reply(results: readonly Result[]): Reply {
  const texts = results.map(({ body, ...rest }) => {
    const head = JSON.stringify(rest)
    return body === '' ? head : `${head.slice(0, -1)},"resourceBody":${body}}`
  })
  const charge = results.reduce((sum, { requestCharge }) => sum + requestCharge, 0)
  const failed = results.some(({ statusCode }) => statusCode >= 400)
  return { status: failed ? 207 : 200, body: `[${texts.join(',')}]`, charge: Math.round(charge * 100) / 100 }
}

function parseAction(input: Json, header: PartitionKeyValue | undefined): ItemAction {
  const name = isObject(input) ? input['operationType'] : undefined
  const kind = typeof name === 'string' && Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (!isObject(input) || kind === undefined) throw badRequest('The batch has an unknown operation.')
  const own = parseOwnKey(input)
  if (header !== undefined && own !== undefined && own.text !== header.text) {
    throw badRequest('An operation has another partition key than its batch.')
  }
  const text = (field: string): string | undefined => {
    const value = input[field]
    return typeof value === 'string' ? value : undefined
  }
  return {
    kind,
    id: input['id'] === undefined ? undefined : parseItemId(input['id']),
    key: own ?? header,
    body: input['resourceBody'],
    ifMatch: text('ifMatch'),
    ifNoneMatch: text('ifNoneMatch'),
  }
}

// Bulk operations carry their key as JSON text.
function parseOwnKey(operation: JsonObject): PartitionKeyValue | undefined {
  const key = operation['partitionKey']
  if (key === undefined) return undefined
  return parseKey(typeof key === 'string' ? parseJson(key) : key)
}
